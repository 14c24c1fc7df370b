import { z } from 'zod';
import {
  type Given,
  parseDuration,
  parseFrequency,
  parseMilliseconds,
  parseMoment,
  parsePercentage,
  parseRate,
  parseSpan,
  parseStep,
} from './units.ts';

/** What a quantity looks like, for editors. */
interface Form {
  type: string | string[];
  /** Of text. */
  pattern?: string;
  /** Of a number. */
  minimum?: number;
  exclusiveMinimum?: number;
}

const NUMBER = '(\\d+(\\.\\d+)?|\\.\\d+)';

const TIME = {
  type: ['string', 'number'],
  pattern: `^\\s*${NUMBER}\\s*[A-Za-zµμ]*(\\s*${NUMBER}\\s*[A-Za-zµμ]+)*\\s*$`,
};
const DURATION: Form = { ...TIME, minimum: 0 };
const SPAN: Form = { ...TIME, exclusiveMinimum: 0 };
const STEP: Form = { type: ['string', 'number'], pattern: `^\\s*[+-]?\\s*${NUMBER}\\s*[A-Za-zµμ]*\\s*$` };
const PERCENTAGE: Form = { type: 'string', pattern: `^\\s*${NUMBER}\\s*%\\s*$` };
const RATE: Form = { type: 'string', pattern: `^\\s*${NUMBER}\\s*[KMGTkmgt]?[Bb][Ii][Tt]\\s*$` };
const FREQUENCY: Form = { type: 'string', pattern: `^\\s*${NUMBER}\\s*/[A-Za-z]+\\s*$` };
const MOMENT: Form = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}(T[\\d:.]+Z)?$' };

/**
 * What is given as text or a number and means a quantity. `parse` throws RangeError with what would be right; `or` is
 * what else would be.
 */
export const quantity = <Value>(
  parse: (given: Given) => Value,
  description: string,
  examples: Given[],
  form: Form = { type: 'string' },
  or = '',
) =>
  z
    .unknown()
    // On the outside, examples would be taken for those of what it becomes.
    .meta({ ...form, examples })
    .transform((given, context): Value => {
      try {
        // Of anything else, the empty text tells what would be right.
        return parse(typeof given === 'string' || typeof given === 'number' ? given : '');
      } catch (error) {
        context.issues.push({ code: 'custom', input: given, message: (error as Error).message + or });
        return z.NEVER;
      }
    })
    .meta({ description }) as unknown as z.ZodType<Value, Given>;

export const duration = (description: string, ...examples: string[]) =>
  quantity(parseDuration, description, examples.length > 0 ? examples : ['20ms', '1.5s'], DURATION);
/** Longer than none at all. */
export const span = (description: string, ...examples: string[]) =>
  quantity(parseSpan, description, examples, SPAN);
/** Of whole ms, as the table of destinations has them. */
export const milliseconds = (description: string, ...examples: string[]) =>
  quantity(parseMilliseconds, description, examples, SPAN);
export const step = (description: string) => quantity(parseStep, description, ['-2.5s', '+1h'], STEP);
export const percentage = (description: string, example = '1%', or = '') =>
  quantity(parsePercentage, description, [example], PERCENTAGE, or);
export const rate = (description: string) => quantity(parseRate, description, ['64kbit', '10mbit'], RATE);
export const frequency = (description: string) =>
  quantity(parseFrequency, description, ['10/s', '6/min'], FREQUENCY);
export const moment = (description: string) =>
  quantity(parseMoment, description, ['2026-01-01T00:00:00Z'], MOMENT);

export const whole = (from: number, to: number, description: string) =>
  z
    .unknown()
    .meta({ type: 'integer', minimum: from, maximum: to })
    .transform((given, context): number => {
      if (typeof given === 'number' && Number.isInteger(given) && given >= from && given <= to) return given;
      const message = `expected a whole number from ${from} to ${to}`;
      context.issues.push({ code: 'custom', input: given, message });
      return z.NEVER;
    })
    .meta({ description }) as unknown as z.ZodType<number, number>;
