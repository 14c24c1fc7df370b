import type { Clock } from '../clock.ts';
import type { Libc } from '../libc.ts';
import { TCP, UDP } from '../packet/ip.ts';
import { ALLOW_RAW_SOCKETS } from '../permission.ts';
import {
  type OutgoingPacket,
  type ReceivedPacket,
  type SendOutcome,
  type Transport,
  type TransportCounters,
  TransportError,
  type TransportHandlers,
} from '../transport.ts';
import { EchoReceiver } from './echo-receiver.ts';
import { EchoSender, type OutgoingEcho } from './echo-sender.ts';
import { EchoSocket } from './echo-socket.ts';
import { EchoSockets } from './echo-sockets.ts';
import { ErrorQueue } from './error-queue.ts';
import { KernelTime } from './kernel-time.ts';
import { SocketAddresses } from './socket-address.ts';
import type { LinuxTools } from './tools.ts';

const NOTICE = `without privileges ICMP alone is probed; TCP and UDP need raw sockets: ${ALLOW_RAW_SOCKETS}`;

const NAMES: Readonly<Record<number, string>> = { [TCP]: 'TCP', [UDP]: 'UDP' };

/**
 * ICMP and ICMPv6 through datagram sockets, for which a process needs no privilege: only a group within
 * `net.ipv4.ping_group_range`. Probes of TCP and UDP are not sent.
 */
export class DatagramTransport implements Transport {
  readonly name = 'datagram';
  readonly #tools: LinuxTools;
  readonly #errors: ErrorQueue;
  readonly #receiver: EchoReceiver;
  readonly #sender: EchoSender;
  readonly #sockets: EchoSockets;
  #handlers: TransportHandlers | undefined;
  #counters = { sent: 0, received: 0 };
  #noticed = false;
  /** Errors that came while something was sent. */
  #reported: ReceivedPacket[] = [];

  constructor(libc: Libc, clock: Clock) {
    const addresses = new SocketAddresses(libc);
    this.#tools = { libc, clock, addresses, time: new KernelTime(libc, clock) };
    this.#errors = new ErrorQueue(this.#tools);
    this.#receiver = new EchoReceiver(this.#tools);
    this.#sender = new EchoSender(this.#tools, this.#errors, (packet) => this.#putOff(packet));
    this.#sockets = new EchoSockets(this.#tools, (socket) => this.#read(socket));
  }

  /** Throws TransportError: EACCES where the host does not allow it. */
  open(handlers: TransportHandlers): void {
    new EchoSocket(this.#tools, 4).close();
    this.#counters = { sent: 0, received: 0 };
    this.#handlers = handlers;
    if (!this.#noticed) handlers.noticed(NOTICE);
    this.#noticed = true;
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    const batches = new Map<string, OutgoingEcho[]>();
    packets.forEach((packet, index) => {
      const { family, protocol, ttl, bytes } = packet;
      const name = NAMES[protocol];
      if (name !== undefined) {
        const reason = `${name} needs raw sockets: ${ALLOW_RAW_SOCKETS}`;
        settled(index, { error: new TransportError('EPERM', reason) });
        return;
      }
      const key = `${family} ${identifierOf(bytes)} ${ttl}`;
      const batch = batches.get(key) ?? [];
      batches.set(key, batch);
      batch.push({ packet, settled: (outcome) => settled(index, outcome) });
    });
    for (const batch of batches.values()) this.#flush(batch);
  }

  #flush(batch: readonly OutgoingEcho[]): void {
    const [first] = batch;
    if (!first) return;
    const { family, bytes } = first.packet;
    try {
      if (!this.#handlers) throw new TransportError('ENOTCONN', 'the socket is not open');
      const socket = this.#sockets.of(family, identifierOf(bytes));
      this.#sender.send(
        socket,
        batch.map((each) => this.#counted(each)),
      );
    } catch (error) {
      for (const { settled } of batch) settled({ error: error as TransportError });
    }
  }

  #counted({ packet, settled }: OutgoingEcho): OutgoingEcho {
    return {
      packet,
      settled: (outcome) => {
        if ('sentAt' in outcome) this.#counters.sent++;
        settled(outcome);
      },
    };
  }

  /** What is sent settles before any answer to it is told. */
  #putOff(packet: ReceivedPacket): void {
    if (this.#reported.push(packet) === 1) setImmediate(() => this.#tell(this.#reported.splice(0)));
  }

  #read(socket: EchoSocket): void {
    try {
      const packets = this.#receiver.read(socket);
      this.#errors.read(socket, { stamped() {}, reported: (packet) => packets.push(packet) });
      this.#tell(packets.sort((one, other) => one.receivedAt - other.receivedAt));
    } catch (error) {
      this.#handlers?.failed(error as TransportError);
    }
  }

  #tell(packets: ReceivedPacket[]): void {
    if (!this.#handlers || packets.length === 0) return;
    this.#counters.received += packets.length;
    this.#handlers.received(packets);
  }

  close(): void {
    this.#handlers = undefined;
    this.#sockets.close();
  }

  counters(): TransportCounters {
    return { ...this.#counters, ...this.#sockets.memory() };
  }
}

/** An echo request's. */
const identifierOf = (bytes: Buffer): number => bytes.readUInt16BE(4);
