import raw, { type Socket } from 'raw-socket';
import type { Clock } from './clock.ts';
import { errnoOf } from './errno.ts';
import { icmpProtocol, wantedTypes } from './packet/icmp.ts';
import {
  type Family,
  type OutgoingPacket,
  type SendOutcome,
  type Transport,
  type TransportCounters,
  TransportError,
  type TransportHandlers,
} from './transport.ts';

/** raw-socket's own numbers for IPv4 and IPv6. */
const ADDRESS_FAMILY = { 4: 1, 6: 2 } as const;

// Linux socket levels and options, from <bits/socket.h>, <linux/in.h>, <linux/icmp.h> and <linux/icmpv6.h>.
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_MEMINFO = 55;
const SK_MEMINFO_DROPS = 8;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const SOL_ICMPV6 = 58;
const ICMPV6_FILTER = 1;
const TTL_OPTION = { 4: { level: 0, option: 2 }, 6: { level: 41, option: 16 } } as const;

/** Room for some 10,000 small packets, which the kernel counts with their bookkeeping. */
const RECEIVE_BUFFER = 8 * 2 ** 20;

/** The longest IP packet; raw-socket's default of 4,096 bytes would cut it. */
const LONGEST_PACKET = 65_535;

interface FamilySocket {
  socket: Socket;
  /** The TTL that the socket has now, so that it is set only when it changes. */
  ttl: number;
}

/**
 * ICMP and ICMPv6 through the raw-socket package: one socket a family, one packet a turn of the event loop.
 *
 * Send times are taken just before `sendto`, receive times just after `recvfrom`.
 */
export class RawSocketTransport implements Transport {
  readonly #clock: Clock;
  readonly #sockets = new Map<Family, FamilySocket>();
  #counters = { sent: 0, received: 0 };
  /** Packets sent whose sender has not been told yet. */
  #unsettled: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(handlers: TransportHandlers): void {
    this.#counters = { sent: 0, received: 0 };
    try {
      this.#openFamily(4, handlers);
      this.#openFamily(6, handlers);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #openFamily(family: Family, handlers: TransportHandlers): void {
    const protocol = icmpProtocol(family);
    let socket: Socket;
    try {
      socket = raw.createSocket({
        protocol,
        addressFamily: ADDRESS_FAMILY[family],
        bufferSize: LONGEST_PACKET,
      });
    } catch (error) {
      const failure = transportError(error);
      // A host without this IP version can still probe with the other.
      if (failure.code === 'EAFNOSUPPORT') return;
      throw failure;
    }
    this.#sockets.set(family, { socket, ttl: 0 });
    filterTypes(socket, family);
    enlargeReceiveBuffer(socket);
    socket.on('message', (view: Buffer, address: string) => {
      const receivedAt = this.#clock.now();
      this.#counters.received++;
      this.#settle();
      handlers.received([{ family, protocol, address, receivedAt, bytes: Buffer.from(view) }]);
    });
    socket.on('error', (error) => handlers.failed(transportError(error)));
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    packets.forEach((packet, index) => {
      this.#sendOne(packet, (outcome) => settled(index, outcome));
    });
  }

  #sendOne({ family, address, ttl, bytes }: OutgoingPacket, settled: (outcome: SendOutcome) => void): void {
    const open = this.#sockets.get(family);
    if (!open) {
      settled({ error: new TransportError('EAFNOSUPPORT', `this host has no IPv${family}`) });
      return;
    }
    const { level, option } = TTL_OPTION[family];
    let sentAt = 0;
    open.socket.send(
      bytes,
      0,
      bytes.length,
      address,
      () => {
        if (open.ttl !== ttl) {
          open.socket.setOption(level, option, ttl);
          open.ttl = ttl;
        }
        sentAt = this.#clock.now();
      },
      (error) => {
        if (error) return settled({ error: transportError(error) });
        this.#counters.sent++;
        this.#settleSoon(() => settled({ sentAt }));
      },
    );
  }

  /**
   * Puts off what a sender does with its send time until the socket has been read once more: the answer of
   * a near host is there already, and would otherwise be timed behind that work.
   */
  #settleSoon(settled: () => void): void {
    // The first immediate runs before the event loop polls again, the second after.
    if (this.#unsettled.push(settled) === 1) setImmediate(() => setImmediate(() => this.#settle()));
  }

  #settle(): void {
    for (const settled of this.#unsettled.splice(0)) settled();
  }

  close(): void {
    this.#settle();
    for (const { socket } of this.#sockets.values()) {
      const waiting = socket.requests.splice(0);
      socket.close();
      for (const request of waiting) request.afterCallback(new Error('Operation canceled'), 0);
    }
    this.#sockets.clear();
  }

  counters(): TransportCounters {
    let dropped = 0;
    for (const { socket } of this.#sockets.values()) {
      const memory = Buffer.alloc(4 * (SK_MEMINFO_DROPS + 1));
      socket.getOption(SOL_SOCKET, SO_MEMINFO, memory, memory.length);
      dropped += memory.readUInt32LE(4 * SK_MEMINFO_DROPS);
    }
    return { ...this.#counters, dropped };
  }
}

/** Has the kernel keep back what no prober wants, above all every request that this host itself sends. */
function filterTypes(socket: Socket, family: Family): void {
  if (family === 4) {
    let blocked = 0xffff_ffff;
    for (const type of wantedTypes(4)) blocked &= ~(1 << type);
    socket.setOption(SOL_RAW, ICMP_FILTER, blocked >>> 0);
    return;
  }
  const blocked = Buffer.alloc(32, 0xff);
  for (const type of wantedTypes(6)) {
    const word = (type >> 5) * 4;
    blocked.writeUInt32LE((blocked.readUInt32LE(word) & ~(1 << (type & 31))) >>> 0, word);
  }
  socket.setOption(SOL_ICMPV6, ICMPV6_FILTER, blocked, blocked.length);
}

function enlargeReceiveBuffer(socket: Socket): void {
  try {
    socket.setOption(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
  } catch {
    // Without CAP_NET_ADMIN the kernel grants what net.core.rmem_max allows.
    socket.setOption(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
  }
}

/** raw-socket throws the text of strerror(3) and nothing else. */
function transportError(error: unknown): TransportError {
  const message = error instanceof Error ? error.message : String(error);
  return new TransportError(errnoOf(message), message);
}
