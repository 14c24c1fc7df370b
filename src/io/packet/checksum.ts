import { ICMP, TCP, UDP } from './ip.ts';

/**
 * The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words.
 * https://www.rfc-editor.org/rfc/rfc1071
 *
 * `sum` is what of it is known already, such as a pseudo-header's.
 */
export function checksum(bytes: Uint8Array, start = 0, end = bytes.length, sum = 0): number {
  return ~fold(sumOf(bytes, start, end, sum)) & 0xffff;
}

function sumOf(bytes: Uint8Array, start: number, end: number, initial: number): number {
  let sum = initial;
  let at = start;
  for (; at + 1 < end; at += 2) sum += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  if (at < end) sum += (bytes[at] as number) << 8;
  return sum;
}

/** A packet has at most 32,768 words and a pseudo-header, so that a sum stays below 2^32 and folds in two steps. */
function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/**
 * The sum of the pseudo-header that TCP, UDP and ICMPv6 checksums cover, folded. `addresses`: source, then destination.
 * https://www.rfc-editor.org/rfc/rfc9293#section-3.1 https://www.rfc-editor.org/rfc/rfc8200#section-8.1
 */
export const pseudoHeaderSum = (addresses: Uint8Array, protocol: number, length: number): number =>
  fold(sumOf(addresses, 0, addresses.length, protocol + length));

/** Where each protocol's header has its checksum. */
const offsetOf = (protocol: number): number => (protocol === TCP ? 16 : protocol === UDP ? 6 : 2);

/** Writes the checksum into a packet without IP header, and returns it. `addresses`: source, then destination. */
export function writeChecksum(protocol: number, bytes: Buffer, addresses: Uint8Array): number {
  const at = offsetOf(protocol);
  bytes.writeUInt16BE(0, at);
  const initial = protocol === ICMP ? 0 : pseudoHeaderSum(addresses, protocol, bytes.length);
  const value = checksum(bytes, 0, bytes.length, initial);
  // To UDP zero means that there is none: https://www.rfc-editor.org/rfc/rfc768
  const written = value === 0 && protocol === UDP ? 0xffff : value;
  bytes.writeUInt16BE(written, at);
  return written;
}

/**
 * Whether a TCP segment or UDP datagram has a right checksum, or as much of one as the sender's network card was left
 * to complete: between two hosts of one machine nobody completes it, and it is the pseudo-header's sum alone.
 */
export function isIntact(protocol: number, bytes: Buffer, addresses: Uint8Array): boolean {
  const sum = pseudoHeaderSum(addresses, protocol, bytes.length);
  return checksum(bytes, 0, bytes.length, sum) === 0 || bytes.readUInt16BE(offsetOf(protocol)) === sum;
}
