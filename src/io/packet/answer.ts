import type { Family } from '../transport.ts';

interface Received {
  family: Family;
  /** Who sent it: the numeric source address. */
  address: string;
  /** Monotonic time, ms. */
  receivedAt: number;
  /** TTL or hop limit it arrived with; null where the transport does not tell. */
  rttl: number | null;
  /** IP protocol number: 1 ICMP, 58 ICMPv6. */
  rtype: number;
  icmptype: number;
  rcode: number;
}

/** An echo reply: somebody's answer to somebody's echo request. */
export interface EchoReply extends Received {
  kind: 'reply';
  rid: number;
  rseq: number;
  payload: Buffer;
  /** Whether the checksum was right. */
  intact: boolean;
}

/** An ICMP error, with what it quotes of the echo request that it is about. */
export interface IcmpError extends Received {
  kind: 'error';
  /** Time exceeded in transit, as opposed to every other error. */
  ttlExceeded: boolean;
  /** Where the quoted request was going. */
  quotedAddress: string;
  rid: number;
  rseq: number;
  /** The quoted part of the request's payload, often none of it. */
  payload: Buffer;
}

/** What a received packet says about a probe. */
export type Answer = EchoReply | IcmpError;
