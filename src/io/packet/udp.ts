import type { Family, ReceivedPacket } from '../transport.ts';
import type { Datagram } from './answer.ts';
import { isIntact } from './checksum.ts';
import { addressesOf, bodyOf, longestPayload, UDP } from './ip.ts';

/** UDP header: source port, destination port, length, checksum. https://www.rfc-editor.org/rfc/rfc768 */
const HEADER = 8;

/** The most data that fits one datagram, in bytes. */
export const longestDatagramData = (family: Family): number => longestPayload(family) - HEADER;

/** A datagram. Its checksum, which covers the addresses, stays zero. */
export function encodeDatagram({ rid, port, data }: { rid: number; port: number; data: Uint8Array }): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + data.length);
  bytes.writeUInt16BE(rid, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.writeUInt16BE(bytes.length, 4);
  bytes.writeUInt16BE(0, 6);
  bytes.set(data, HEADER);
  return bytes;
}

/** A UDP datagram; undefined for garbage. */
export function decodeDatagram(packet: ReceivedPacket): Datagram | undefined {
  const { family, bytes, address, receivedAt } = packet;
  const body = bodyOf(packet);
  if (!body || body.end - body.start < HEADER) return undefined;
  const { start } = body;
  const length = bytes.readUInt16BE(start + 4);
  if (length < HEADER || start + length > body.end) return undefined;
  const end = start + length;
  const checksum = bytes.readUInt16BE(start + 6);
  const addresses = family === 4 ? addressesOf(4, bytes, 0) : null;
  return {
    kind: 'datagram',
    family,
    address,
    receivedAt,
    rttl: body.rttl,
    rtype: UDP,
    icmptype: null,
    rcode: 0,
    port: bytes.readUInt16BE(start),
    rid: bytes.readUInt16BE(start + 2),
    payload: bytes.subarray(start + HEADER, end),
    // The kernel has verified those of IPv6; in IPv4 zero means that there is none.
    intact: addresses === null || checksum === 0 || isIntact(UDP, bytes.subarray(start, end), addresses),
    checksum,
    addresses,
  };
}
