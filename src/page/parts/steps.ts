import type { SeriesBody } from '../../http/schemas/statistics.ts';

/** Columns of a series with an element for each step. */
const COLUMNS = [
  'start',
  'sent',
  'received',
  'lost',
  'undetermined',
  'corrupt',
  'reply',
  'refused',
  'unreachable',
  'ttl_exceeded',
  'timeout',
  'unsent',
  'late',
  'duplicate',
  'avg',
  'min',
  'p5',
  'p10',
  'p25',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'max',
  'ipdv_mean',
  'availability',
] as const satisfies readonly (keyof SeriesBody)[];

export type SeriesColumn = (typeof COLUMNS)[number];

/** One step of a series. */
export type Step = Record<SeriesColumn, number | null> & { start: number };

export const stepAt = (series: SeriesBody, index: number): Step =>
  Object.fromEntries(COLUMNS.map((name) => [name, series[name][index] ?? null])) as Step;

/** Share of the probes of a step that were lost, 0 to 1; null where neither loss nor receipt is known of any. */
export function lossAt(
  { received, lost }: Pick<SeriesBody, 'received' | 'lost'>,
  index: number,
): number | null {
  const missing = lost[index] ?? 0;
  const known = (received[index] ?? 0) + missing;
  return known > 0 ? missing / known : null;
}

/** Which step a moment lies in; -1 where there are no results of that time. */
export function indexAt({ start, step }: Pick<SeriesBody, 'start' | 'step'>, moment: number): number {
  const index = firstAfter(start, moment) - 1;
  return index >= 0 && moment < (start[index] as number) + step ? index : -1;
}

/** The step whose middle is nearest to a moment; -1 where there is none at all. */
export function nearestIndex({ start, step }: Pick<SeriesBody, 'start' | 'step'>, moment: number): number {
  const after = firstAfter(start, moment - step / 2);
  if (after === 0) return start.length > 0 ? 0 : -1;
  if (after === start.length) return after - 1;
  const middle = moment - step / 2;
  return middle - (start[after - 1] as number) <= (start[after] as number) - middle ? after - 1 : after;
}

/** The first index whose value is greater. */
function firstAfter(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A series that goes on with a newer one in steps of the same length: what both are about is the newer one's. What lies
 * before `since` is left out.
 */
export function continued(old: SeriesBody, fresh: SeriesBody, since: number): SeriesBody {
  const from = firstAfter(old.start, since - old.step);
  const to = firstAfter(old.start, fresh.since - 1);
  const columns = Object.fromEntries(
    COLUMNS.map((name) => [name, [...(old[name] as unknown[]).slice(from, to), ...fresh[name]]]),
  );
  const known = old.gaps
    .filter(({ start }) => start < fresh.since)
    .map((gap) => ({ ...gap, end: Math.min(gap.end, fresh.since) }));
  const gaps = [...known];
  for (const gap of fresh.gaps) {
    const same = gaps.findIndex(
      ({ source_id, reason, end }) =>
        source_id === gap.source_id && reason === gap.reason && gap.start - end < 1,
    );
    const before = gaps[same];
    if (before) gaps[same] = { ...before, end: gap.end };
    else gaps.push(gap);
  }
  return {
    ...fresh,
    ...columns,
    since: Math.max(old.since, since),
    gaps: gaps.filter(({ end }) => end > since),
  };
}
