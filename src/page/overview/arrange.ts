import { type DestinationNow, STATES, type State } from '../api/now.ts';
import { protocolOrder } from './columns.ts';
import { groupOf } from './groups.ts';
import type { ListQuery, Sort } from './query.ts';

/** A line of the list: a destination, or the heading of those that follow. */
export type Item =
  | { kind: 'destination'; destination: DestinationNow }
  | { kind: 'group'; key: string; title: string; members: DestinationNow[]; collapsed: boolean };

/** What was computed from the history, where it has been. */
export interface Day {
  loss: number | null;
  p95: number | null;
}

export interface Arranged {
  items: Item[];
  /** How many destinations there are in it, collapsed ones as well. */
  found: number;
}

/** By their names: what `arrange` begins with, and what changes with rows only. */
export const byName = (destinations: Iterable<DestinationNow>): DestinationNow[] =>
  [...destinations].sort((one, other) => {
    if (one.nameKey === other.nameKey) return one.id - other.id;
    return one.nameKey < other.nameKey ? -1 : 1;
  });

/** The list that is asked for. `destinations`: by their names. */
export function arrange(
  destinations: readonly DestinationNow[],
  query: ListQuery,
  {
    collapsed,
    dayOf,
    sourceName,
  }: {
    collapsed: ReadonlySet<string>;
    dayOf: (id: number) => Day | undefined;
    sourceName: (id: number) => string;
  },
): Arranged {
  const found = sorted(filtered(destinations, query), query, dayOf);
  if (query.group === 'none')
    return {
      items: found.map((destination) => ({ kind: 'destination', destination })),
      found: found.length,
    };
  const groups = new Map<string, { title: string; order: string; members: DestinationNow[] }>();
  for (const destination of found) {
    const { key, title, order } = groupOf(destination, query.group, sourceName);
    const group = groups.get(key);
    if (group) group.members.push(destination);
    else groups.set(key, { title, order, members: [destination] });
  }
  const items: Item[] = [];
  for (const [key, { title, members }] of [...groups].sort(([, one], [, other]) =>
    one.order < other.order ? -1 : 1,
  )) {
    const isCollapsed = collapsed.has(key);
    items.push({ kind: 'group', key, title, members, collapsed: isCollapsed });
    if (!isCollapsed) for (const destination of members) items.push({ kind: 'destination', destination });
  }
  return { items, found: found.length };
}

function filtered(destinations: readonly DestinationNow[], { text, states }: ListQuery): DestinationNow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new Set<State>(states);
  return destinations.filter(
    (destination) =>
      (wanted.size === 0 || wanted.has(destination.state)) &&
      words.every((word) => destination.words.includes(word)),
  );
}

const SEVERITY = Object.fromEntries(STATES.map((state, n) => [state, n])) as Record<State, number>;

type Value = (destination: DestinationNow, dayOf: (id: number) => Day | undefined) => number | null;

/** Each by one number, so that 10,000 are sorted within milliseconds; names, in whose order they are, break ties. */
const VALUES: Record<Exclude<Sort, 'name'>, Value> = {
  state: ({ state }) => SEVERITY[state],
  loss: ({ live }) => live?.loss ?? null,
  rtt: ({ live }) => live?.rtt ?? null,
  loss24: ({ id }, dayOf) => dayOf(id)?.loss ?? null,
  p95: ({ id }, dayOf) => dayOf(id)?.p95 ?? null,
  protocol: ({ row }) => (row ? protocolOrder(row.protocol) : null),
  interval: ({ row }) => row?.interval ?? null,
};

function sorted(
  destinations: DestinationNow[],
  { sort, descending }: ListQuery,
  dayOf: (id: number) => Day | undefined,
): DestinationNow[] {
  if (sort === 'name') return descending ? destinations.reverse() : destinations;
  const read = VALUES[sort];
  const direction = descending ? -1 : 1;
  // Where there is nothing to compare comes last in either direction.
  const values = Float64Array.from(destinations, (each) => {
    const value = read(each, dayOf);
    return value === null ? Number.POSITIVE_INFINITY : value * direction;
  });
  return Array.from(destinations.keys())
    .sort((one, other) => {
      const a = values[one] as number;
      const b = values[other] as number;
      return a < b ? -1 : Number(a > b);
    })
    .map((at) => destinations[at] as DestinationNow);
}
