import type { Family } from '../transport.ts';
import type { Quote } from './quote.ts';

interface Received {
  family: Family;
  /** Who sent it: the numeric source address. */
  address: string;
  /** Monotonic time, ms. */
  receivedAt: number;
  /** That time is when it was read. */
  untimed?: true;
  /** TTL or hop limit it arrived with; null where the transport does not tell. */
  rttl: number | null;
  /** IP protocol number: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6. */
  rtype: number;
  /** null where `rtype` is not ICMP. */
  icmptype: number | null;
  rcode: number;
}

/** An echo reply: somebody's answer to somebody's echo request. */
export interface EchoReply extends Received {
  kind: 'echo';
  rid: number;
  rseq: number;
  payload: Buffer;
  /** Whether the checksum was right. */
  intact: boolean;
}

/** A TCP segment that answers somebody's SYN. */
export interface Segment extends Received {
  kind: 'segment';
  /** The port it comes from, and the port it goes to, which is a probe's identifier. */
  port: number;
  rid: number;
  /** The sequence number that it acknowledges, and one. */
  acknowledgment: number;
  /** RST, as opposed to SYN and ACK. */
  reset: boolean;
}

/** A UDP datagram to one of the ports that probes come from. */
export interface Datagram extends Received {
  kind: 'datagram';
  port: number;
  rid: number;
  payload: Buffer;
  intact: boolean;
  /** As received; and the addresses that it covers, source first, where the transport tells. */
  checksum: number;
  addresses: Buffer | null;
}

/** An ICMP error, with what it quotes of the packet that it is about. */
export interface IcmpError extends Received {
  kind: 'error';
  /** Time exceeded in transit; port unreachable; any other. */
  cause: 'ttl exceeded' | 'port unreachable' | 'other';
  quote: Quote;
}

/** What a received packet says about a probe. */
export type Answer = EchoReply | Segment | Datagram | IcmpError;
