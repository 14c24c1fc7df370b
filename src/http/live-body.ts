import { type LiveDestination, RECENT } from '../live/destination.ts';
import type { Live, LiveChange } from './schemas/live.ts';

/** A destination as it is now. `fresh`: so many of its newest probes. */
export const liveBody = (destination: LiveDestination, fresh = RECENT): Live => ({
  id: destination.id,
  label: destination.label,
  state: destination.state,
  problem: destination.problem,
  outcome: destination.outcome,
  reason: destination.reason,
  address: destination.address,
  at: destination.rtime === null ? null : Number(destination.rtime / 1_000_000n),
  rtt: destination.rtt,
  loss: destination.loss,
  count: destination.count,
  recent: destination
    .recent(fresh)
    .map((probe) => (probe === 'lost' ? -1 : probe === 'unknown' ? null : rounded(probe))),
});

/** What of a destination is told only where it has changed. */
const SELDOM = ['label', 'state', 'problem', 'outcome', 'reason', 'address', 'rtt', 'loss'] as const;

/** What there is to tell of a destination as it is now to those who know how it was before. */
export function changeOf(before: Live, now: Live): LiveChange {
  const { id, at, count, recent } = now;
  const changed = SELDOM.filter((key) => now[key] !== before[key]);
  return { id, at, count, recent, ...Object.fromEntries(changed.map((key) => [key, now[key]])) };
}

/** A round-trip time for a sparkline: to the µs, or to four digits above 10 ms. */
const rounded = (ms: number): number => (ms < 10 ? Math.round(ms * 1000) / 1000 : Math.round(ms * 100) / 100);
