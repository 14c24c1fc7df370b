import type { HopResult } from '../../src/trace/hop.ts';

const silent = {
  address: null,
  rtt: null,
  rtype: null,
  icmptype: null,
  rcode: null,
  sentAt: null,
  reason: null,
} as const;

/** Results of a trace with ICMP, as they come; the sequence is 0 unless given. */
export const from = (
  hop: number,
  address: string,
  { rtt = 1, rseq = 0, outcome = 'ttl_exceeded' }: Partial<HopResult> = {},
): HopResult => ({
  ...silent,
  destination_id: hop,
  rseq,
  outcome,
  address,
  rtt,
  rtype: 1,
  icmptype: 11,
  rcode: 0,
});

export const reply = (hop: number, address: string, more: Partial<HopResult> = {}): HopResult => ({
  ...from(hop, address, { outcome: 'reply', ...more }),
  icmptype: 0,
});

export const unreachable = (hop: number, address: string, more: Partial<HopResult> = {}): HopResult => ({
  ...from(hop, address),
  outcome: 'unreachable',
  icmptype: 3,
  rcode: 1,
  ...more,
});

export const timeout = (hop: number, rseq = 0): HopResult => ({
  ...silent,
  destination_id: hop,
  rseq,
  outcome: 'timeout',
});

export const unsent = (hop: number, rseq = 0): HopResult => ({
  ...silent,
  destination_id: hop,
  rseq,
  outcome: 'unsent',
  reason: 'No route to host',
});
