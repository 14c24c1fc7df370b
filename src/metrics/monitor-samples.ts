import type { Counters } from '../counters.ts';
import { LIVE_STATES } from '../live/destination.ts';
import type { LiveOverview } from '../live/overview.ts';
import type { Pinger } from '../pinger.ts';
import { boundText, seconds } from './exposition.ts';
import { COUNTED, MONITOR } from './families.ts';
import type { Family, Sample, Sampled } from './family.ts';

export interface MonitorSource {
  pinger: Pick<Pinger, 'counters' | 'source' | 'transportInUse' | 'trouble'>;
  live: LiveOverview;
  /** Of pinger. */
  version: string;
}

const NO_LABELS = {};

/** What the monitor knows of itself. */
export function monitorSamples({ pinger, live, version }: MonitorSource): Sampled[] {
  const counters = pinger.counters();
  return [
    of(MONITOR.build, 1, { version }),
    of(MONITOR.monitor, 1, { source: pinger.source?.name ?? '', transport: pinger.transportInUse ?? '' }),
    { family: MONITOR.destinations, samples: states(live) },
    ...NUMBERS.map((name) => of(COUNTED[name], counters[name])),
    summary(MONITOR.lateness, 'lateness', counters),
    summary(MONITOR.loopDelay, 'loop_delay', counters),
    of(MONITOR.database, pinger.trouble === undefined ? 1 : 0),
    by(MONITOR.doubtful, 'doubt', counters.doubts),
    by(MONITOR.gaps, 'reason', counters.gaps),
    by(MONITOR.gapTime, 'reason', counters.gap_time, seconds),
  ];
}

const NUMBERS = Object.keys(COUNTED) as (keyof typeof COUNTED)[];

const of = (family: Family, value: number, labels: Sample['labels'] = NO_LABELS): Sampled => ({
  family,
  samples: [{ labels, value }],
});

const by = (
  family: Family,
  label: string,
  values: Readonly<Record<string, number>>,
  convert = (value: number) => value,
): Sampled => ({
  family,
  samples: Object.entries(values).map(([name, value]) => ({
    labels: { [label]: name },
    value: convert(value),
  })),
});

function states(live: LiveOverview): Sample[] {
  const counts = new Map<string, number>(LIVE_STATES.map((state) => [state, 0]));
  for (const { state } of live.all()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, value]) => ({ labels: { state }, value }));
}

/** What counters call quantiles; not each has all. */
const QUANTILES = [
  [0.5, 'p50'],
  [0.99, 'p99'],
  [0.999, 'p999'],
  [1, 'max'],
] as const;

/** Of what is counted, ms, under names that begin alike. */
function summary(family: Family, name: 'lateness' | 'loop_delay', counters: Counters): Sampled {
  const values: { readonly [name: string]: unknown } = { ...counters };
  const quantiles = QUANTILES.flatMap(([quantile, suffix]): Sample[] => {
    const ms = values[`${name}_${suffix}`];
    if (ms === undefined) return [];
    const value = typeof ms === 'number' ? seconds(ms) : Number.NaN;
    return [{ labels: { quantile: boundText(quantile) }, value }];
  });
  return {
    family,
    samples: [
      ...quantiles,
      { part: '_sum', labels: NO_LABELS, value: seconds(counters[`${name}_sum`]) },
      { part: '_count', labels: NO_LABELS, value: counters[`${name}_count`] },
    ],
  };
}
