import type { Family, ReceivedPacket, ReportedError } from '../transport.ts';
import type { Answer, IcmpError } from './answer.ts';
import { checksum } from './checksum.ts';
import { bodyOf, ICMP, ICMP6, longestPayload } from './ip.ts';
import { decodeQuote, decodeReportedQuote, ECHO_REQUEST } from './quote.ts';

/** ICMP header: type, code, checksum, identifier, sequence. https://www.rfc-editor.org/rfc/rfc792 */
const HEADER = 8;

interface Types {
  echoReply: number;
  unreachable: number;
  timeExceeded: number;
  /** Errors that say a packet did not arrive. */
  errors: readonly number[];
  /** The code of `unreachable` that says nobody listens on the port. */
  portCode: number;
}

/** https://www.rfc-editor.org/rfc/rfc792: unreachable 3, time exceeded 11, parameter problem 12. */
const ICMP_TYPES: Types = {
  echoReply: 0,
  unreachable: 3,
  timeExceeded: 11,
  errors: [3, 11, 12],
  portCode: 3,
};

/** https://www.rfc-editor.org/rfc/rfc4443#section-3: unreachable, too big, time exceeded, parameter problem. */
const ICMP6_TYPES: Types = {
  echoReply: 129,
  unreachable: 1,
  timeExceeded: 3,
  errors: [1, 2, 3, 4],
  portCode: 4,
};

const types = (family: Family): Types => (family === 4 ? ICMP_TYPES : ICMP6_TYPES);

/** The IP protocol number that ICMP has in an IP version. */
export const icmpProtocol = (family: Family): number => (family === 4 ? ICMP : ICMP6);

/** The ICMP types that a prober needs to receive, for the kernel's filters. */
export const wantedTypes = (family: Family): number[] => [types(family).echoReply, ...types(family).errors];

/** The nonce that precedes the data of every echo request, in bytes. */
export const NONCE_LENGTH = 8;

/** The most data that fits one echo request, behind the nonce, in bytes. */
export const longestEchoData = (family: Family): number => longestPayload(family) - HEADER - NONCE_LENGTH;

/** The fields of an echo request. */
export interface EchoRequest {
  family: Family;
  rid: number;
  rseq: number;
  /** Two numbers of 32 bits that precede the payload. */
  nonce?: readonly [number, number];
  payload: Uint8Array;
}

/** An echo request. The ICMPv6 checksum, which covers the addresses, stays zero. */
export function encodeEchoRequest({ family, rid, rseq, nonce, payload }: EchoRequest): Buffer {
  const start = nonce ? HEADER + NONCE_LENGTH : HEADER;
  const bytes = Buffer.allocUnsafe(start + payload.length);
  bytes[0] = ECHO_REQUEST[family];
  bytes[1] = 0;
  bytes.writeUInt16BE(0, 2);
  bytes.writeUInt16BE(rid, 4);
  bytes.writeUInt16BE(rseq, 6);
  if (nonce) {
    bytes.writeUInt32BE(nonce[0], HEADER);
    bytes.writeUInt32BE(nonce[1], HEADER + 4);
  }
  if (payload.length > 0) bytes.set(payload, start);
  if (family === 4) bytes.writeUInt16BE(checksum(bytes), 2);
  return bytes;
}

/** What an ICMP packet says about a probe of ours or another's; undefined when nothing, or garbage. */
export function decodeIcmp(packet: ReceivedPacket): Answer | undefined {
  const { family, bytes, address, receivedAt, error } = packet;
  if (error) return decodeReported(packet, error);
  const body = bodyOf(packet);
  if (!body || body.end - body.start < HEADER) return undefined;
  const { start, end, rttl } = body;

  const { echoReply, errors } = types(family);
  const icmptype = bytes[start] as number;
  const rcode = bytes[start + 1] as number;
  const rtype = icmpProtocol(family);
  const received = { family, address, receivedAt, rttl, rtype, icmptype, rcode };
  // The kernel has verified ICMPv6's already, and it alone knows the addresses that it covers.
  const intact = family === 6 || checksum(bytes, start, end) === 0;

  if (icmptype === echoReply && rcode === 0) {
    return {
      kind: 'echo',
      ...received,
      rid: bytes.readUInt16BE(start + 4),
      rseq: bytes.readUInt16BE(start + 6),
      payload: bytes.subarray(start + HEADER, end),
      intact,
    };
  }
  if (!errors.includes(icmptype) || !intact) return undefined;
  const quote = decodeQuote(family, bytes, start + HEADER, end);
  return quote && { kind: 'error', ...received, cause: causeOf(family, icmptype, rcode), quote };
}

function decodeReported(packet: ReceivedPacket, error: ReportedError): Answer | undefined {
  const { family, bytes, address, receivedAt, ttl: rttl = null } = packet;
  const { icmptype, rcode, addresses } = error;
  if (!types(family).errors.includes(icmptype)) return undefined;
  const quote = decodeReportedQuote(family, bytes, addresses);
  const received = { family, address, receivedAt, rttl, rtype: icmpProtocol(family), icmptype, rcode };
  return quote && { kind: 'error', ...received, cause: causeOf(family, icmptype, rcode), quote };
}

function causeOf(family: Family, icmptype: number, rcode: number): IcmpError['cause'] {
  const { timeExceeded, unreachable, portCode } = types(family);
  if (icmptype === timeExceeded && rcode === 0) return 'ttl exceeded';
  return icmptype === unreachable && rcode === portCode ? 'port unreachable' : 'other';
}
