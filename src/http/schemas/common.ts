import { z } from 'zod';

/** A moment in an answer, ms since the Unix epoch. */
export const moment = z.number().describe('ms since the Unix epoch');

export const id = z.coerce
  .number({ error: 'expected a number' })
  .int('expected a whole number')
  .min(1, 'expected 1 or more')
  .max(2 ** 31 - 1, 'expected at most 2147483647');

export const idParams = z.object({ id });

const milliseconds = z.number().nonnegative();

/** A figure that is null where there is nothing to compute it from. */
export const ms = milliseconds.nullable();
export const share = z.number().min(0).max(1).nullable();
export const count = z.number().int().nonnegative();

/** Of a list in the query: `1,2,3`. */
export const ids = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'expected ids, such as 1 or 1,2,3')
  .transform((text) => text.split(',').map(Number));
