import type { Problem } from '../../http/schemas/problem.ts';
import { parseTime } from '../moments.ts';

/** What is typed into a form, as it is typed, by field. What is empty is not said. */
export type Texts<Field extends string = string> = Readonly<Record<Field, string>>;

/** What is wrong with fields, a line each. */
export type TextProblems<Field extends string = string> = Partial<Record<Field, string>>;

/** What is wrong with a text that is to be a time, as the command line says it. */
export const notATime = (text: string): string =>
  `${text === '' ? 'empty' : `"${text}" is not a time`}: expected a number and a unit, such as 200ms, 10s or 1h`;

/** The times that fields say, ms; those of empty ones are left out, and what is wrong goes to `problems`. */
export function timesOf<Field extends string, Time extends Field>(
  texts: Texts<Field>,
  fields: readonly Time[],
  problems: TextProblems<Field>,
): Partial<Record<Time, number>> {
  const times: Partial<Record<Time, number>> = {};
  for (const field of fields) {
    if (texts[field].trim() === '') continue;
    const ms = parseTime(texts[field]);
    if (ms === undefined) problems[field] = notATime(texts[field]);
    else times[field] = Math.round(ms);
  }
  return times;
}

/** Each thing that the API says is wrong, at the field that it is about; the rest in `form`. `fieldOf`: of a column's name. */
export function problemsOf<Field extends string>(
  problem: Problem,
  fieldOf: (name: string) => Field | undefined,
): { fields: TextProblems<Field>; form: string | undefined } {
  const fields: TextProblems<Field> = {};
  const rest: string[] = [];
  const told = problem.errors ?? [{ pointer: '', detail: problem.detail }];
  for (const { pointer, detail } of told.flatMap(eachOfSettings)) {
    const names = [...pointer.split('/').reverse(), ...namesIn(detail)];
    const field = names.map(fieldOf).find((found) => found !== undefined);
    if (field) fields[field] ??= detail;
    else rest.push(detail);
  }
  return { fields, form: rest.length > 0 ? rest.join('; ') : undefined };
}

/** The names that a line begins with: `to` and `settings` of `settings.to.0: …`. */
const namesIn = (detail: string): string[] =>
  (/^[\w.-]+/.exec(detail)?.[0] ?? '').split('.').slice(0, 2).reverse();

/** Settings of a channel are told in one line, whatever is wrong with them. */
const eachOfSettings = (error: { pointer: string; detail: string }) =>
  error.detail.startsWith('settings.')
    ? error.detail.split(/; (?=settings\b)/).map((detail) => ({ pointer: error.pointer, detail }))
    : [error];
