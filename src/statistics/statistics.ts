import type { Outcome } from '../entities/outcome.ts';
import { EQUIPMENT_DELAY, mosOf, ratingOf } from './mos.ts';
import type { Summary, SummaryFigures } from './summary.ts';

/** Round-trip times of the probes that were received (RFC 2681), ms; null where there were none. */
export interface RoundTrips {
  min: number | null;
  avg: number | null;
  max: number | null;
  /** Of the population. */
  stddev: number | null;
  /** Percentiles by nearest rank, within 1 %. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** How round-trip times vary, ms; null where there is nothing to compare. */
export interface DelayVariations {
  /** Percentiles of the difference to the shortest: packet delay variation, RFC 5481; as exact as the percentile, 1 % of that. */
  pdv_p95: number | null;
  pdv_p99: number | null;
  /** Mean and largest absolute difference between two consecutive probes: inter-packet delay variation, RFC 3393. */
  ipdv_mean: number | null;
  ipdv_max: number | null;
}

/** What became of one destination's probes. Everything about delay is of the round trip. */
export interface Statistics extends RoundTrips, DelayVariations, Readonly<Record<Outcome, number>> {
  /** Every probe that left and whose end is known, or never will be. */
  sent: number;
  /** `reply` and `refused`. */
  received: number;
  /** Not received in time, the destination's timeout being the waiting time of RFC 7680. */
  lost: number;
  /** Neither received nor lost: timeouts that this host itself may have caused. */
  undetermined: number;
  /** Share of those received or lost that were lost, 0 to 1: RFC 7680; null when there were none. */
  loss: number | null;
  /** Runs of consecutive losses, and the longest of them, in probes: RFC 3357. */
  loss_periods: number;
  longest_loss_period: number;
  /** Of the replies, those whose data came back changed. */
  corrupt: number;
  /** Results of any outcome that the monitor's own host may have distorted. */
  doubtful: number;
  /** Minutes with probes that were received or lost, and those of them with no more than 20 % lost: ITU-T Y.1540. */
  minutes_observed: number;
  minutes_available: number;
  /** Share of the observed minutes that were available, 0 to 1; null when none was observed. */
  availability: number | null;
  /** How a telephone call would fare, by the E-model (ITU-T G.107): rating R, 0 to 93.2, and mean opinion score, 1 to 4.4. */
  r_estimate: number | null;
  mos_estimate: number | null;
}

/** The figures of a summary. */
export function statisticsOf(summary: Summary): Statistics {
  const figures = summary.figures();
  const { reply, refused, unreachable, ttl_exceeded, timeout, late, duplicate, unsent } = figures;
  const { undetermined, corrupt, doubtful, loss_periods, longest_loss_period } = figures;
  const { rtt_min, rtt_mean, rtt_max, rtt_variance, ipdv_mean, ipdv_max } = figures;
  const { minutes_observed, minutes_available } = figures;
  const { received, lost } = summary;
  const [p50, p95, p99] = [summary.quantile(0.5), summary.quantile(0.95), summary.quantile(0.99)];
  const loss = shareOf(lost, received + lost);
  const rating = ratingOfFigures(figures, lost, loss);
  return {
    sent: received + lost + undetermined,
    received,
    lost,
    undetermined,
    loss,
    loss_periods,
    longest_loss_period,
    min: rtt_min,
    avg: rtt_mean,
    max: rtt_max,
    stddev: rtt_variance === null ? null : Math.sqrt(rtt_variance),
    p50,
    p95,
    p99,
    pdv_p95: difference(p95, rtt_min),
    pdv_p99: difference(p99, rtt_min),
    ipdv_mean,
    ipdv_max,
    availability: shareOf(minutes_available, minutes_observed),
    minutes_observed,
    minutes_available,
    r_estimate: rating,
    mos_estimate: rating === null ? null : mosOf(rating),
    late,
    duplicate,
    corrupt,
    unsent,
    doubtful,
    reply,
    refused,
    unreachable,
    ttl_exceeded,
    timeout,
  };
}

const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

const difference = (value: number | null, from: number | null): number | null =>
  value === null || from === null ? null : value - from;

/** The rating of a call over a path like this, whose one-way delay is taken for half of the mean round trip. */
function ratingOfFigures(
  { rtt_mean, loss_periods }: SummaryFigures,
  lost: number,
  loss: number | null,
): number | null {
  if (rtt_mean === null || loss === null) return null;
  // Random loss would have loss periods of 1 / (1 - loss) probes on average.
  const burstRatio = loss_periods > 0 ? (lost / loss_periods) * (1 - loss) : 1;
  return ratingOf({ delay: Math.max(0, rtt_mean) / 2 + EQUIPMENT_DELAY, loss, burstRatio });
}
