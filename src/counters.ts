import { DOUBTS, type Doubt } from './entities/doubt.ts';
import type { TransportCounters } from './io/transport.ts';
import { Distribution } from './statistics/distribution.ts';

/** What a running pinger has counted and measured of itself since its start. */
export interface Counters {
  /** Packets sent. */
  sent: number;
  /** Packets received. */
  received: number;
  /** Packets that the host received and dropped before they were read. */
  dropped: number;
  /** Packets that say nothing about an echo request: malformed, or about somebody's other traffic. */
  ignored: number;
  /** Answers to probes of somebody else's, forged or too old to be known. */
  foreign: number;
  /** Due times that passed without a probe, because the process was held up. */
  missed: number;
  /** Results made. */
  results: number;
  /** Results put into the database, those among them that an earlier process had left in the spill. */
  stored: number;
  /** Results given up because the database took none for too long. */
  lost: number;
  /** Results put into the spill, and those that came from there into the database. */
  spilled: number;
  drained: number;
  /** What the spill has now: results, and bytes on the disk. */
  spill_results: number;
  spill_bytes: number;
  /** Results that wait to be stored, wherever, and the most that ever did in memory. */
  waiting: number;
  waiting_max: number;
  /** The most that waited to be read whenever that was looked at, bytes with the kernel's bookkeeping. */
  receive_queue_max: number;
  /** How long after its due time a probe was sent, ms, quantiles within 1 %; null where none was. */
  lateness_p50: number | null;
  lateness_p99: number | null;
  lateness_p999: number | null;
  lateness_max: number | null;
  /** How late the process woke up for what was due or over, ms; up to 1 ms is the timer's resolution. */
  loop_delay_p50: number | null;
  loop_delay_p99: number | null;
  loop_delay_max: number | null;
  /** Results that this host may have distorted, by how. */
  doubts: Record<Doubt, number>;
}

/** Counters as the actors keep them. */
export class Meters {
  ignored = 0;
  foreign = 0;
  missed = 0;
  results = 0;
  stored = 0;
  lost = 0;
  spilled = 0;
  drained = 0;
  /** How often the recorder has chosen what to do next: every 5 s at least as long as it has results. */
  recorderTurns = 0;
  /** Results that an earlier process had left in the spill. */
  inherited = 0;
  spillResults = 0;
  spillBytes = 0;
  /** The most results that waited to be stored, and the most bytes to be read. */
  waitingMost = 0;
  queuedMost = 0;
  readonly doubts = Object.fromEntries(DOUBTS.map((doubt) => [doubt, 0])) as Record<Doubt, number>;
  /** How long after its due time each probe was sent, ms; within 1 % of each value. */
  readonly lateness = new Distribution();
  /** How late the process woke up each time, ms. */
  readonly loopDelay = new Distribution();
}

/** How many results wait to be stored, wherever. */
export const waitingOf = ({ inherited, results, stored, lost }: Meters): number =>
  inherited + results - stored - lost;

/** What meters say now. */
export function countersOf(meters: Meters, { sent, received, dropped }: TransportCounters): Counters {
  const { ignored, foreign, missed, results, stored, lost, lateness, loopDelay } = meters;
  return {
    sent,
    received,
    dropped,
    ignored,
    foreign,
    missed,
    results,
    stored,
    lost,
    spilled: meters.spilled,
    drained: meters.drained,
    spill_results: meters.spillResults,
    spill_bytes: meters.spillBytes,
    waiting: waitingOf(meters),
    waiting_max: meters.waitingMost,
    receive_queue_max: meters.queuedMost,
    lateness_p50: lateness.quantile(0.5),
    lateness_p99: lateness.quantile(0.99),
    lateness_p999: lateness.quantile(0.999),
    lateness_max: lateness.quantile(1),
    loop_delay_p50: loopDelay.quantile(0.5),
    loop_delay_p99: loopDelay.quantile(0.99),
    loop_delay_max: loopDelay.quantile(1),
    doubts: { ...meters.doubts },
  };
}
