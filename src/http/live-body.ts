import { type LiveDestination, RECENT } from '../live/destination.ts';
import type { Live } from './schemas/live.ts';

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

/** A round-trip time for a sparkline: to the µs, or to four digits above 10 ms. */
const rounded = (ms: number): number => (ms < 10 ? Math.round(ms * 1000) / 1000 : Math.round(ms * 100) / 100);
