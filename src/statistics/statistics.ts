import type { Outcome } from '../entities/outcome.ts';

/** Round-trip times of the probes that were received, ms; null where there were none. */
export interface RoundTrips {
  min: number | null;
  avg: number | null;
  max: number | null;
  /** Of the population. */
  stddev: number | null;
  /** Percentiles by nearest rank. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/**
 * What became of one destination's probes.
 *
 * Loss is RFC 7680's, with the destination's timeout as its waiting time; round-trip times are RFC 2681's.
 */
export interface Statistics extends RoundTrips, Readonly<Record<Outcome, number>> {
  /** Every probe that left and whose end is known. */
  sent: number;
  /** `reply` and `refused`. */
  received: number;
  lost: number;
  /** Share of the sent ones that were lost, 0 to 1; null when none was sent. */
  loss: number | null;
  /** Of the replies, those whose data came back changed. */
  corrupt: number;
  /** Results of any outcome that the monitor's own host may have distorted. */
  doubtful: number;
}

/** Statistics from what was counted and measured. */
export function statisticsOf(
  counts: Readonly<Record<Outcome, number>>,
  { corrupt, doubtful }: Pick<Statistics, 'corrupt' | 'doubtful'>,
  { min, avg, max, stddev, p50, p95, p99 }: RoundTrips,
): Statistics {
  const { reply, refused, unreachable, ttl_exceeded, timeout, late, duplicate, unsent } = counts;
  const received = reply + refused;
  const lost = unreachable + ttl_exceeded + timeout;
  const sent = received + lost;
  return {
    sent,
    received,
    lost,
    loss: sent > 0 ? lost / sent : null,
    min,
    avg,
    max,
    stddev,
    p50,
    p95,
    p99,
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
