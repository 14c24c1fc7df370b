import { z } from 'zod';
import {
  type Given,
  parseDuration,
  parseFrequency,
  parseMoment,
  parsePercentage,
  parseRate,
  parseStep,
} from './units.ts';

/** What is given as text or a number and means a quantity. `parse` throws RangeError with what would be right. */
export const quantity = <Value>(parse: (given: Given) => Value, description: string, example: string) =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      try {
        return parse(given);
      } catch (error) {
        context.issues.push({ code: 'custom', input: given, message: (error as Error).message });
        return z.NEVER;
      }
    })
    .meta({ description, examples: [example] });

export const duration = (description: string, example = '20ms') =>
  quantity(parseDuration, description, example);
export const step = (description: string) => quantity(parseStep, description, '-2.5s');
export const percentage = (description: string, example = '1%') =>
  quantity(parsePercentage, description, example);
export const rate = (description: string) => quantity(parseRate, description, '10mbit');
export const frequency = (description: string) => quantity(parseFrequency, description, '10/s');
export const moment = (description: string) => quantity(parseMoment, description, '2026-01-01T00:00:00Z');

export const whole = (from: number, to: number, description: string) =>
  z
    .unknown()
    .transform((given, context) => {
      if (typeof given === 'number' && Number.isInteger(given) && given >= from && given <= to) return given;
      context.issues.push({
        code: 'custom',
        input: given,
        message: `expected a whole number from ${from} to ${to}`,
      });
      return z.NEVER;
    })
    .meta({ description, type: 'integer', minimum: from, maximum: to });

/** A list, or the one thing that it would have. */
export const oneOrMore = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .union([schema, z.array(schema).min(1)])
    .transform((given) => (Array.isArray(given) ? given : [given]) as z.output<Schema>[]);

/** An object that has no other keys. Those that it may have are told to who gives another. */
export const only = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `known here: ${Object.keys(shape).join(', ')}` : undefined,
  });

/** Things by their names. */
export const named = <Schema extends z.ZodType>(schema: Schema) => z.record(z.string(), schema);
