import type { Counters } from '../counters.ts';
import { LIVE_STATES } from '../live/destination.ts';
import type { LiveOverview } from '../live/overview.ts';
import type { Pinger } from '../pinger.ts';
import { boundText, seconds } from './exposition.ts';
import { MONITOR } from './families.ts';
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
    of(MONITOR.packetsSent, counters.sent),
    of(MONITOR.packetsReceived, counters.received),
    of(MONITOR.packetsDropped, counters.dropped),
    of(MONITOR.packetsIgnored, counters.ignored),
    of(MONITOR.foreign, counters.foreign),
    of(MONITOR.receiveQueue, counters.receive_queue_max),
    of(MONITOR.missed, counters.missed),
    lateness(counters),
    loopDelay(counters),
    of(MONITOR.made, counters.results),
    of(MONITOR.stored, counters.stored),
    of(MONITOR.lost, counters.lost),
    of(MONITOR.waiting, counters.waiting),
    of(MONITOR.waitingMost, counters.waiting_max),
    of(MONITOR.spilled, counters.spilled),
    of(MONITOR.drained, counters.drained),
    of(MONITOR.spillResults, counters.spill_results),
    of(MONITOR.spillSize, counters.spill_bytes),
    of(MONITOR.database, pinger.trouble === undefined ? 1 : 0),
    by(MONITOR.doubtful, 'doubt', counters.doubts),
    by(MONITOR.gaps, 'reason', counters.gaps),
    by(MONITOR.gapTime, 'reason', counters.gap_time, seconds),
  ];
}

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

const lateness = (counters: Counters): Sampled => ({
  family: MONITOR.lateness,
  samples: quantiles(counters.lateness_count, counters.lateness_sum, [
    [0.5, counters.lateness_p50],
    [0.99, counters.lateness_p99],
    [0.999, counters.lateness_p999],
    [1, counters.lateness_max],
  ]),
});

const loopDelay = (counters: Counters): Sampled => ({
  family: MONITOR.loopDelay,
  samples: quantiles(counters.loop_delay_count, counters.loop_delay_sum, [
    [0.5, counters.loop_delay_p50],
    [0.99, counters.loop_delay_p99],
    [1, counters.loop_delay_max],
  ]),
});

/** `values`: each quantile, ms; null without any. */
const quantiles = (count: number, sum: number, values: [quantile: number, ms: number | null][]): Sample[] => [
  ...values.map(([quantile, ms]) => ({
    labels: { quantile: boundText(quantile) },
    value: ms === null ? Number.NaN : seconds(ms),
  })),
  { part: '_sum', labels: NO_LABELS, value: seconds(sum) },
  { part: '_count', labels: NO_LABELS, value: count },
];
