import { isNode, isSeq } from 'yaml';
import type { FoundDestination, Remark } from '../import/found.ts';
import { lineIndex } from '../import/line-index.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { located, offsetOf, placeOf } from '../scenario/places.ts';
import { problemsOf } from '../scenario/problems.ts';
import { isKeys } from '../scenario/shapes.ts';
import { type Mistake, readYaml } from '../scenario/yaml.ts';
import { type DestinationsGiven, destinationsFileSchema } from './schema.ts';

/** The destinations that a text in YAML asks for, or everything that is wrong with it, by line. */
export function parseDestinations(
  text: string,
): { destinations: FoundDestination[] } | { problems: Remark[] } {
  const document = readYaml(text, 'a file with destinations');
  if (Array.isArray(document)) return { problems: document.map((mistake) => remarkOf(text, mistake)) };
  const given: unknown = document.toJS({ maxAliasCount: -1 });
  if (!isKeys(given))
    return { problems: [{ line: 1, message: 'expected keys with values: defaults, destinations' }] };
  const parsed = destinationsFileSchema.safeParse(given);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, given).map((problem) => ({
      offset: offsetOf(document, { ...problem, path: located(given, problem.path) }),
      message: problem.message,
    }));
    const inOrder = problems.toSorted((one, other) => one.offset - other.offset);
    return { problems: inOrder.map((mistake) => remarkOf(text, mistake)) };
  }
  const list = document.get('destinations');
  const items = isSeq(list) ? list.items : [];
  const lineOf = lineIndex(text);
  return {
    destinations: parsed.data.destinations.map((entry, index) => {
      const item = items[index];
      const offset = isNode(item) ? (item.range?.[0] ?? 0) : 0;
      return { line: lineOf(offset), ...foundOf(parsed.data.defaults, entry) };
    }),
  };
}

function remarkOf(text: string, { offset, message }: Mistake): Remark {
  const [line = '1', column = '1'] = placeOf(text, offset).split(':');
  return { line: Number(line), message: `column ${column}: ${message}` };
}

type Shared = NonNullable<DestinationsGiven['defaults']>;
type Entry = DestinationsGiven['destinations'][number];

/**
 * What an entry says, and the defaults where it says nothing. One that names its data or its size takes neither from
 * them, one that names its protocol no port either, and a URL says both itself.
 */
function foundOf(defaults: Shared = {}, entry: Entry): Omit<FoundDestination, 'line'> {
  const { data, size, protocol, port, ...rest } = defaults;
  const usual = {
    ...rest,
    ...(entry.data === undefined && entry.size === undefined ? { data, size } : {}),
    ...(entry.address.includes('://') || entry.protocol !== undefined ? {} : { protocol, port }),
  };
  const { interval, timeout, ...all } = { ...usual, ...entry };
  return { ...all, interval: inMilliseconds(interval), timeout: inMilliseconds(timeout) };
}

const inMilliseconds = (ns: number | undefined): number | undefined =>
  ns === undefined ? undefined : ns / MILLISECOND;
