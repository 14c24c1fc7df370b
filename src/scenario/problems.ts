import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { z } from 'zod';

export type Path = readonly (string | number)[];

/** Something that is wrong with a scenario. */
export interface Problem {
  path: Path;
  /** In one line: what is wrong, and what would be right. */
  message: string;
  /** Whether it is the key at the end of the path that is wrong, not its value. */
  key?: boolean;
}

/** A scenario that cannot be used; its message has a line for each problem. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

type Issue = z.core.$ZodIssue;

/** What the schema finds wrong with a scenario as given. */
export function problemsOf(issues: readonly Issue[], given: unknown): Problem[] {
  return issues.flatMap((issue) => settled(issue)).map((issue) => problemOf(issue, given));
}

/** Of the kinds of value that would do, the issues with the one that was most likely meant. */
function settled(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const options = issue.errors.map((errors) => errors.flatMap(settled));
  const scores = options.map((errors) => errors.reduce((sum, each) => sum + distance(each), 0));
  const nearest = options[scores.indexOf(Math.min(...scores))] ?? [];
  return nearest.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
}

/** How far a value is from what an issue asks for. */
function distance(issue: Issue): number {
  if (issue.code === 'unrecognized_keys') return 10;
  if (issue.code !== 'invalid_type') return 1;
  return issue.path.length === 0 ? 100 : 20;
}

function problemOf(issue: Issue, given: unknown): Problem {
  const path = issue.path as Path;
  const value = valueAt(given, path);
  const name = nameOf(path);
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...path, key], key: true, message: `unknown key ${key}; ${issue.message}` };
  }
  if (value === undefined) return { path, message: `${name} is missing` };
  return { path, message: `${name} ${shown(value)}: ${expected(issue)}` };
}

function expected(issue: Issue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values
      .map(String)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1')}`;
  if (issue.code === 'invalid_type') return `expected ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'too_small') return 'expected at least one';
  return issue.message;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
  boolean: 'true or false',
};

/** What people know a place by: its key, or of the items of a list the list’s, with the number. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'scenario';
  return typeof last === 'number' ? `${path.at(-2) ?? ''} ${last + 1}`.trim() : last;
}

const shown = (value: unknown): string => {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? '(a list)' : '(keys with values)';
  const text = String(value).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

function valueAt(given: unknown, path: Path): unknown {
  let value = given;
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value;
}

/** Where in a document a problem is, as `line:column`, both from 1. What is missing is where it should be. */
export function positionOf(document: Document, lines: LineCounter, { path, key }: Problem): string {
  let node: Node | null = document.contents;
  let at: Node | null = node;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) break;
      if (last && key && isNode(pair.key)) at = pair.key;
      else at = isNode(pair.value) ? pair.value : isNode(pair.key) ? pair.key : at;
      node = isNode(pair.value) ? pair.value : null;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (!isNode(item)) break;
      node = item;
      at = item;
    } else break;
  }
  const { line, col } = lines.linePos(at?.range?.[0] ?? 0);
  return `${line}:${col}`;
}
