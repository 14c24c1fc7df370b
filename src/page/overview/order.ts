import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { LiveStore } from '../api/live.ts';
import { type Arranged, arrange, byName, type Item } from './arrange.ts';
import type { DayFigures } from './day-figures.ts';
import { addressOf, type ListQuery } from './query.ts';

/** The order stays for this long at least while values change, ms. */
const CALM = 3000;

/** Whether the list's order or what is in it depends on values that change by themselves. */
const isLive = ({ sort, states, group }: ListQuery): boolean =>
  ['state', 'loss', 'rtt', 'loss24', 'p95'].includes(sort) || states.length > 0 || group === 'state';

/** The list in its order, which does not change while `held` holds: somebody is about to click, or reads a row. */
export function useOrder(
  live: LiveStore,
  query: ListQuery,
  {
    collapsed,
    days,
    held,
    sourceName,
  }: {
    collapsed: ReadonlySet<string>;
    days: DayFigures;
    held: () => boolean;
    sourceName: (id: number) => string;
  },
): Arranged {
  const turn = useSignal(0);
  const address = addressOf(query);
  const rows = live.rows.value;
  const named = useMemo(() => byName(live.all()), [live, rows]);
  useEffect(() => {
    const news = () => live.news.peek() + days.news.peek();
    let seen = news();
    const timer = setInterval(() => {
      if (!isLive(query) || held() || news() === seen) return;
      seen = news();
      turn.value++;
    }, CALM);
    return () => clearInterval(timer);
  }, [live, address]);
  const last = useRef<{ asked: string; arranged: Arranged } | undefined>(undefined);
  const asked = `${address} ${[...collapsed].join('\n')}`;
  return useMemo(() => {
    const arranged = arrange(named, query, { collapsed, dayOf: (id) => days.peek(id), sourceName });
    const before = last.current;
    const kept = before?.asked === asked && held() && query.group === 'none';
    const shown = kept ? { ...arranged, items: inOrderOf(before.arranged.items, arranged.items) } : arranged;
    last.current = { asked, arranged: shown };
    return shown;
  }, [asked, named, turn.value, sourceName]);
}

/** What is new comes last. */
function inOrderOf(before: readonly Item[], now: readonly Item[]): Item[] {
  const places = new Map(before.map((item, place) => [keyOf(item), place]));
  const placeOf = (item: Item) => places.get(keyOf(item)) ?? Number.POSITIVE_INFINITY;
  return now.toSorted((one, other) => {
    const a = placeOf(one);
    const b = placeOf(other);
    return a === b ? 0 : a - b;
  });
}

/** What a line is about. */
export const keyOf = (item: Item): string =>
  item.kind === 'group' ? `g${item.key}` : `d${item.destination.id}`;
