/** The ports of the hostile host, of TCP and UDP, by how it answers there. */
export const HOSTILE = {
  /** After LATE_BY. */
  late: 1,
  thrice: 2,
  /** With the checksum field changed. */
  badChecksum: 3,
  /** With the last byte changed: of the data, or of a TCP header's urgent pointer. */
  damaged: 4,
  /** With other data, or an acknowledgment that is one too high, and right checksums. */
  changed: 5,
  /** Answers that nobody asked for, from the next port, of other sequence numbers, and errors about such; then a right one. */
  forged: 6,
  /** With an ICMP error, then an answer. */
  errorFirst: 7,
  /** With a reset, then an answer. UDP has none, and answers twice. */
  resetFirst: 8,
  /** With an ICMP error that quotes no more than 8 bytes. */
  shortQuote: 9,
} as const;

/** ms */
export const LATE_BY = 300;
