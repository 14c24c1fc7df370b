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

/** The list that is asked for. */
export function arrange(
  destinations: Iterable<DestinationNow>,
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

function filtered(destinations: Iterable<DestinationNow>, { text, states }: ListQuery): DestinationNow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new Set<State>(states);
  const found: DestinationNow[] = [];
  for (const destination of destinations) {
    if (wanted.size > 0 && !wanted.has(destination.state)) continue;
    if (words.every((word) => destination.words.includes(word))) found.push(destination);
  }
  return found;
}

const SEVERITY = Object.fromEntries(STATES.map((state, n) => [state, n])) as Record<State, number>;

type Value = (destination: DestinationNow, dayOf: (id: number) => Day | undefined) => number | null;

/** Each by one number, so that 10,000 are sorted within milliseconds; by name, which breaks ties, they are in order already. */
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
  const direction = descending ? -1 : 1;
  destinations.sort((one, other) => byName(one, other) * (sort === 'name' ? direction : 1));
  if (sort === 'name') return destinations;
  const read = VALUES[sort];
  const values = new Map(destinations.map((each) => [each, read(each, dayOf)]));
  return destinations.sort((one, other) => {
    const a = values.get(one) ?? null;
    const b = values.get(other) ?? null;
    // Where there is nothing to compare comes last in either direction.
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return (a - b) * direction;
  });
}

function byName(one: DestinationNow, other: DestinationNow): number {
  if (one.nameKey === other.nameKey) return one.id - other.id;
  return one.nameKey < other.nameKey ? -1 : 1;
}
