import { canonicalAddress } from '../io/packet/address.ts';
import { writeChecksum } from '../io/packet/checksum.ts';
import { wantedTypes } from '../io/packet/icmp.ts';
import { ICMP, ICMP6, TCP, UDP } from '../io/packet/ip.ts';
import {
  type Family,
  type OutgoingPacket,
  type ReceivedPacket,
  type SendOutcome,
  type Transport,
  type TransportCounters,
  TransportError,
  type TransportHandlers,
} from '../io/transport.ts';
import { isIntact } from '../network/host.ts';
import { quotedDestination } from '../network/icmp-error.ts';
import type { Network } from '../network/network.ts';
import { encodePacket, lengthOf, type Packet, pseudoAddresses } from '../network/packet.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** What a simulation is told of every packet that the source sends, and of every one that comes back to it. */
export interface PacketObserver {
  /** `at`: monotonic time, ms. */
  sent(packet: Packet, at: number): void;
  received(packet: Packet, at: number): void;
}

/** What a kernel's receive buffer holds for a process that does not read, packets: 212,992 bytes in about 832 each. */
const RECEIVE_BUFFER = 256;

/** The source's kernel: sends into a simulated network, and hands over what a raw socket would. */
export class SimulatedTransport implements Transport {
  readonly name = 'simulated';
  /** How many times the source's own interface has been taken down, and is not up again. */
  #down = 0;
  readonly #clock: SimulatedClock;
  readonly #addresses: Partial<Record<Family, string>>;
  readonly #observer: PacketObserver;
  #network: Network | undefined;
  #handlers: TransportHandlers | undefined;
  #counters: TransportCounters = { sent: 0, received: 0, dropped: 0 };
  /** What came in while the process was paused. */
  #unread: ReceivedPacket[] = [];
  /** What the kernel has learned of paths, by destination; bytes. */
  readonly #mtus = new Map<string, number>();
  readonly #canonical = new Map<string, string>();

  constructor(clock: SimulatedClock, addresses: Partial<Record<Family, string>>, observer: PacketObserver) {
    this.#clock = clock;
    this.#addresses = addresses;
    this.#observer = observer;
  }

  /** The network that it is in; before it is opened. */
  connect(network: Network): void {
    this.#network = network;
  }

  /** Takes the source's own interface down, until what is returned is called. */
  takeDown(): () => void {
    this.#down++;
    return () => void this.#down--;
  }

  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    this.#counters = { sent: 0, received: 0, dropped: 0 };
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    packets.forEach((packet, index) => {
      const sentAt = this.#clock.now();
      const error = this.#send(packet, sentAt, () => settled(index, { sentAt }));
      if (error) settled(index, { error });
    });
  }

  close(): void {
    this.#handlers = undefined;
  }

  counters(): TransportCounters {
    return { ...this.#counters };
  }

  /** A packet has come to the source. */
  deliver(packet: Packet): void {
    if (this.#down > 0 || this.#clock.suspended || packet.destination !== this.#addresses[packet.family])
      return;
    const received = this.#receive(packet);
    if (!received) return;
    this.#observer.received(packet, received.receivedAt);
    if (!this.#clock.paused) this.#handOver([received]);
    else if (this.#unread.length < RECEIVE_BUFFER) this.#unread.push(received);
    else this.#counters.dropped++;
  }

  /** The process reads what has come in while it was paused. */
  read(): void {
    const unread = this.#unread;
    this.#unread = [];
    if (unread.length > 0) this.#handOver(unread);
  }

  #handOver(packets: ReceivedPacket[]): void {
    this.#counters.received += packets.length;
    this.#handlers?.received(packets);
  }

  /** Calls `accepted` before any answer can come. Returns why it was not. */
  #send(outgoing: OutgoingPacket, at: number, accepted: () => void): TransportError | undefined {
    const { family, protocol, ttl, bytes } = outgoing;
    const source = this.#addresses[family];
    if (this.#down > 0) return new TransportError('ENETDOWN', 'Network is down');
    if (source === undefined || !this.#network) return UNREACHABLE;
    const destination = this.#canonicalOf(outgoing.address);
    if (!this.#network.areaOf(destination)) return UNREACHABLE;
    const packet: Packet = {
      family,
      protocol,
      source,
      destination,
      ttl,
      whole: true,
      payload: bytes,
      origin: this.#counters.sent + 1,
    };
    if (protocol !== ICMP) writeChecksum(protocol, bytes, pseudoAddresses(packet));
    // What is too long for a path that the kernel knows leaves it in fragments.
    if (this.#mtus.size > 0 && lengthOf(packet) > (this.#mtus.get(destination) ?? Number.POSITIVE_INFINITY))
      packet.whole = false;
    const mtu = this.#network.mtuTo(destination);
    if (mtu > 0 && packet.whole && lengthOf(packet) > mtu) packet.whole = false;
    this.#counters.sent++;
    this.#observer.sent(packet, at);
    accepted();
    this.#network.send(packet);
    return undefined;
  }

  /** What a raw socket gets of a packet; undefined for what the kernel keeps to itself. */
  #receive(packet: Packet): ReceivedPacket | undefined {
    const { family, protocol, source, payload } = packet;
    if (protocol !== TCP && protocol !== UDP) {
      if (protocol !== (family === 4 ? ICMP : ICMP6)) return undefined;
      this.#learn(packet);
      if (!wanted[family].has(payload[0] as number)) return undefined;
    }
    if (family === 6 && !isIntact(packet)) return undefined;
    const bytes = family === 4 ? encodePacket(packet) : payload;
    return { family, protocol, address: source, receivedAt: this.#clock.now(), bytes };
  }

  /** https://www.rfc-editor.org/rfc/rfc1191 https://www.rfc-editor.org/rfc/rfc8201 */
  #learn(packet: Packet): void {
    const { family, payload } = packet;
    const tooBig = family === 4 ? payload[0] === 3 && payload[1] === 4 : payload[0] === 2;
    if (!tooBig || payload.length < 8 + 40) return;
    this.#mtus.set(quotedDestination(packet), payload.readUInt32BE(4));
  }

  #canonicalOf(address: string): string {
    let canonical = this.#canonical.get(address);
    if (canonical === undefined) {
      canonical = canonicalAddress(address);
      this.#canonical.set(address, canonical);
    }
    return canonical;
  }
}

const UNREACHABLE = new TransportError('ENETUNREACH', 'Network is unreachable');

const wanted = { 4: new Set(wantedTypes(4)), 6: new Set(wantedTypes(6)) } as const;
