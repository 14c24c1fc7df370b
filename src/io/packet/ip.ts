import type { Family, ReceivedPacket } from '../transport.ts';

/** IP protocol numbers: https://www.iana.org/assignments/protocol-numbers */
export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ICMP6 = 58;

/**
 * The fixed header of IPv4, and its longest with all its options, and of IPv6; bytes.
 * https://www.rfc-editor.org/rfc/rfc791#section-3.1 https://www.rfc-editor.org/rfc/rfc8200#section-3
 */
export const IPV4_HEADER = 20;
const IPV4_LONGEST_HEADER = 60;
export const IPV6_HEADER = 40;

/** The most that fits behind the IP header, bytes: the length field's 65,535, which in IPv6 leaves out the header. */
export const longestPayload = (family: Family): number => 65_535 - (family === 4 ? IPV4_HEADER : 0);

/** Extension headers of IPv6: https://www.rfc-editor.org/rfc/rfc8200#section-4 */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;
/** https://www.rfc-editor.org/rfc/rfc4302#section-2 */
const AUTHENTICATION = 51;

const EXTENSIONS = new Set([HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS, AUTHENTICATION]);

/** What an IP packet carries: which protocol, and where that starts. */
export interface Upper {
  protocol: number;
  at: number;
}

/** What the IP packet between `start` and `end` carries; undefined for garbage, and for all fragments but the first. */
export const upperLayer = (family: Family, bytes: Buffer, start: number, end: number): Upper | undefined =>
  family === 4 ? upperOfIpv4(bytes, start, end) : upperOfIpv6(bytes, start, end);

function upperOfIpv4(bytes: Buffer, start: number, end: number): Upper | undefined {
  const length = ipv4HeaderLength(bytes, start, end);
  if (length === undefined || (bytes.readUInt16BE(start + 6) & 0x1fff) !== 0) return undefined;
  return { protocol: bytes[start + 9] as number, at: start + length };
}

function upperOfIpv6(bytes: Buffer, start: number, end: number): Upper | undefined {
  if (end - start < IPV6_HEADER || (bytes[start] as number) >> 4 !== 6) return undefined;
  let protocol = bytes[start + 6] as number;
  let at = start + IPV6_HEADER;
  while (EXTENSIONS.has(protocol)) {
    if (at + 8 > end) return undefined;
    if (protocol === FRAGMENT && bytes.readUInt16BE(at + 2) >> 3 !== 0) return undefined;
    const next = bytes[at] as number;
    at += extensionLength(protocol, bytes[at + 1] as number);
    protocol = next;
  }
  return { protocol, at };
}

/** The length of an extension header in bytes, by its own length field. */
function extensionLength(extension: number, field: number): number {
  if (extension === FRAGMENT) return 8;
  return extension === AUTHENTICATION ? (field + 2) * 4 : (field + 1) * 8;
}

/** The length of the IPv4 header at `start` by its IHL; undefined when there is none. */
function ipv4HeaderLength(bytes: Buffer, start: number, end = bytes.length): number | undefined {
  if (end - start < IPV4_HEADER || (bytes[start] as number) >> 4 !== 4) return undefined;
  const length = ((bytes[start] as number) & 0xf) * 4;
  return length >= IPV4_HEADER && length <= IPV4_LONGEST_HEADER && end - start >= length ? length : undefined;
}

/** Do not fragment: https://www.rfc-editor.org/rfc/rfc791#section-3.1 */
const DF = 0x4000;

/** The fields of an IPv4 header; its addresses are the bytes of source and destination. */
export interface Ipv4Header {
  protocol: number;
  ttl: number;
  addresses: Uint8Array;
  /** Of what follows, bytes. */
  length: number;
}

/** An IPv4 header for a kernel that fills in identification and checksum. */
export function encodeIpv4Header({ protocol, ttl, addresses, length }: Ipv4Header): Buffer {
  const bytes = Buffer.alloc(IPV4_HEADER);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(IPV4_HEADER + length, 2);
  bytes.writeUInt16BE(DF, 6);
  bytes[8] = ttl;
  bytes[9] = protocol;
  bytes.set(addresses, 12);
  return bytes;
}

/** Where the part behind the IP header is in a packet received, and the TTL that it came with. */
export interface Body {
  start: number;
  end: number;
  rttl: number | null;
}

/** The part behind the IP header, which IPv6 packets and bare ones come without; undefined for garbage. */
export function bodyOf({ family, bytes, ttl, bare }: ReceivedPacket): Body | undefined {
  if (family === 6 || bare) return { start: 0, end: bytes.length, rttl: ttl ?? null };
  const start = ipv4HeaderLength(bytes, 0);
  if (start === undefined) return undefined;
  return { start, end: Math.min(bytes.length, bytes.readUInt16BE(2)), rttl: bytes[8] as number };
}

/** Source and destination address of the IP packet at `start`, as a pseudo-header has them. */
export const addressesOf = (family: Family, bytes: Buffer, start: number): Buffer =>
  family === 4 ? bytes.subarray(start + 12, start + 20) : bytes.subarray(start + 8, start + 40);
