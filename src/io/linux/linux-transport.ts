import type { Clock } from '../clock.ts';
import type { Libc } from '../libc.ts';
import { noticeOfSharedPorts } from '../local-ports.ts';
import { addressBytes } from '../packet/address.ts';
import { writeChecksum } from '../packet/checksum.ts';
import { icmpProtocol } from '../packet/icmp.ts';
import { TCP, UDP } from '../packet/ip.ts';
import {
  type Family,
  type OutgoingPacket,
  type ReceivedPacket,
  type SendOutcome,
  type Transport,
  type TransportCounters,
  TransportError,
  type TransportHandlers,
} from '../transport.ts';
import { HeldPorts } from './held-ports.ts';
import { KernelTime } from './kernel-time.ts';
import { LinuxChannel } from './linux-channel.ts';
import { LITTLE } from './message-vector.ts';
import type { Outgoing } from './sender.ts';
import { SocketAddresses } from './socket-address.ts';
import { SourceLookup } from './source-lookup.ts';

type Settled = (index: number, outcome: SendOutcome) => void;

/**
 * All protocols through Linux's own calls: batches out, batches in, each packet with the kernel's own times of
 * leaving and coming. Sockets of TCP and UDP are opened when the first probe needs them.
 */
export class LinuxTransport implements Transport {
  readonly #tools;
  readonly #sources: SourceLookup;
  readonly #heldPorts: HeldPorts;
  readonly #channels = new Map<string, LinuxChannel>();
  #handlers: TransportHandlers | undefined;
  #counters = { sent: 0, received: 0 };
  #noticed = false;

  constructor(libc: Libc, clock: Clock) {
    const addresses = new SocketAddresses(libc);
    this.#tools = { libc, clock, addresses, time: new KernelTime(libc, clock) };
    this.#sources = new SourceLookup(this.#tools);
    this.#heldPorts = new HeldPorts(libc);
  }

  open(handlers: TransportHandlers): void {
    this.#counters = { sent: 0, received: 0 };
    this.#handlers = handlers;
    try {
      for (const family of [4, 6] as const) this.#openIcmp(family);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #openIcmp(family: Family): void {
    try {
      this.#channel(family, icmpProtocol(family));
    } catch (error) {
      // A host without this IP version can still probe with the other.
      if ((error as TransportError).code !== 'EAFNOSUPPORT') throw error;
    }
  }

  /** The sockets for a protocol, opened where they are not. Throws TransportError. */
  #channel(family: Family, protocol: number): LinuxChannel {
    const key = `${family} ${protocol}`;
    const known = this.#channels.get(key);
    if (known) return known;
    const handlers = this.#handlers;
    if (!handlers) throw new TransportError('ENOTCONN', 'the socket is not open');
    const channel = new LinuxChannel(this.#tools, family, protocol, {
      received: (packets) => this.#received(packets),
      failed: (error) => handlers.failed(error),
    });
    this.#channels.set(key, channel);
    if (protocol === TCP || protocol === UDP) this.#noticePorts(handlers);
    return channel;
  }

  #noticePorts(handlers: TransportHandlers): void {
    const notice = this.#noticed ? undefined : noticeOfSharedPorts();
    this.#noticed = true;
    if (notice) handlers.noticed(notice);
  }

  #received(packets: ReceivedPacket[]): void {
    this.#counters.received += packets.length;
    this.#handlers?.received(packets);
  }

  send(packets: readonly OutgoingPacket[], settled: Settled): void {
    const batches = new Map<string, Outgoing[]>();
    packets.forEach((packet, index) => {
      const { family, protocol } = packet;
      const key = `${family} ${protocol}`;
      const batch = batches.get(key) ?? [];
      batches.set(key, batch);
      try {
        const source = protocol === TCP || protocol === UDP ? this.#complete(packet) : undefined;
        batch.push({
          packet,
          source,
          settled: (outcome) => {
            if ('sentAt' in outcome) this.#counters.sent++;
            settled(index, outcome);
          },
        });
      } catch (error) {
        settled(index, { error: error as TransportError });
      }
    });
    for (const batch of batches.values()) this.#flush(batch);
  }

  #flush(batch: readonly Outgoing[]): void {
    const [first] = batch;
    if (!first) return;
    try {
      this.#channel(first.packet.family, first.packet.protocol).send(batch);
    } catch (error) {
      for (const { settled } of batch) settled({ error: error as TransportError });
    }
  }

  /**
   * Holds the port of a UDP probe, and fills in the checksum where the kernel does not. Returns the source address
   * that it covers. Throws TransportError where there is no route, or the port is somebody else's.
   */
  #complete({ family, protocol, address, bytes }: OutgoingPacket): number | undefined {
    if (protocol === UDP) this.#heldPorts.hold(family, bytes.readUInt16BE(0));
    if (family === 6) return undefined;
    const source = this.#sources.find(address, bytes.readUInt16BE(2));
    writeChecksum(protocol, bytes, Buffer.concat([source, addressBytes(address)]));
    return LITTLE ? source.readInt32LE(0) : source.readInt32BE(0);
  }

  close(): void {
    this.#handlers = undefined;
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#heldPorts.close();
    this.#sources.close();
  }

  counters(): TransportCounters {
    let dropped = 0;
    for (const channel of this.#channels.values()) dropped += channel.dropped();
    return { ...this.#counters, dropped };
  }
}
