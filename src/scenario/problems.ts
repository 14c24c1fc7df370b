import type { z } from 'zod';
import { anyOf, oneLine, shown } from './wording.ts';

export type Path = readonly (string | number)[];

/** Something that is wrong with a scenario. */
export interface Problem {
  path: Path;
  /** What is wrong, and what would be right. */
  message: string;
  /** Whether it is the key at the end of the path that is wrong, not its value. */
  key?: boolean;
}

/** A scenario that cannot be used; its message has a line for each problem. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  /** In one line each: where it is, what is wrong, and what would be right. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    // What is wrong in one place and used in several is told once.
    const lines = [...new Set(problems.map(oneLine))];
    super(lines.join('\n'));
    this.problems = lines;
  }
}

type Issue = z.core.$ZodIssue;

/** What the schema finds wrong with a scenario as given. */
export const problemsOf = (issues: readonly Issue[], given: unknown): Problem[] =>
  issues.flatMap((issue) => problemsOfIssue(issue, given));

function problemsOfIssue(issue: Issue, given: unknown): Problem[] {
  const path = issue.path as Path;
  const value = valueAt(given, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      key: true,
      message: `unknown key ${shown(key)}: ${issue.message}${needsSpace(key) ? '; a colon needs a space behind it' : ''}`,
    }));
  if (issue.code === 'custom' && issue.params?.whole === true)
    return [{ path, message: issue.message, ...(issue.params.key === true ? { key: true } : {}) }];
  return [{ path, message: `${subject(path, value)}: ${expected(issue, value)}` }];
}

const needsSpace = (key: string): boolean => /^[a-z]+:\S/.test(key);

/** What a problem is about: a key and its value. */
function subject(path: Path, value: unknown): string {
  const name = path.findLast((step) => typeof step === 'string') ?? 'scenario';
  if (value === undefined) return path.length === 0 ? 'there is nothing' : `missing key ${name}`;
  return value === null ? `${name} has no value` : `${name} ${shown(value)}`;
}

function expected(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value') return `expected ${anyOf(issue.values.map(String))}`;
  if (issue.code === 'too_small')
    return issue.origin === 'string' ? 'expected text that is not empty' : 'expected at least one';
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `expected text, which this is in quotes: "${value}"`;
  return KINDS[issue.expected] ?? issue.message;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'expected text',
  array: 'expected a list',
  boolean: 'expected true or false',
};

function valueAt(given: unknown, path: Path): unknown {
  let value = given;
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value;
}
