import type { Outcome } from '../entities/outcome.ts';
import type { Answer } from '../io/packet/answer.ts';
import { NONCE_LENGTH } from '../io/packet/icmp.ts';
import type { NewResult } from '../io/store.ts';
import { LATE_WINDOW, type Probe } from './flight.ts';

/** A probe's payload: its nonce, then the destination's data. */
export function payloadOf({ route, nonce, settings }: Probe): Buffer {
  const payload = Buffer.allocUnsafe(NONCE_LENGTH + settings.data.length);
  payload.writeUInt32BE(route.token, 0);
  payload.writeUInt32BE(nonce, 4);
  settings.data.copy(payload, NONCE_LENGTH);
  return payload;
}

/**
 * Whether an answer is about this probe, by identifier, sequence and nonce, and does not come too late to matter.
 *
 * An ICMP error that quotes too little for a nonce has to quote the address that the probe went to.
 */
export function isAbout(answer: Answer, { rseq, route, nonce, deadline }: Probe): boolean {
  if (answer.rseq !== rseq || answer.rid !== route.rid) return false;
  if (answer.receivedAt > deadline + LATE_WINDOW) return false;
  if (answer.kind === 'error' && answer.quotedAddress !== route.target) return false;
  const { payload } = answer;
  if (payload.length < NONCE_LENGTH) return answer.kind === 'error';
  return payload.readUInt32BE(0) === route.token && payload.readUInt32BE(4) === nonce;
}

/** The result that an answer to a probe makes; `rtime` in ns since the Unix epoch. */
export const resultOf = (probe: Probe, answer: Answer, rtime: bigint): NewResult => ({
  destination_id: probe.settings.id,
  rtime,
  address: answer.address,
  rtt: answer.receivedAt - probe.sentAt,
  rtype: answer.rtype,
  rcode: answer.rcode,
  icmptype: answer.icmptype,
  rid: probe.route.rid,
  rseq: probe.rseq,
  datamatch: answer.kind === 'reply' ? answer.intact && sameData(probe, answer.payload) : null,
  rttl: answer.rttl,
  outcome: outcomeOf(probe, answer),
  reason: null,
});

/** The result of a probe that nobody answered in time, or that was given up. */
export const timeoutResult = (probe: Unanswered, rtime: bigint): NewResult =>
  unanswered(probe, rtime, 'timeout', null);

/** The result of a probe that never left, for a reason of this host's own. */
export const unsentResult = (probe: Unanswered, rtime: bigint, reason: string): NewResult =>
  unanswered(probe, rtime, 'unsent', reason);

type Unanswered = Pick<Probe, 'rseq' | 'settings'> & { route?: Probe['route'] | undefined };

const unanswered = (
  { settings, rseq, route }: Unanswered,
  rtime: bigint,
  outcome: Outcome,
  reason: string | null,
): NewResult => ({
  destination_id: settings.id,
  rtime,
  address: null,
  rtt: null,
  rtype: null,
  rcode: null,
  icmptype: null,
  rid: route?.rid ?? null,
  rseq,
  datamatch: null,
  rttl: null,
  outcome,
  reason,
});

function outcomeOf(probe: Probe, answer: Answer): Outcome {
  if (probe.state === 'answered') return 'duplicate';
  if (probe.state === 'expired') return 'late';
  if (answer.kind === 'reply') return 'reply';
  return answer.ttlExceeded ? 'ttl_exceeded' : 'unreachable';
}

const sameData = ({ settings }: Probe, payload: Buffer): boolean =>
  settings.data.equals(payload.subarray(NONCE_LENGTH));
