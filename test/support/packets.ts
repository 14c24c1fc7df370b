import ipaddr from 'ipaddr.js';
import { checksum } from '../../src/io/packet/checksum.ts';
import { encodeEchoRequest } from '../../src/io/packet/icmp.ts';
import type { Family, ReceivedPacket } from '../../src/io/transport.ts';

/** Who probes, whom, and who stands between them: RFC 5737 and RFC 3849. */
export const SOURCE = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
export const TARGET = { 4: '198.51.100.7', 6: '2001:db8::7' } as const;
export const ROUTER = { 4: '203.0.113.1', 6: '2001:db8:ffff::1' } as const;

export const bytesOf = (address: string): number[] => ipaddr.parse(address).toByteArray();

interface Echo {
  family: Family;
  rid: number;
  rseq: number;
  payload: Uint8Array;
}

/** An IPv4 header, with options where given (a multiple of four bytes). */
export function ipv4Header(
  from: string,
  to: string,
  length: number,
  protocol = 1,
  options: number[] = [],
): Buffer {
  const header = Buffer.alloc(20 + options.length);
  header[0] = 0x40 | (header.length / 4);
  header.writeUInt16BE(header.length + length, 2);
  header[8] = 61;
  header[9] = protocol;
  header.set(bytesOf(from), 12);
  header.set(bytesOf(to), 16);
  header.set(options, 20);
  header.writeUInt16BE(checksum(header), 10);
  return header;
}

export function ipv6Header(from: string, to: string, length: number, next = 58): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(length, 4);
  header[6] = next;
  header[7] = 61;
  header.set(bytesOf(from), 8);
  header.set(bytesOf(to), 24);
  return header;
}

/** An ICMP message with its checksum; the four bytes after it are `rest`. */
export function icmp(family: Family, type: number, code: number, rest: number, body: Uint8Array): Buffer {
  const message = Buffer.alloc(8 + body.length);
  message[0] = type;
  message[1] = code;
  message.writeUInt32BE(rest >>> 0, 4);
  message.set(body, 8);
  if (family === 4) message.writeUInt16BE(checksum(message), 2);
  return message;
}

/** What a raw socket receives: with the IP header for IPv4, without it for IPv6. */
export function received(
  family: Family,
  from: string,
  message: Uint8Array,
  receivedAt = 0,
  protocol = family === 4 ? 1 : 58,
): ReceivedPacket {
  const bytes =
    family === 4
      ? Buffer.concat([ipv4Header(from, SOURCE[4], message.length, protocol), message])
      : Buffer.from(message);
  return { family, protocol, address: from, receivedAt, bytes };
}

export const echoReply = ({ family, rid, rseq, payload }: Echo): Buffer =>
  icmp(family, family === 4 ? 0 : 129, 0, rid * 0x10000 + rseq, payload);

/** The IP packet of an echo request, as routers quote it. */
export function quotedRequest(echo: Echo, from: string, to: string, options: number[] = []): Buffer {
  const message = encodeEchoRequest(echo);
  const header =
    echo.family === 4
      ? ipv4Header(from, to, message.length, 1, options)
      : ipv6Header(from, to, message.length);
  return Buffer.concat([header, message]);
}
