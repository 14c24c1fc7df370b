import { z } from 'zod';
import { InputError } from '../../input/input-error.ts';

/** A moment in an answer, ms since the Unix epoch. */
export const moment = z.number().describe('ms since the Unix epoch');

/** A figure that is null where there is nothing to compute it from. */
export const ms = z.number().nullable();
export const share = z.number().min(0).max(1).nullable();
export const count = z.number().int().nonnegative();

/** A text that every database can hold. */
export const text = (longest: number) =>
  z
    .string()
    .max(longest, `too long: expected at most ${longest} characters`)
    .refine((value) => !value.includes('\0'), 'has a character that no database holds: U+0000');

/** A value in a URL that a parser reads, which throws InputError. */
export const parsed = <Value>(parse: (given: string) => Value) =>
  z
    .string({ error: 'expected one value' })
    .max(10_000, 'too long')
    .transform((given, context) => {
      try {
        return parse(given);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });

/** A value of a request's as one short line. */
export const shown = (given: string): string => JSON.stringify(given.slice(0, 60));

/** In a description: what is read as a text, and is a whole number. */
export const INTEGER = { type: 'integer', maxLength: undefined } as const;

/** What a column of ids, or of other whole numbers, holds in every database. */
const [LEAST_ID, MOST_ID] = [-(2 ** 31), 2 ** 31 - 1];

/** A whole number that a column holds, in every database. */
export const int32 = z.number().int().min(LEAST_ID).max(MOST_ID);

/** The id that a text stands for; undefined where it is none. */
function idOf(text: string): number | undefined {
  const number = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number >= LEAST_ID && number <= MOST_ID ? number : undefined;
}

export const id = parsed((given) => {
  const number = idOf(given);
  if (number !== undefined) return number;
  throw new InputError(`${shown(given)}: expected a whole number`);
});

export const idParams = z.object({ id: id.meta({ ...INTEGER, description: 'its id' }) });

/** So many ids are taken at once. */
const MOST_IDS = 1000;

/** Of a list in the query: `1,2,3`. */
export const ids = parsed((given) => {
  const parts = given.split(',');
  const wrong = parts.find((part) => idOf(part) === undefined);
  if (wrong !== undefined) throw new InputError(`${shown(wrong)}: expected ids, such as 1 or 1,2,3`);
  if (parts.length > MOST_IDS) throw new InputError(`${parts.length} ids: expected at most ${MOST_IDS}`);
  return [...new Set(parts.map(Number))];
});
