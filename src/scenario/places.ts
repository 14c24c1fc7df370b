import { isIP } from 'node:net';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { canonicalAddress } from '../io/packet/address.ts';
import type { Path, Problem } from './problems.ts';

/**
 * The steps of a path that lead somewhere in what was given. Of one that stands for a list, and of an answer that is
 * given as its addresses alone, a path names more than there is.
 */
export function located(given: unknown, path: Path): Path {
  const steps: (string | number)[] = [];
  let value = given;
  for (const step of path) {
    const key = keyOf(value, step);
    if (key === undefined) continue;
    steps.push(key);
    value = (value as Record<string | number, unknown>)[key];
  }
  return steps;
}

function keyOf(value: unknown, step: string | number): string | number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof step === 'number' && step < value.length ? step : undefined;
  if (typeof step === 'number') return undefined;
  if (Object.hasOwn(value, step)) return step;
  // Addresses are known by their canonical form.
  if (isIP(step) === 0) return undefined;
  return Object.keys(value).find((key) => isIP(key) !== 0 && canonicalAddress(key) === step);
}

/** A path as JavaScript would have it: `scenario.timeline[0].at`. */
export const pathText = (path: Path): string =>
  `scenario${path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[a-z_]\w*$/i.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')}`;

/** The line and the column, from 1, of what is so many characters into a text. */
export function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) as string).length + 1}`;
}

/** How far into its text a problem of a document is. The steps of the path lead somewhere. */
export function offsetOf(document: Document, { path, key }: Problem): number {
  let node: Node | null = document.contents;
  let at = node;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair = pairOf(document, node, String(step));
      if (!pair) break;
      const ownKey = isNode(pair.key) ? pair.key : null;
      node = isNode(pair.value) ? pair.value : null;
      at = (key && index === path.length - 1) || isNothing(node) ? (ownKey ?? at) : node;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (!isNode(item)) break;
      node = item;
      at = item;
    } else break;
  }
  return at?.range?.[0] ?? 0;
}

/** A value that is not there has no place but its key’s. */
const isNothing = (node: Node | null): boolean =>
  node === null || (isScalar(node) && node.value === null && node.source === '');

/** The pair that gives a key its value: the map’s own, or one that is merged into it. */
function pairOf(document: Document, map: YAMLMap, key: string): Pair | undefined {
  const own = map.items.find((pair) => keyText(pair) === key);
  if (own) return own;
  for (const source of map.items.filter(isMerge).flatMap((pair) => sourcesOf(document, pair.value))) {
    const merged = pairOf(document, source, key);
    if (merged) return merged;
  }
  return undefined;
}

const keyText = ({ key }: Pair): string | undefined => (isScalar(key) ? String(key.value ?? '') : undefined);

/** Whether a pair merges other keys into its map: https://yaml.org/type/merge.html */
export const isMerge = ({ key }: Pair): boolean =>
  isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol') && key.type === 'PLAIN';

/** The maps that a pair merges; undefined stands for what is none. */
function sourcesOf(document: Document, value: unknown): YAMLMap[] {
  const source = isAlias(value) ? value.resolve(document) : value;
  if (isMap(source)) return [source];
  return isSeq(source) ? source.items.flatMap((item) => sourcesOf(document, item)) : [];
}
