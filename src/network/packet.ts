import { addressBytes, addressText } from '../io/packet/address.ts';
import { checksum } from '../io/packet/checksum.ts';
import { IPV4_HEADER, IPV6_HEADER } from '../io/packet/ip.ts';
import type { Family } from '../io/transport.ts';

/**
 * An IP packet on its way, taken apart. Who has it may change the fields, but not the bytes of the payload, which
 * other packets may share.
 */
export interface Packet {
  family: Family;
  /** IP protocol number. */
  protocol: number;
  /** Numeric, in canonical form. */
  source: string;
  destination: string;
  /** TTL or hop limit. */
  ttl: number;
  /** Of IPv4: do not fragment. IPv6 routers never do. */
  whole: boolean;
  /** What is behind the IP header. */
  payload: Buffer;
  /** Which of the packets that came into the network this is, or is an answer to. */
  origin: number;
}

/** The length of the whole packet, bytes. */
export const lengthOf = ({ family, payload }: Packet): number =>
  (family === 4 ? IPV4_HEADER : IPV6_HEADER) + payload.length;

/** https://www.rfc-editor.org/rfc/rfc791#section-3.1 */
const DONT_FRAGMENT = 0x4000;

const known = new Map<string, Uint8Array>();

/** The bytes of an address; simulated networks have few, and each is asked for often. */
export function bytesOf(address: string): Uint8Array {
  let bytes = known.get(address);
  if (!bytes) {
    if (known.size >= MOST_KNOWN) known.clear();
    bytes = addressBytes(address);
    known.set(address, bytes);
  }
  return bytes;
}

const MOST_KNOWN = 100_000;

/** Source and destination, as a pseudo-header has them. */
export function pseudoAddresses({ source, destination }: Pick<Packet, 'source' | 'destination'>): Uint8Array {
  const from = bytesOf(source);
  const to = bytesOf(destination);
  const both = new Uint8Array(from.length + to.length);
  both.set(from);
  both.set(to, from.length);
  return both;
}

/** The bytes of the whole packet, without options or extensions. */
export function encodePacket(packet: Packet): Buffer {
  const { family, protocol, source, destination, ttl, whole, payload } = packet;
  const header = family === 4 ? IPV4_HEADER : IPV6_HEADER;
  const bytes = Buffer.allocUnsafe(header + payload.length);
  bytes.fill(0, 0, header);
  bytes.set(payload, header);
  if (family === 6) {
    bytes[0] = 0x60;
    bytes.writeUInt16BE(payload.length, 4);
    bytes[6] = protocol;
    bytes[7] = ttl;
    bytes.set(bytesOf(source), 8);
    bytes.set(bytesOf(destination), 24);
    return bytes;
  }
  bytes[0] = 0x45;
  bytes.writeUInt16BE(IPV4_HEADER + payload.length, 2);
  if (whole) bytes.writeUInt16BE(DONT_FRAGMENT, 6);
  bytes[8] = ttl;
  bytes[9] = protocol;
  bytes.set(bytesOf(source), 12);
  bytes.set(bytesOf(destination), 16);
  bytes.writeUInt16BE(checksum(bytes, 0, header), 10);
  return bytes;
}

/**
 * The packet that bytes stand for; undefined for garbage and for fragments. IPv4 options are left out, IPv6 extension
 * headers stay in the payload, whose protocol is that of the first.
 */
export function decodePacket(bytes: Buffer, origin: number): Packet | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 6) {
    if (bytes.length < IPV6_HEADER) return undefined;
    const end = IPV6_HEADER + bytes.readUInt16BE(4);
    if (end > bytes.length) return undefined;
    return {
      family: 6,
      protocol: bytes[6] as number,
      source: addressText(bytes, 8, 16),
      destination: addressText(bytes, 24, 16),
      ttl: bytes[7] as number,
      whole: true,
      payload: bytes.subarray(IPV6_HEADER, end),
      origin,
    };
  }
  const header = ((bytes[0] ?? 0) & 0xf) * 4;
  if (version !== 4 || header < IPV4_HEADER || bytes.length < header) return undefined;
  const end = bytes.readUInt16BE(2);
  const fragment = bytes.readUInt16BE(6);
  if (end < header || end > bytes.length || (fragment & 0x3fff) !== 0) return undefined;
  return {
    family: 4,
    protocol: bytes[9] as number,
    source: addressText(bytes, 12, 4),
    destination: addressText(bytes, 16, 4),
    ttl: bytes[8] as number,
    whole: (fragment & DONT_FRAGMENT) !== 0,
    payload: bytes.subarray(header, end),
    origin,
  };
}
