import type { Family, ReceivedPacket } from '../transport.ts';
import type { Segment } from './answer.ts';
import { isIntact } from './checksum.ts';
import { addressesOf, bodyOf, longestPayload, TCP } from './ip.ts';

/** TCP header without options: https://www.rfc-editor.org/rfc/rfc9293#section-3.1 */
const HEADER = 20;

/** Control bits: https://www.rfc-editor.org/rfc/rfc9293#section-3.1-6.14.1 */
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

/**
 * The option that every SYN should have, maximum segment size: kind 2, length 4, and what an Ethernet frame takes.
 * https://www.rfc-editor.org/rfc/rfc9293#section-3.7.1
 */
const MSS_OPTION = 4;
const MSS = { 4: 1460, 6: 1440 } as const;

/** What Linux offers a peer on Ethernet: 44 segments of 1,460 bytes. https://www.rfc-editor.org/rfc/rfc9293#section-3.1 */
const WINDOW = 64_240;

/** The most data that fits one SYN, in bytes. */
export const longestSynData = (family: Family): number => longestPayload(family) - HEADER - MSS_OPTION;

export interface Syn {
  family: Family;
  /** Source and destination port. */
  rid: number;
  port: number;
  /** 32 bits. */
  sequence: number;
  data: Uint8Array;
}

/** A SYN. Its checksum, which covers the addresses, stays zero. */
export function encodeSyn({ family, rid, port, sequence, data }: Syn): Buffer {
  const bytes = Buffer.alloc(HEADER + MSS_OPTION + data.length);
  bytes.writeUInt16BE(rid, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.writeUInt32BE(sequence, 4);
  bytes[12] = ((HEADER + MSS_OPTION) / 4) << 4;
  bytes[13] = SYN;
  bytes.writeUInt16BE(WINDOW, 14);
  bytes[20] = 2;
  bytes[21] = MSS_OPTION;
  bytes.writeUInt16BE(MSS[family], 22);
  bytes.set(data, HEADER + MSS_OPTION);
  return bytes;
}

/**
 * What a TCP segment says about a SYN: SYN and ACK, or RST and ACK. Everything else, such as the reset that a kernel
 * answers a SYN-ACK with, says nothing; nor does a segment with a wrong checksum, which no host may believe.
 */
export function decodeSegment(packet: ReceivedPacket): Segment | undefined {
  const { family, bytes, address, receivedAt } = packet;
  const body = bodyOf(packet);
  if (!body || body.end - body.start < HEADER) return undefined;
  const { start, end } = body;
  const flags = (bytes[start + 13] as number) & (SYN | RST | ACK);
  if (flags !== (SYN | ACK) && flags !== (RST | ACK)) return undefined;
  // The kernel has verified those of IPv6.
  if (family === 4 && !isIntact(TCP, bytes.subarray(start, end), addressesOf(4, bytes, 0))) return undefined;
  return {
    kind: 'segment',
    family,
    address,
    receivedAt,
    rttl: body.rttl,
    rtype: TCP,
    icmptype: null,
    rcode: 0,
    port: bytes.readUInt16BE(start),
    rid: bytes.readUInt16BE(start + 2),
    acknowledgment: bytes.readUInt32BE(start + 8),
    reset: (flags & RST) !== 0,
  };
}
