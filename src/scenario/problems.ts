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
type UnknownKeys = z.core.$ZodIssueUnrecognizedKeys;

/** What the schema finds wrong with a scenario as given. */
export function problemsOf(issues: readonly Issue[], given: unknown): Problem[] {
  const missing = issues.filter(({ path }) => valueAt(given, path as Path) === undefined);
  const told = new Set<Issue>();
  return issues
    .flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return [];
      const absent = missing.filter(({ path }) => isIn(path as Path, issue.path as Path));
      // A key that is misspelled is both unknown and missing.
      const meant = absent.length <= issue.keys.length ? absent : [];
      for (const each of meant) told.add(each);
      return unknownKeys(
        issue,
        meant.map(({ path }) => String(path.at(-1))),
      );
    })
    .concat(issues.filter((issue) => !told.has(issue)).flatMap((issue) => problemsOfIssue(issue, given)));
}

/** Whether a path is that of a key of what is at another one. */
const isIn = (path: Path, place: Path): boolean =>
  path.length === place.length + 1 && place.every((step, index) => path[index] === step);

const unknownKeys = ({ path, keys, message }: UnknownKeys, meant: readonly string[]): Problem[] =>
  keys.map((key) => {
    const right = meant.length > 0 ? `expected ${anyOf(meant)}` : message;
    const space = needsSpace(key) ? '; a colon needs a space behind it' : '';
    return {
      path: [...(path as Path), key],
      key: true,
      message: `unknown key ${shown(key)}: ${right}${space}`,
    };
  });

function problemsOfIssue(issue: Issue, given: unknown): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return [];
  if (issue.code === 'custom' && issue.params?.whole === true)
    return [{ path, message: issue.message, ...(issue.params.key === true ? { key: true } : {}) }];
  if (issue.code === 'invalid_key')
    return [{ path, key: true, message: `key ${shown(path.at(-1))}: ${issue.issues[0]?.message}` }];
  const value = valueAt(given, path);
  return [{ path, message: `${subject(path, value)}: ${expected(issue)}` }];
}

const needsSpace = (key: string): boolean => /^[a-z]+:\S/.test(key);

/** What a problem is about: a key and its value. */
function subject(path: Path, value: unknown): string {
  const name = path.findLast((step) => typeof step === 'string' && step !== '') ?? 'scenario';
  if (value === undefined) return path.length === 0 ? 'there is nothing' : `missing key ${name}`;
  return value === null ? `${name} has no value` : `${name} ${shown(value)}`;
}

function expected(issue: Issue): string {
  if (issue.code === 'invalid_value' && !issue.message.startsWith('expected'))
    return `expected ${anyOf(issue.values.map(String))}`;
  if (issue.code === 'too_small')
    return issue.origin === 'string' ? 'expected text that is not empty' : 'expected at least one';
  if (issue.code === 'invalid_type' && issue.expected === 'array') return 'expected a list';
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') return 'expected true or false';
  return issue.message;
}

function valueAt(given: unknown, path: Path): unknown {
  let value = given;
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value;
}
