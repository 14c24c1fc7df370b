import type { Statistics } from '../statistics/statistics.ts';
import { cell, lossCell, rttCell, shareCell } from './format.ts';
import type { StatisticsRow } from './statistics-table.ts';
import { formatTable } from './table.ts';

type Figure = keyof Statistics;

/** A group of figures: how they read, and what defines them. */
interface Group {
  figures: Partial<Record<Figure, string>>;
  show: (value: number | null) => string;
}

const count = (value: number | null): string => cell(value);

/** Every figure, in the order in which people read them. */
const GROUPS: Group[] = [
  {
    show: count,
    figures: {
      sent: 'probes that left, and whose end is known',
      received: 'probes that the destination answered in time: reply and refused',
      lost: 'probes without that, for the destination’s timeout (RFC 7680)',
      undetermined: 'timeouts that the source itself may have caused',
    },
  },
  { show: lossCell, figures: { loss: 'lost / (received + lost) (RFC 7680)' } },
  {
    show: count,
    figures: {
      loss_periods: 'runs of consecutive losses (RFC 3357)',
      longest_loss_period: 'probes in the longest run (RFC 3357)',
    },
  },
  {
    show: (value) => (value === null ? cell(null) : `${rttCell(value)} ms`),
    figures: {
      min: 'shortest round-trip time (RFC 2681)',
      avg: 'mean round-trip time',
      max: 'longest round-trip time',
      stddev: 'standard deviation of round-trip times',
      p50: 'median of round-trip times, within 1 %',
      p95: '95th percentile of round-trip times, within 1 %',
      p99: '99th percentile of round-trip times, within 1 %',
      pdv_p95: 'packet delay variation: p95 - min, as exact as p95 (RFC 5481)',
      pdv_p99: 'packet delay variation: p99 - min, as exact as p99 (RFC 5481)',
      ipdv_mean: 'mean |difference| of consecutive probes (RFC 3393), round trip',
      ipdv_max: 'largest |difference| of consecutive probes (RFC 3393), round trip',
    },
  },
  { show: shareCell, figures: { availability: 'share of available minutes (ITU-T Y.1540)' } },
  {
    show: count,
    figures: {
      minutes_observed: 'minutes with probes that were received or lost',
      minutes_available: 'minutes of these with no more than 20 % lost',
    },
  },
  {
    show: (value) => (value === null ? cell(null) : value.toFixed(2)),
    figures: {
      r_estimate: 'estimate: rating R of a call, 0 to 93.2 (ITU-T G.107)',
      mos_estimate: 'estimate: mean opinion score of a call, 1 to 4.4 (ITU-T G.107)',
    },
  },
  {
    show: count,
    figures: {
      reply: 'the answer asked for, in time',
      refused: 'the destination said that the port is closed',
      unreachable: 'any other ICMP error',
      ttl_exceeded: 'time exceeded in transit',
      timeout: 'nothing in time',
      late: 'answers after their timeout',
      duplicate: 'further answers to answered probes',
      corrupt: 'replies whose data had changed',
      unsent: 'probes that never left',
      doubtful: 'results that the source itself may have distorted',
    },
  },
];

/** Every figure of each destination, a line each with its unit and what defines it; no newline at the end. */
export const formatDetails = (rows: readonly StatisticsRow[]): string =>
  rows
    .map(({ label, source, statistics }) => {
      const heading = source === undefined ? cell(label) : `${cell(label)}, from ${cell(source)}`;
      const lines = GROUPS.flatMap(({ figures, show }) =>
        (Object.entries(figures) as [Figure, string][]).map(([name, meaning]) => [
          `  ${name}`,
          show(statistics[name]),
          meaning,
        ]),
      );
      return formatTable([{ heading }, { heading: '', right: true }, { heading: '' }], lines);
    })
    .join('\n\n');
