import {
  coarser,
  DAY,
  type KeptSince,
  LEVELS,
  type Level,
  nextStart,
  PERIODS,
  type Period,
  startOf,
} from './levels.ts';

/** From `since` on, before `until`: s since the Unix epoch, either of them possibly infinite. */
export interface Span {
  since: number;
  until: number;
}

/** A part of a span, and the level that says it best. */
export interface Piece extends Span {
  level: Level;
}

/**
 * The smallest span around a given one that can be put together of what is kept: where results or minutes are gone, it
 * is widened to whole periods of the next level; before the oldest days there is nothing.
 */
export function coveredSpan(span: Span, kept: KeptSince): Span {
  let { since, until } = span;
  for (const level of LEVELS) {
    const period = coarser(level);
    if (period === undefined) continue;
    if (since < kept[level]) since = startOf(period, since);
    if (until < kept[level]) until = nextStart(period, until);
  }
  return { since: Math.max(since, kept[DAY]), until: Math.max(until, kept[DAY]) };
}

/**
 * A span as whole days, then whole hours, then whole minutes, and results for the rest; in the order of time. `span`:
 * as `coveredSpan` gives it.
 */
export function cover(span: Span): Piece[] {
  return coverBy(PERIODS.length - 1, span);
}

function coverBy(index: number, { since, until }: Span): Piece[] {
  if (since >= until) return [];
  const period = PERIODS[index];
  if (period === undefined) return [{ level: 0, since, until }];
  const [first, end] = [nextStart(period, since), startOf(period, until)];
  if (first >= end) return coverBy(index - 1, { since, until });
  return [
    ...coverBy(index - 1, { since, until: first }),
    { level: period satisfies Period, since: first, until: end },
    ...coverBy(index - 1, { since: end, until }),
  ];
}
