import type { SocketMemory } from '../channels.ts';
import type { Family, ReceivedPacket } from '../transport.ts';
import { type Descriptor, lastError } from './descriptor.ts';
import { MessageVector, SOCKADDR } from './message-vector.ts';
import { PacedReading } from './paced-reading.ts';
import {
  IPV6_HOPLIMIT,
  IPV6_RECVHOPLIMIT,
  MSG_DONTWAIT,
  SO_TIMESTAMPING,
  SOF_TIMESTAMPING,
  SOL_IPV6,
  SOL_SOCKET,
} from './socket-options.ts';
import type { LinuxTools } from './tools.ts';

const BATCH = 128;

/** The longest IP packet, bytes. What is not used of so much costs no memory. */
const ROOM = 65_536;

const CONTROL = 128;

/** So many batches are read at most before something else has its turn: more than the receive buffer takes. */
const MOST_BATCHES = 1024;

export interface ReceiverHandlers {
  received(packets: ReceivedPacket[]): void;
  failed(error: Error): void;
}

/** Reads batches of packets of one IP version from one socket, each with the time at which it came. */
export class Receiver {
  readonly #tools: LinuxTools;
  readonly #family: Family;
  readonly #protocol: number;
  readonly #socket: Descriptor;
  readonly #handlers: ReceiverHandlers;
  readonly #vector: MessageVector;
  readonly #reading: PacedReading;
  /** When there was nothing more to read for the last time, ms. */
  #emptyAt: number;
  #closed = false;
  /** What the control messages of one packet say: when it came (ms), and its hop limit. */
  #stamp = Number.NaN;
  #ttl: number | null = null;

  constructor(
    tools: LinuxTools,
    { family, protocol }: { family: Family; protocol: number },
    socket: Descriptor,
    handlers: ReceiverHandlers,
  ) {
    this.#tools = tools;
    this.#family = family;
    this.#protocol = protocol;
    this.#socket = socket;
    this.#handlers = handlers;
    this.#vector = new MessageVector(tools.libc, { messages: BATCH, payload: ROOM, control: CONTROL });
    this.#vector.prepare(BATCH);
    socket.set(SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING.RX_SOFTWARE | SOF_TIMESTAMPING.SOFTWARE);
    if (family === 6) socket.set(SOL_IPV6, IPV6_RECVHOPLIMIT, 1);
    this.#emptyAt = tools.clock.now();
    this.#reading = new PacedReading(tools, socket.fd, () => this.#read());
  }

  /** Returns how many packets it has found. */
  #read(): number {
    let found = 0;
    const begunAt = this.#tools.clock.now();
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const { libc, clock, time } = this.#tools;
      const count = libc.recvmmsg(this.#socket.fd, this.#vector.address, BATCH, MSG_DONTWAIT, 0n);
      const now = clock.now();
      if (count < 0) {
        const error = lastError(libc);
        if (error.code === 'EAGAIN') this.#emptyAt = now;
        else if (error.code !== 'EINTR') this.#handlers.failed(error);
        return found;
      }
      found += count;
      const usable = time.compare();
      const packets = this.#vector.takeReceived(count).map((bytes, n) => this.#packet(n, bytes, now, usable));
      this.#vector.prepare(count);
      const isEmpty = count < BATCH;
      if (isEmpty) this.#emptyAt = now;
      this.#handlers.received(packets);
      // Whoever was told may have closed it, and the number of the descriptor may be somebody else's by now.
      if (isEmpty || this.#closed) break;
      // What came before has been read, however much it was: who reads less than comes in a turn falls behind for ever.
      if ((packets.at(-1) as ReceivedPacket).receivedAt > begunAt) break;
    }
    return found;
  }

  #packet(n: number, bytes: Buffer, now: number, usable: boolean): ReceivedPacket {
    this.#stamp = Number.NaN;
    this.#ttl = null;
    this.#vector.eachControl(n, this.#readControl);
    const stamp = this.#stamp;
    // A stamp from before a step of the clock is of no use.
    const isTimed = usable && stamp <= now + AHEAD && stamp >= this.#emptyAt - SLACK;
    const packet: ReceivedPacket = {
      family: this.#family,
      protocol: this.#protocol,
      address: this.#tools.addresses.decode(this.#family, this.#vector.names, SOCKADDR * n),
      receivedAt: isTimed && stamp < now ? stamp : now,
      ttl: this.#ttl,
      bytes,
    };
    if (!isTimed) packet.untimed = true;
    return packet;
  }

  readonly #readControl = (level: number, type: number, view: DataView, start: number) => {
    if (level === SOL_SOCKET && type === SO_TIMESTAMPING) this.#stamp = this.#tools.time.atView(view, start);
    else if (level === SOL_IPV6 && type === IPV6_HOPLIMIT)
      this.#ttl = view.getInt32(start, MessageVector.LITTLE);
  };

  memory(): SocketMemory {
    return this.#socket.memory();
  }

  close(): void {
    this.#closed = true;
    this.#reading.close();
    this.#socket.close();
  }
}

/** What was stamped before the socket was found empty may be put into it after; ms. */
const SLACK = 1;

/** By how much a stamp may seem to be of the future without a step of the clock: so much is not told from none. ms */
const AHEAD = 0.1;
