import type { SeriesBody } from '../../http/schemas/statistics.ts';

/** How round-trip times are laid out: from 0 on, from the shortest on, or by their logarithms. */
export const SCALES = ['zero', 'fitted', 'log'] as const;
export type RttScale = (typeof SCALES)[number];

/** Which share of the probes the scale has to hold. */
export const REACHES = ['p99', 'p95', 'all'] as const;
export type RttReach = (typeof REACHES)[number];

/** Round-trip times from the bottom to the top of a chart, ms. */
export interface RttRange {
  low: number;
  high: number;
}

export type RttColumns = Pick<
  SeriesBody,
  'received' | 'min' | 'p5' | 'p10' | 'p25' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | 'max'
>;

/** Percentiles of a step, and which share of its probes each stands for. */
const WEIGHTS = [
  ['p5', 0.05],
  ['p10', 0.05],
  ['p25', 0.15],
  ['p50', 0.25],
  ['p75', 0.25],
  ['p90', 0.15],
  ['p95', 0.05],
  ['p99', 0.04],
  ['max', 0.01],
] as const;

/** Where all steps are empty, or none is there yet. */
const NOTHING: RttRange = { low: 0, high: 1 };
const NOTHING_LOG: RttRange = { low: 0.1, high: 10 };

/** Logarithms have no zero: ms. */
const LEAST = 0.001;

/** So much more than what has to be held is held anyway, rather than cut off. */
const TOLERANCE = 1.6;

/** What a chart of some series has to hold, so that a few outliers flatten nothing. */
export function rttRange(
  all: readonly RttColumns[],
  { scale, reach }: { scale: RttScale; reach: RttReach },
): RttRange {
  const bins = new Map<number, number>();
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const series of all)
    for (let step = 0; step < series.received.length; step++) {
      const received = series.received[step] as number;
      const min = series.min[step];
      if (received === 0 || min === null || min === undefined) continue;
      least = Math.min(least, min);
      most = Math.max(most, series.max[step] ?? min);
      if (reach !== 'all')
        for (const [name, weight] of WEIGHTS) {
          const bin = binOf(series[name][step] ?? min);
          bins.set(bin, (bins.get(bin) ?? 0) + weight * received);
        }
    }
  if (!(least < Number.POSITIVE_INFINITY)) return scale === 'log' ? NOTHING_LOG : NOTHING;
  const held = reach === 'all' ? most : quantile(bins, reach === 'p95' ? 0.95 : 0.99);
  const high = most <= held * TOLERANCE ? most : held;
  return laidOut(least, Math.max(high, least), scale);
}

/** Whether a step has probes above what is shown. */
export const isCut = ({ max }: Pick<RttColumns, 'max'>, step: number, { high }: RttRange): boolean =>
  (max[step] ?? 0) > high;

function laidOut(least: number, high: number, scale: RttScale): RttRange {
  if (scale === 'log') {
    const low = Math.max(LEAST, least);
    const most = Math.max(high, low);
    const margin = Math.max(1.05, (most / low) ** 0.06);
    return { low: low / margin, high: most * margin };
  }
  if (scale === 'zero') return { low: 0, high: Math.max(high * 1.06, LEAST) };
  const margin = Math.max((high - least) * 0.08, high * 0.005, LEAST);
  return { low: Math.max(0, least - margin), high: high + margin };
}

/** Bins whose bounds are 1 % apart: sorting thousands of values takes longer than drawing them. */
const BINS_A_UNIT = 100;

const binOf = (value: number): number => Math.ceil(Math.log(Math.max(value, LEAST)) * BINS_A_UNIT);

/** The upper bound of the bin that it lies in; `bins`: how much is in each. */
function quantile(bins: ReadonlyMap<number, number>, share: number): number {
  const sorted = [...bins].sort(([a], [b]) => a - b);
  const enough = sorted.reduce((sum, [, weight]) => sum + weight, 0) * share;
  let sum = 0;
  for (const [bin, weight] of sorted) {
    sum += weight;
    if (sum >= enough) return Math.exp(bin / BINS_A_UNIT);
  }
  return 0;
}
