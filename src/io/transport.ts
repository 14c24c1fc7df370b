/** IP version of an address. */
export type Family = 4 | 6;

/**
 * A packet to send: `bytes` without the IP header, which is the transport's work. So are the checksums that cover the
 * addresses, of TCP, UDP and ICMPv6: only who sends knows the source address.
 */
export interface OutgoingPacket {
  family: Family;
  /** IP protocol number (1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6). */
  protocol: number;
  /** Numeric destination address. */
  address: string;
  /** IPv4 TTL or IPv6 hop limit. */
  ttl: number;
  bytes: Buffer;
  /** Of whoever sends to that address again and again: what a transport has made of it, and finds there the next time. */
  memo?: AddressMemo;
}

/** An address as a transport needs it. */
export interface AddressMemo {
  /** IPv4: its 32 bits, in the order of the host's memory. IPv6: a struct sockaddr_in6. */
  encoded?: number | Uint32Array;
}

/** A packet received. `bytes` belongs to the receiver; IPv4 packets start with their IP header, unless they are `bare`. */
export interface ReceivedPacket {
  family: Family;
  protocol: number;
  /** Numeric source address. */
  address: string;
  /** Receive time on the monotonic clock, ms. */
  receivedAt: number;
  /** That time is when it was read; when it came, nobody knows. */
  untimed?: true;
  /** TTL or hop limit it came with, where the transport knows what the bytes do not say. */
  ttl?: number | null;
  /** Whether an IPv4 packet comes without its IP header. */
  bare?: true;
  /** Of an ICMP error that the host tells in its own words: `bytes` are what it quotes, from the ICMP header on. */
  error?: ReportedError;
  bytes: Buffer;
}

/** An ICMP error, without what it quotes. */
export interface ReportedError {
  icmptype: number;
  rcode: number;
  /** Of the quoted packet: source and destination, as a pseudo-header has them; zeros for what the host does not say. */
  addresses: Buffer;
}

/**
 * Packets since the transport was opened. `dropped`: received by the host, lost before they were read. `queued`: what waits to be
 * read now, bytes with the kernel's bookkeeping, where the transport knows.
 */
export interface TransportCounters {
  sent: number;
  received: number;
  dropped: number;
  queued?: number;
}

export interface TransportHandlers {
  received(packets: ReceivedPacket[]): void;
  /** Something that whoever runs this host should know, in one line. */
  noticed(notice: string): void;
  /** The transport as a whole has failed and wants to be opened again. */
  failed(error: Error): void;
}

/** How one packet ended: sent at (monotonic clock, ms), or never sent. */
export type SendOutcome = { sentAt: number } | { error: TransportError };

/** Moves bytes, and knows nothing of what they mean. */
export interface Transport {
  /** What people call it: `linux`, say. */
  readonly name?: string;
  /** No packet has a time of its own: all are `untimed`, and read as soon as the process can. */
  readonly untimed?: true;
  /** Throws TransportError when the host lets it send nothing at all. */
  open(handlers: TransportHandlers): void;
  /** `settled` is called once for each packet, before any answer to it is received. */
  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void;
  /** Packets not sent yet settle with an error. */
  close(): void;
  counters(): TransportCounters;
}

/** A failure of the host's own, by its errno name (EPERM, ENETUNREACH, …). */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
