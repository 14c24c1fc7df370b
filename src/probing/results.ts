import type { Outcome } from '../entities/outcome.ts';
import type { Answer } from '../io/packet/answer.ts';
import { NONCE_LENGTH } from '../io/packet/icmp.ts';
import type { NewResult } from '../io/store.ts';
import type { Probe } from './flight.ts';

/** A probe's payload: its nonce, then the destination's data. */
export function payloadOf({ route, nonce, settings }: Probe): Buffer {
  const payload = Buffer.allocUnsafe(NONCE_LENGTH + settings.data.length);
  payload.writeUInt32BE(route.token, 0);
  payload.writeUInt32BE(nonce, 4);
  settings.data.copy(payload, NONCE_LENGTH);
  return payload;
}

/**
 * Whether an answer is about this probe: by identifier, sequence and nonce.
 *
 * An ICMP error that quotes too little for a nonce has to quote the address that the probe went to.
 */
export function isAbout(answer: Answer, { rseq, route, nonce }: Probe): boolean {
  if (answer.rseq !== rseq || answer.rid !== route.rid) return false;
  if (answer.kind === 'error' && answer.quotedAddress !== route.target) return false;
  const { payload } = answer;
  if (payload.length < NONCE_LENGTH) return answer.kind === 'error';
  return payload.readUInt32BE(0) === route.token && payload.readUInt32BE(4) === nonce;
}

/** The result that an answer to a probe makes; `rtime` in ns since the Unix epoch. */
export function resultOf(probe: Probe, answer: Answer, rtime: bigint): NewResult {
  const { address, rtype, rcode, icmptype, rttl } = answer;
  return {
    ...base(probe, rtime),
    address,
    rtt: answer.receivedAt - probe.sentAt,
    rtype,
    rcode,
    icmptype,
    rttl,
    datamatch: answer.kind === 'reply' ? answer.intact && sameData(probe, answer.payload) : null,
    outcome: outcomeOf(probe, answer),
  };
}

/** The result of a probe that nobody answered in time, or that was given up. */
export const timeoutResult = (probe: Probe, rtime: bigint): NewResult => ({
  ...base(probe, rtime),
  outcome: 'timeout',
});

/** The result of a probe that never left, for a reason of this host's own. */
export const unsentResult = (
  probe: Pick<Probe, 'rseq' | 'settings'> & { route?: Probe['route'] | undefined },
  rtime: bigint,
  reason: string,
): NewResult => ({ ...base(probe, rtime), outcome: 'unsent', reason });

function base({ settings, rseq, route }: Parameters<typeof unsentResult>[0], rtime: bigint) {
  return {
    destination_id: settings.id,
    rtime,
    rid: route?.rid ?? null,
    rseq,
    address: null,
    rtt: null,
    rtype: null,
    rcode: null,
    icmptype: null,
    rttl: null,
    datamatch: null,
    reason: null,
  };
}

function outcomeOf(probe: Probe, answer: Answer): Outcome {
  if (probe.state === 'answered') return 'duplicate';
  if (probe.state === 'expired') return 'late';
  if (answer.kind === 'reply') return 'reply';
  return answer.ttlExceeded ? 'ttl_exceeded' : 'unreachable';
}

const sameData = ({ settings }: Probe, payload: Buffer): boolean =>
  settings.data.equals(payload.subarray(NONCE_LENGTH));
