import { z } from 'zod';
import { OUTCOMES, type Outcome } from '../../entities/outcome.ts';
import { InputError } from '../../input/input-error.ts';
import { parseSince, parseTime } from '../../input/times.ts';
import { INTEGER, ids, parsed, shown } from './common.ts';

/** What a request says after the question mark; anything else that it says is refused. */
export const query = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: unknownOf('parameter', Object.keys(shape)) });

/** An object whose columns are all known; what else is in it is refused. */
export const columns = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: unknownOf('column', Object.keys(shape)) });

const unknownOf =
  (what: string, known: readonly string[]) =>
  (issue: z.core.$ZodRawIssue): string | undefined => {
    if (issue.code === 'invalid_type') return 'expected an object';
    if (issue.code !== 'unrecognized_keys') return undefined;
    const [first = ''] = issue.keys as string[];
    const expected = known.length > 0 ? `expected ${known.join(', ')}` : 'expected none';
    return `there is no ${what} ${shown(first)}: ${expected}`;
  };

/** The last ms that the tables can hold. */
const LATEST = 9_223_372_036_000;

/** A moment: ms since the Unix epoch, an ISO time, or how long ago. */
export const time = (what: string) =>
  parsed((given) => {
    const moment = /^\d{1,15}$/.test(given) ? Number(given) : parseSince(given.slice(0, 100));
    if (moment <= LATEST) return moment;
    throw new InputError(`"${given}" is too late: the last moment is ${LATEST}`);
  })
    .optional()
    .meta({
      description: `${what}: ms since the Unix epoch, an ISO time (local unless it names a zone), or how long ago`,
      examples: ['24h', '2024-11-23T21:00Z', '1732395600000'],
    });

export const since = time('only what came since');
export const until = time('only what came before');

/** How long something is, ms. */
export const duration = (what: string) =>
  parsed((given) => {
    const ms = parseTime(given.slice(0, 100));
    if (ms > 0 && ms <= LATEST) return ms;
    throw new InputError(`"${given.slice(0, 100)}": expected more than 0`);
  })
    .optional()
    .meta({ description: `${what}: with a unit, or ms`, examples: ['1m', '3600000'] });

/** Which of something are wanted: ids, separated by commas. */
export const someIds = (what: string) =>
  ids.optional().meta({ description: `${what}: ids, separated by commas`, examples: ['1', '1,2,3'] });

export const outcomes = parsed((given): Outcome[] =>
  given.split(',').map((part) => {
    const outcome = OUTCOMES.find((known) => known === part);
    if (outcome) return outcome;
    throw new InputError(`${shown(part)}: expected ${OUTCOMES.join(', ')}`);
  }),
)
  .optional()
  .meta({
    description: `only these outcomes, separated by commas: ${OUTCOMES.join(', ')}`,
    examples: ['timeout,unreachable'],
  });

/** A whole number within bounds. */
export const whole = (what: string, { from, to, usual }: { from: number; to: number; usual: number }) =>
  parsed((given) => {
    const number = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new InputError(`${shown(given)}: expected a whole number from ${from} to ${to}`);
  })
    .default(usual)
    .meta({
      ...INTEGER,
      ...{ minimum: from, maximum: to },
      description: `${what}, ${from} to ${to}; ${usual} unless given`,
    });
