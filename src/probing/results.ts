import type { Doubt } from '../entities/doubt.ts';
import type { Outcome } from '../entities/outcome.ts';
import type { Answer } from '../io/packet/answer.ts';
import { NONCE_LENGTH } from '../io/packet/icmp.ts';
import { UDP } from '../io/packet/ip.ts';
import type { NewResult } from '../storage/store.ts';
import type { Probe } from './flight.ts';

/** The result that an answer to a probe makes; `rtime` in ns since the Unix epoch. */
export const resultOf = (probe: Probe, answer: Answer, rtime: bigint, doubt: Doubt | null): NewResult => ({
  destination_id: probe.settings.id,
  rtime,
  address: answer.address,
  // A send time that is an estimate may come out after the answer of a near host.
  rtt: Math.max(0, answer.receivedAt - probe.sentAt),
  rtype: answer.rtype,
  rcode: answer.rcode,
  icmptype: answer.icmptype,
  rid: probe.rid,
  rseq: probe.rseq,
  datamatch: dataMatches(probe, answer),
  rttl: answer.rttl,
  outcome: outcomeOf(probe, answer),
  doubt,
  sentAt: probe.sentAt,
  reason: null,
});

/** The result of a probe that nobody answered in time, or that was given up. */
export const timeoutResult = (probe: Probe, rtime: bigint, doubt: Doubt | null): NewResult =>
  unanswered(probe, rtime, 'timeout', { doubt, sentAt: probe.sentAt, reason: null });

/** The result of a probe that never left, for a reason of this host's own. */
export const unsentResult = (probe: Unanswered, rtime: bigint, reason: string): NewResult =>
  unanswered(probe, rtime, 'unsent', { doubt: null, sentAt: null, reason });

type Unanswered = Pick<Probe, 'rseq' | 'settings'> & { rid?: number };

const unanswered = (
  { settings, rseq, rid }: Unanswered,
  rtime: bigint,
  outcome: Outcome,
  { doubt, sentAt, reason }: Pick<NewResult, 'doubt' | 'sentAt' | 'reason'>,
): NewResult => ({
  destination_id: settings.id,
  rtime,
  address: null,
  rtt: null,
  rtype: null,
  rcode: null,
  icmptype: null,
  rid: rid ?? null,
  rseq,
  datamatch: null,
  rttl: null,
  outcome,
  doubt,
  sentAt,
  reason,
});

export function outcomeOf(probe: Probe, answer: Answer): Outcome {
  if (probe.state === 'answered') return 'duplicate';
  if (probe.state === 'expired') return 'late';
  if (answer.kind === 'segment') return answer.reset ? 'refused' : 'reply';
  if (answer.kind !== 'error') return 'reply';
  if (answer.cause === 'ttl exceeded') return 'ttl_exceeded';
  const { protocol, target } = probe.route;
  const refused = protocol === UDP && answer.cause === 'port unreachable' && answer.address === target;
  return refused ? 'refused' : 'unreachable';
}

/** Whether the data came back as it was sent; null where none can come back. */
function dataMatches({ settings }: Probe, answer: Answer): boolean | null {
  if (answer.kind !== 'echo' && answer.kind !== 'datagram') return null;
  const { data } = settings;
  const start = answer.kind === 'echo' ? NONCE_LENGTH : 0;
  const hasLength = answer.payload.length - start === data.length;
  return answer.intact && hasLength && (data.length === 0 || data.compare(answer.payload, start) === 0);
}
