import type { OutgoingPacket, SendOutcome, TransportError } from '../transport.ts';
import { lastError } from './descriptor.ts';
import type { EchoSocket } from './echo-socket.ts';
import type { ErrorQueue, ErrorQueueHandlers } from './error-queue.ts';
import { MessageVector } from './message-vector.ts';
import { MSG_DONTWAIT } from './socket-options.ts';
import type { LinuxTools } from './tools.ts';

/** Packets a call, as raw sockets have it. */
const BATCH = 64;

/** Longer packets stay where they are; bytes. */
const ROOM = 1536;

/** How often a packet is tried that fails: while errors come in, and when there are none. */
const MOST_TRIES = 100;
const TRIES = 2;

export interface OutgoingEcho {
  packet: OutgoingPacket;
  settled: (outcome: SendOutcome) => void;
}

/** Sends batches of echo requests through datagram sockets, and tells when each has left. */
export class EchoSender {
  readonly #tools: LinuxTools;
  readonly #errors: ErrorQueue;
  readonly #reported: ErrorQueueHandlers['reported'];
  readonly #vector: MessageVector;

  /** `reported`: what is met of errors where stamps are looked for. It is called before what was sent has settled. */
  constructor(tools: LinuxTools, errors: ErrorQueue, reported: ErrorQueueHandlers['reported']) {
    this.#tools = tools;
    this.#errors = errors;
    this.#reported = reported;
    this.#vector = new MessageVector(tools.libc, { messages: BATCH, payload: ROOM, control: 8 });
    for (let n = 0; n < BATCH; n++) this.#vector.clearControl(n);
  }

  /** `packets`: all with the same TTL. Throws TransportError, and nothing has been sent then. */
  send(socket: EchoSocket, packets: readonly OutgoingEcho[]): void {
    const [first] = packets;
    if (!first) return;
    socket.setTtl(first.packet.ttl);
    for (let from = 0; from < packets.length; from += BATCH)
      this.#send(socket, packets.slice(from, from + BATCH));
  }

  #send(socket: EchoSocket, packets: readonly OutgoingEcho[]): void {
    const { libc, clock } = this.#tools;
    packets.forEach((each, n) => {
      this.#prepare(socket, n, each);
    });
    const sentAt = new Float64Array(packets.length);
    const errors = new Map<number, TransportError>();
    for (let n = 0, tries = 0; n < packets.length; ) {
      const from = clock.now();
      const address = this.#vector.address + BigInt(MessageVector.SIZE * n);
      const sent = libc.sendmmsg(socket.fd, address, packets.length - n, MSG_DONTWAIT);
      if (sent > 0) {
        this.#time(socket, sentAt.subarray(n, n + sent), from);
        n += sent;
        tries = 0;
        continue;
      }
      const error = lastError(libc);
      tries++;
      // What a call fails with may be an ICMP error about a packet that was sent before.
      if (error.code !== 'EAGAIN' && tries < (this.#hasErrors(socket) ? MOST_TRIES : TRIES)) continue;
      errors.set(n++, error);
      tries = 0;
    }
    packets.forEach(({ settled }, n) => {
      const error = errors.get(n);
      settled(error ? { error } : { sentAt: sentAt[n] as number });
    });
  }

  /** Reads the errors that there are, and has packets counted anew, since some kernels count what they do not send. */
  #hasErrors(socket: EchoSocket): boolean {
    let found = false;
    socket.count();
    this.#errors.read(socket, {
      stamped() {},
      reported: (packet) => {
        found = true;
        this.#reported(packet);
      },
    });
    return found;
  }

  #prepare({ family }: EchoSocket, n: number, { packet: { address, bytes, memo } }: OutgoingEcho): void {
    const vector = this.#vector;
    vector.setName(n, this.#tools.addresses.encode(family, address, memo));
    if (bytes.length <= ROOM) {
      vector.payload.set(bytes, ROOM * n);
      vector.setPayload(n, bytes.length);
    } else vector.setForeignPayload(n, bytes);
  }

  /** Spreads packets over the call that sent them, and puts the kernel's own times in the place of that, where it has them by now. */
  #time(socket: EchoSocket, sentAt: Float64Array, from: number): void {
    const to = this.#tools.clock.now();
    sentAt.forEach((_, index) => {
      sentAt[index] = from + ((to - from) * index) / sentAt.length;
    });
    const first = socket.next;
    socket.next = (first + sentAt.length) >>> 0;
    this.#errors.read(socket, {
      stamped: (number, at) => {
        const index = (number - first) >>> 0;
        // What does not lie within the call is another packet's, or from before a step of the clock.
        if (index < sentAt.length && at >= from - SLACK && at <= to + SLACK) sentAt[index] = at;
      },
      reported: this.#reported,
    });
  }
}

/** By how much a stamp may seem to lie outside of the call that it was made in: the clocks are compared less exactly. ms */
const SLACK = 0.02;
