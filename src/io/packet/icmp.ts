import type { Family, ReceivedPacket } from '../transport.ts';
import { addressText } from './address.ts';
import type { Answer } from './answer.ts';
import { checksum } from './checksum.ts';

/** IP protocol numbers: https://www.iana.org/assignments/protocol-numbers */
export const ICMP = 1;
export const ICMP6 = 58;

/** ICMP header: type, code, checksum, identifier, sequence. https://www.rfc-editor.org/rfc/rfc792 */
const HEADER = 8;

/** The fixed header of IPv4 and of IPv6, and IPv4's longest with all its options. */
const IPV4_HEADER = 20;
const IPV4_LONGEST_HEADER = 60;
const IPV6_HEADER = 40;

interface Types {
  echoRequest: number;
  echoReply: number;
  timeExceeded: number;
  /** Errors that say a packet did not arrive. */
  errors: readonly number[];
}

/** https://www.rfc-editor.org/rfc/rfc792: unreachable 3, time exceeded 11, parameter problem 12. */
const ICMP_TYPES: Types = { echoRequest: 8, echoReply: 0, timeExceeded: 11, errors: [3, 11, 12] };

/** https://www.rfc-editor.org/rfc/rfc4443#section-3: unreachable, too big, time exceeded, parameter problem. */
const ICMP6_TYPES: Types = { echoRequest: 128, echoReply: 129, timeExceeded: 3, errors: [1, 2, 3, 4] };

const types = (family: Family): Types => (family === 4 ? ICMP_TYPES : ICMP6_TYPES);

/** The IP protocol number that ICMP has in an IP version. */
export const icmpProtocol = (family: Family): number => (family === 4 ? ICMP : ICMP6);

/** The ICMP types that a prober needs to receive, for the kernel's filters. */
export const wantedTypes = (family: Family): number[] => [types(family).echoReply, ...types(family).errors];

/** The nonce that precedes the data of every probe, in bytes. */
export const NONCE_LENGTH = 8;

/**
 * The most data that fits one packet, in bytes: the IP length field's 65,535 less the headers and the nonce.
 * IPv6's length does not count its own header.
 */
export const longestData = (family: Family): number =>
  65_535 - (family === 4 ? IPV4_HEADER : 0) - HEADER - NONCE_LENGTH;

/** The fields of an echo request. */
export interface EchoRequest {
  family: Family;
  rid: number;
  rseq: number;
  payload: Uint8Array;
}

/** An echo request. The ICMPv6 checksum stays zero: it covers the source address, so the kernel fills it in. */
export function encodeEchoRequest({ family, rid, rseq, payload }: EchoRequest): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + payload.length);
  bytes[0] = types(family).echoRequest;
  bytes[1] = 0;
  bytes.writeUInt16BE(0, 2);
  bytes.writeUInt16BE(rid, 4);
  bytes.writeUInt16BE(rseq, 6);
  bytes.set(payload, HEADER);
  if (family === 4) bytes.writeUInt16BE(checksum(bytes), 2);
  return bytes;
}

/** What a packet says about an echo request of ours or another's; undefined when nothing, or garbage. */
export function decodeIcmp(packet: ReceivedPacket): Answer | undefined {
  const { family, bytes, address, receivedAt } = packet;
  const start = family === 4 ? ipv4HeaderLength(bytes, 0) : 0;
  if (start === undefined) return undefined;
  const end = family === 4 ? Math.min(bytes.length, bytes.readUInt16BE(2)) : bytes.length;
  if (end - start < HEADER) return undefined;

  const { echoReply, errors, timeExceeded } = types(family);
  const icmptype = bytes[start] as number;
  const rcode = bytes[start + 1] as number;
  const rttl = family === 4 ? (bytes[8] as number) : null;
  const rtype = icmpProtocol(family);
  const received = { family, address, receivedAt, rttl, rtype, icmptype, rcode };
  // The kernel has verified ICMPv6's already, and it alone knows the addresses that it covers.
  const intact = family === 6 || checksum(bytes, start, end) === 0;

  if (icmptype === echoReply && rcode === 0) {
    return {
      kind: 'reply',
      ...received,
      rid: bytes.readUInt16BE(start + 4),
      rseq: bytes.readUInt16BE(start + 6),
      payload: bytes.subarray(start + HEADER, end),
      intact,
    };
  }
  if (!errors.includes(icmptype) || !intact) return undefined;
  const quoted = decodeQuoted(family, bytes, start + HEADER, end);
  if (!quoted) return undefined;
  return { kind: 'error', ...received, ttlExceeded: icmptype === timeExceeded && rcode === 0, ...quoted };
}

/** The echo request that an error quotes: its IP header and at least 8 bytes more. */
function decodeQuoted(family: Family, bytes: Buffer, start: number, end: number) {
  const inner = family === 4 ? quotedIpv4(bytes, start, end) : quotedIpv6(bytes, start, end);
  if (inner === undefined || end - inner < HEADER) return undefined;
  if (bytes[inner] !== types(family).echoRequest) return undefined;
  return {
    quotedAddress: family === 4 ? addressText(bytes, start + 16, 4) : addressText(bytes, start + 24, 16),
    rid: bytes.readUInt16BE(inner + 4),
    rseq: bytes.readUInt16BE(inner + 6),
    payload: bytes.subarray(inner + HEADER, quoteEnd(family, bytes, start, end)),
  };
}

/** Where the quoted packet ends: at its own length, or earlier where the quote was cut. */
function quoteEnd(family: Family, bytes: Buffer, start: number, end: number): number {
  const length = family === 4 ? bytes.readUInt16BE(start + 2) : IPV6_HEADER + bytes.readUInt16BE(start + 4);
  // Some stacks quote a length of zero, or one that they changed on the way.
  return length >= IPV4_HEADER + HEADER ? Math.min(end, start + length) : end;
}

/** Where the ICMP part of a quoted IPv4 packet starts. */
function quotedIpv4(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start < IPV4_HEADER || bytes[start + 9] !== ICMP) return undefined;
  // A later fragment has no ICMP header to quote.
  if ((bytes.readUInt16BE(start + 6) & 0x1fff) !== 0) return undefined;
  const length = ipv4HeaderLength(bytes, start);
  return length === undefined ? undefined : start + length;
}

/** Extension headers that may stand before ICMPv6. https://www.rfc-editor.org/rfc/rfc8200#section-4 */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;

/** Where the ICMPv6 part of a quoted IPv6 packet starts, behind its extension headers. */
function quotedIpv6(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start < IPV6_HEADER || (bytes[start] as number) >> 4 !== 6) return undefined;
  let next = bytes[start + 6] as number;
  let at = start + IPV6_HEADER;
  while (next !== ICMP6) {
    if (at + 8 > end) return undefined;
    const length = bytes[at + 1] as number;
    if (next === FRAGMENT) {
      if (bytes.readUInt16BE(at + 2) >> 3 !== 0) return undefined;
      next = bytes[at] as number;
      at += 8;
    } else if (next === HOP_BY_HOP || next === ROUTING || next === DESTINATION_OPTIONS) {
      next = bytes[at] as number;
      at += (length + 1) * 8;
    } else return undefined;
  }
  return at;
}

/** The length of the IPv4 header at `at` by its IHL; undefined when there is none. */
function ipv4HeaderLength(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < IPV4_HEADER || (bytes[at] as number) >> 4 !== 4) return undefined;
  const length = ((bytes[at] as number) & 0xf) * 4;
  return length >= IPV4_HEADER && length <= IPV4_LONGEST_HEADER && bytes.length - at >= length
    ? length
    : undefined;
}
