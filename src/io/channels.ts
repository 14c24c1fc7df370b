import { noticeOfSharedPorts } from './local-ports.ts';
import { icmpProtocol } from './packet/icmp.ts';
import { TCP, UDP } from './packet/ip.ts';
import { type Family, TransportError, type TransportHandlers } from './transport.ts';

/** The sockets of one IP version and one protocol. */
interface Channel {
  memory(): SocketMemory;
  close(): void;
}

/** What the kernel says of a socket that is read from: SO_MEMINFO. */
export interface SocketMemory {
  /** What waits to be read, bytes with the kernel's bookkeeping. */
  queued: number;
  /** Packets dropped because nobody read them in time; those of IPv6 with a wrong checksum count, too. */
  dropped: number;
}

/**
 * A transport's sockets. Those of ICMP are opened with it, since they tell whether this host allows it; those of TCP
 * and UDP when the first probe needs them.
 */
export class Channels<Opened extends Channel> {
  readonly #create: (family: Family, protocol: number, handlers: TransportHandlers) => Opened;
  readonly #opened = new Map<string, Opened>();
  #handlers: TransportHandlers | undefined;
  #noticed = false;

  /** `create` throws TransportError where the host does not allow it. */
  constructor(create: (family: Family, protocol: number, handlers: TransportHandlers) => Opened) {
    this.#create = create;
  }

  /** Throws TransportError, and nothing stays open then. */
  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    for (const family of [4, 6] as const)
      try {
        this.of(family, icmpProtocol(family));
      } catch (error) {
        // A host without this IP version can still probe with the other.
        if ((error as TransportError).code === 'EAFNOSUPPORT') continue;
        this.close();
        throw error;
      }
  }

  /** The sockets for a protocol, opened where they are not. Throws TransportError. */
  of(family: Family, protocol: number): Opened {
    const key = `${family} ${protocol}`;
    const known = this.#opened.get(key);
    if (known) return known;
    const handlers = this.#handlers;
    if (!handlers) throw new TransportError('ENOTCONN', 'the socket is not open');
    const channel = this.#create(family, protocol, handlers);
    this.#opened.set(key, channel);
    if (protocol === TCP || protocol === UDP) this.#noticePorts(handlers);
    return channel;
  }

  #noticePorts(handlers: TransportHandlers): void {
    const notice = this.#noticed ? undefined : noticeOfSharedPorts();
    this.#noticed = true;
    if (notice) handlers.noticed(notice);
  }

  /** Of all of them together. */
  memory(): SocketMemory {
    return sumOf([...this.#opened.values()].map((channel) => channel.memory()));
  }

  close(): void {
    this.#handlers = undefined;
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    for (const channel of opened) channel.close();
  }
}

export function sumOf(memories: readonly SocketMemory[]): SocketMemory {
  const sum = { queued: 0, dropped: 0 };
  for (const { queued, dropped } of memories) {
    sum.queued += queued;
    sum.dropped += dropped;
  }
  return sum;
}
