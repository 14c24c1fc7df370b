import { Channels } from '../channels.ts';
import type { Clock } from '../clock.ts';
import type { Libc } from '../libc.ts';
import { writeChecksum } from '../packet/checksum.ts';
import { TCP, UDP } from '../packet/ip.ts';
import type {
  OutgoingPacket,
  Transport,
  TransportCounters,
  TransportError,
  TransportHandlers,
} from '../transport.ts';
import { HeldPorts } from './held-ports.ts';
import { KernelTime } from './kernel-time.ts';
import { LinuxChannel } from './linux-channel.ts';
import { LITTLE } from './message-vector.ts';
import type { Outgoing, Settled } from './sender.ts';
import { SocketAddresses } from './socket-address.ts';
import { SourceLookup } from './source-lookup.ts';
import type { LinuxTools } from './tools.ts';

/**
 * All protocols through Linux's own calls: batches out, batches in, each packet with the kernel's own times of
 * leaving and coming. Sockets of TCP and UDP are opened when the first probe needs them.
 */
export class LinuxTransport implements Transport {
  readonly name = 'linux';
  readonly #tools: LinuxTools;
  readonly #sources: SourceLookup;
  readonly #heldPorts: HeldPorts;
  readonly #channels: Channels<LinuxChannel>;
  /** Source and destination of the packet whose checksum is being made. */
  readonly #endWords = new Uint32Array(2);
  readonly #ends = new Uint8Array(this.#endWords.buffer);
  #counters = { sent: 0, received: 0 };

  constructor(libc: Libc, clock: Clock) {
    const addresses = new SocketAddresses(libc);
    this.#tools = { libc, clock, addresses, time: new KernelTime(libc, clock) };
    this.#sources = new SourceLookup(this.#tools);
    this.#heldPorts = new HeldPorts(libc);
    this.#channels = new Channels(
      (family, protocol, { received, failed }) =>
        new LinuxChannel(this.#tools, family, protocol, {
          received: (packets) => {
            this.#counters.received += packets.length;
            received(packets);
          },
          failed,
        }),
    );
  }

  open(handlers: TransportHandlers): void {
    this.#counters = { sent: 0, received: 0 };
    this.#channels.open(handlers);
  }

  send(packets: readonly OutgoingPacket[], settled: Settled): void {
    const batches = new Map<number, Outgoing[]>();
    packets.forEach((packet, index) => {
      const { family, protocol } = packet;
      const key = 256 * family + protocol;
      let batch = batches.get(key);
      if (!batch) {
        batch = [];
        batches.set(key, batch);
      }
      try {
        const source = protocol === TCP || protocol === UDP ? this.#complete(packet) : undefined;
        batch.push({ packet, source, index });
      } catch (error) {
        settled(index, { error: error as TransportError });
      }
    });
    const counted: Settled = (index, outcome) => {
      if ('sentAt' in outcome) this.#counters.sent++;
      settled(index, outcome);
    };
    for (const batch of batches.values()) this.#flush(batch, counted);
  }

  #flush(batch: readonly Outgoing[], settled: Settled): void {
    const [first] = batch;
    if (!first) return;
    let channel: LinuxChannel;
    try {
      channel = this.#channels.of(first.packet.family, first.packet.protocol);
    } catch (error) {
      for (const { index } of batch) settled(index, { error: error as TransportError });
      return;
    }
    channel.send(batch, settled);
  }

  /**
   * Holds the port of a UDP probe, and fills in the checksum where the kernel does not. Returns the source address
   * that it covers. Throws TransportError where there is no route, or the port is somebody else's.
   */
  #complete({ family, protocol, address, bytes, memo }: OutgoingPacket): number | undefined {
    if (protocol === UDP) this.#heldPorts.hold(family, bytes.readUInt16BE(0));
    if (family === 6) return undefined;
    const source = this.#sources.find(address, bytes.readUInt16BE(2));
    this.#ends.set(source);
    this.#endWords[1] = this.#tools.addresses.encode(4, address, memo) as number;
    writeChecksum(protocol, bytes, this.#ends);
    return LITTLE ? source.readInt32LE(0) : source.readInt32BE(0);
  }

  close(): void {
    this.#channels.close();
    this.#heldPorts.close();
    this.#sources.close();
  }

  counters(): TransportCounters {
    return { ...this.#counters, ...this.#channels.memory() };
  }
}
