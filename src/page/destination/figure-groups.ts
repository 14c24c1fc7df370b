import type { z } from 'zod';
import type { destinationStatisticsSchema } from '../../http/schemas/statistics.ts';
import { countText, NONE, shareText, withMs } from '../figures.ts';

export type DestinationStatistics = z.infer<typeof destinationStatisticsSchema>;

type Figure = Exclude<keyof DestinationStatistics, 'destination_id' | 'label' | 'source_id'>;

export interface FigureGroup {
  title: string;
  /** The first is the one that people look for. */
  figures: readonly {
    name: Figure;
    label: string;
    show: (value: number | null) => string;
    meaning: string;
  }[];
}

const rating = (value: number | null): string => (value === null ? NONE : value.toFixed(2));
const probes = (value: number | null): string => (value === null ? NONE : `${countText(value)} probes`);
const minutes = (value: number | null): string => (value === null ? NONE : `${countText(value)} min`);

/** The figures of docs/statistics.md, in its words. */
export const FIGURE_GROUPS: readonly FigureGroup[] = [
  {
    title: 'Loss',
    figures: [
      {
        name: 'loss',
        label: 'loss',
        show: shareText,
        meaning: 'lost / (received + lost), with the destination’s timeout as waiting time (RFC 7680)',
      },
      {
        name: 'sent',
        label: 'sent',
        show: probes,
        meaning: 'probes that left and whose end is known, or never will be: received + lost + undetermined',
      },
      { name: 'lost', label: 'lost', show: probes, meaning: 'not answered in time' },
      {
        name: 'loss_periods',
        label: 'loss periods',
        show: countText,
        meaning: 'runs of probes lost one after the other (RFC 3357)',
      },
      {
        name: 'longest_loss_period',
        label: 'longest loss period',
        show: probes,
        meaning: 'the longest of these runs (RFC 3357)',
      },
      {
        name: 'undetermined',
        label: 'undetermined',
        show: probes,
        meaning: 'timeouts that this host may have caused itself: neither received nor lost',
      },
    ],
  },
  {
    title: 'Round-trip time',
    figures: [
      { name: 'p50', label: 'median', show: withMs, meaning: 'half of the received probes, within 1 %' },
      { name: 'min', label: 'min', show: withMs, meaning: 'the shortest (RFC 2681)' },
      { name: 'avg', label: 'mean', show: withMs, meaning: 'of the received probes' },
      { name: 'p95', label: 'p95', show: withMs, meaning: '95th percentile by nearest rank, within 1 %' },
      { name: 'p99', label: 'p99', show: withMs, meaning: '99th percentile by nearest rank, within 1 %' },
      { name: 'max', label: 'max', show: withMs, meaning: 'the longest' },
      { name: 'stddev', label: 'standard deviation', show: withMs, meaning: 'of the received probes' },
    ],
  },
  {
    title: 'Variation',
    figures: [
      {
        name: 'ipdv_mean',
        label: 'ipdv, mean',
        show: withMs,
        meaning: 'absolute difference between two consecutive probes’ round-trip times (RFC 3393)',
      },
      { name: 'ipdv_max', label: 'ipdv, max', show: withMs, meaning: 'the greatest of them' },
      { name: 'pdv_p95', label: 'pdv, p95', show: withMs, meaning: 'p95 less the shortest (RFC 5481)' },
      { name: 'pdv_p99', label: 'pdv, p99', show: withMs, meaning: 'p99 less the shortest (RFC 5481)' },
    ],
  },
  {
    title: 'Availability',
    figures: [
      {
        name: 'availability',
        label: 'availability',
        show: shareText,
        meaning:
          'share of the minutes with an outcome in which no more than 20 % were lost (ITU-T Y.1540’s function)',
      },
      { name: 'minutes_available', label: 'available', show: minutes, meaning: 'such minutes' },
      { name: 'minutes_observed', label: 'observed', show: minutes, meaning: 'minutes with an outcome' },
    ],
  },
  {
    title: 'A call over this path',
    figures: [
      {
        name: 'mos_estimate',
        label: 'MOS, estimate',
        show: rating,
        meaning:
          'mean opinion score of a telephone call (G.711 with loss concealment), 1 to 4.4 (ITU-T G.107)',
      },
      {
        name: 'r_estimate',
        label: 'R, estimate',
        show: rating,
        meaning:
          'its rating, 0 to 93.2; delay = half of the mean round trip + 60 ms of packets and jitter buffer',
      },
    ],
  },
  {
    title: 'On top',
    figures: [
      { name: 'late', label: 'late', show: countText, meaning: 'answers after their timeout' },
      {
        name: 'duplicate',
        label: 'duplicate',
        show: countText,
        meaning: 'further answers to answered probes',
      },
      { name: 'corrupt', label: 'corrupt', show: countText, meaning: 'replies whose data had changed' },
      { name: 'unsent', label: 'unsent', show: countText, meaning: 'probes that never left this host' },
      {
        name: 'doubtful',
        label: 'doubtful',
        show: countText,
        meaning: 'results that the source itself may have distorted',
      },
    ],
  },
];
