import type { Answer, Datagram, EchoReply } from '../io/packet/answer.ts';
import { writeChecksum } from '../io/packet/checksum.ts';
import { NONCE_LENGTH } from '../io/packet/icmp.ts';
import { UDP } from '../io/packet/ip.ts';
import type { QuotedDatagram, QuotedEcho } from '../io/packet/quote.ts';
import { encodeDatagram } from '../io/packet/udp.ts';
import { encodeProbe } from './encoding.ts';
import { LATE_WINDOW, type Probe } from './flight.ts';

/** Whether an answer that came now could be one to the probe: it was sent, and is not long forgotten. */
export const isExpected = (probe: Probe, { receivedAt }: Answer): boolean =>
  probe.state !== 'handed' && probe.state !== 'void' && receivedAt <= probe.deadline + LATE_WINDOW;

/** Whether the payload of an echo reply, or of a quoted request, starts with the probe's nonce. */
export const hasNonce = ({ payload }: EchoReply | QuotedEcho, { route, nonce }: Probe): boolean =>
  payload.length >= NONCE_LENGTH &&
  payload.readUInt32BE(0) === route.token &&
  payload.readUInt32BE(4) === nonce;

/**
 * Whether a quoted packet has the checksum of the probe: as it was sent, or as a NAT that gave it another identifier
 * has to make it.
 *
 * Of an echo request it depends on the nonce. Nothing else does where no payload is quoted.
 */
export function hasChecksum(quote: QuotedEcho | QuotedDatagram, probe: Probe): boolean {
  const { protocol } = probe.route;
  return [probe.rid, quote.rid].some(
    (rid) => writeChecksum(protocol, encodeProbe(probe, rid), quote.addresses) === quote.checksum,
  );
}

/**
 * Whether a damaged datagram was the probe's data before it was damaged: then it has the checksum of that, which
 * says that ports and addresses are whole.
 */
export function wasEcho({ port, rid, checksum, addresses }: Datagram, { settings }: Probe): boolean {
  if (addresses === null) return false;
  const echo = encodeDatagram({ rid: port, port: rid, data: settings.data });
  return writeChecksum(UDP, echo, addresses) === checksum;
}
