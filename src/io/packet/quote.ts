import type { Family } from '../transport.ts';
import { addressText } from './address.ts';
import { addressesOf, ICMP, ICMP6, IPV4_HEADER, IPV6_HEADER, TCP, UDP, upperLayer } from './ip.ts';

interface Quoted {
  /** Where the quoted packet was going. */
  address: string;
  /** Its source and destination address, as a pseudo-header has them. */
  addresses: Buffer;
}

/** A quoted echo request. */
export interface QuotedEcho extends Quoted {
  kind: 'echo';
  rid: number;
  rseq: number;
  checksum: number;
  /** What is quoted of its payload, often nothing. */
  payload: Buffer;
}

/** A quoted TCP segment: https://www.rfc-editor.org/rfc/rfc9293#section-3.1 */
export interface QuotedSegment extends Quoted {
  kind: 'segment';
  /** Source and destination port. */
  rid: number;
  port: number;
  sequence: number;
}

/** A quoted UDP datagram: https://www.rfc-editor.org/rfc/rfc768 */
export interface QuotedDatagram extends Quoted {
  kind: 'datagram';
  rid: number;
  port: number;
  checksum: number;
}

/** What an ICMP error quotes: the packet that it is about, cut short. A NAT may have changed any of it. */
export type Quote = QuotedEcho | QuotedSegment | QuotedDatagram;

/** What every error quotes behind the IP header at least, bytes: https://www.rfc-editor.org/rfc/rfc792 */
const LEAST = 8;

/** The packet quoted between `start` and `end`; undefined for one that no prober sends, or garbage. */
export function decodeQuote(family: Family, bytes: Buffer, start: number, end: number): Quote | undefined {
  const upper = upperLayer(family, bytes, start, end);
  if (upper === undefined || end - upper.at < LEAST) return undefined;
  const { protocol, at } = upper;
  const quoted = {
    address: family === 4 ? addressText(bytes, start + 16, 4) : addressText(bytes, start + 24, 16),
    addresses: addressesOf(family, bytes, start),
  };
  if (protocol === TCP || protocol === UDP) {
    const ports = { rid: bytes.readUInt16BE(at), port: bytes.readUInt16BE(at + 2) };
    return protocol === TCP
      ? { kind: 'segment', ...quoted, ...ports, sequence: bytes.readUInt32BE(at + 4) }
      : { kind: 'datagram', ...quoted, ...ports, checksum: bytes.readUInt16BE(at + 6) };
  }
  if (protocol !== (family === 4 ? ICMP : ICMP6)) return undefined;
  const upTo = Math.max(at + LEAST, quoteEnd(family, bytes, start, end));
  return quotedEcho(family, bytes.subarray(at, upTo), quoted);
}

/** The echo request of which an error that the host tells in its own words quotes `bytes`; undefined for anything else. */
export function decodeReportedQuote(
  family: Family,
  bytes: Buffer,
  addresses: Buffer,
): QuotedEcho | undefined {
  const length = family === 4 ? 4 : 16;
  return quotedEcho(family, bytes, { address: addressText(addresses, length, length), addresses });
}

function quotedEcho(family: Family, bytes: Buffer, quoted: Quoted): QuotedEcho | undefined {
  if (bytes.length < LEAST || bytes[0] !== ECHO_REQUEST[family]) return undefined;
  return {
    kind: 'echo',
    ...quoted,
    checksum: bytes.readUInt16BE(2),
    rid: bytes.readUInt16BE(4),
    rseq: bytes.readUInt16BE(6),
    payload: bytes.subarray(LEAST),
  };
}

/** The type of an echo request: https://www.rfc-editor.org/rfc/rfc792 https://www.rfc-editor.org/rfc/rfc4443#section-4.1 */
export const ECHO_REQUEST = { 4: 8, 6: 128 } as const;

/** Where the quoted packet ends: at its own length, or earlier where the quote was cut. */
function quoteEnd(family: Family, bytes: Buffer, start: number, end: number): number {
  const length = family === 4 ? bytes.readUInt16BE(start + 2) : IPV6_HEADER + bytes.readUInt16BE(start + 4);
  // Some stacks quote a length of zero, or one that they changed on the way.
  return length >= IPV4_HEADER + LEAST ? Math.min(end, start + length) : end;
}
