/**
 * The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words.
 * https://www.rfc-editor.org/rfc/rfc1071
 */
export function checksum(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let sum = 0;
  let at = start;
  for (; at + 1 < end; at += 2) sum += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  if (at < end) sum += (bytes[at] as number) << 8;
  // A packet has at most 32,768 words, so the sum stays below 2^31 and folds in two steps.
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
