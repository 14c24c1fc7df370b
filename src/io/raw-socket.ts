import { Channels } from './channels.ts';
import type { Clock } from './clock.ts';
import { errnoOf } from './errno.ts';
import { HeldPorts } from './held-ports.ts';
import { addressBytes } from './packet/address.ts';
import { writeChecksum } from './packet/checksum.ts';
import { bodyOf, encodeIpv4Header, IPV4_HEADER, TCP, UDP } from './packet/ip.ts';
import { isSourcePort } from './packet/source-port.ts';
import { RawChannel, type RawPacket } from './raw-channel.ts';
import { SourceAddresses } from './source-addresses.ts';
import {
  type Family,
  type OutgoingPacket,
  type ReceivedPacket,
  type SendOutcome,
  type Transport,
  type TransportCounters,
  TransportError,
  type TransportHandlers,
} from './transport.ts';

/**
 * What every IPv4 link takes in practice, bytes, the IP header among them. Longer packets are the kernel's to fragment, which knows the path's
 * MTU and chooses the source address itself; shorter ones leave with the very address that their checksum covers.
 */
const NEVER_FRAGMENTED = 576;

/**
 * All protocols through the raw-socket package: one socket for each, of each IP version, and one packet a turn of the
 * event loop. Those of TCP and UDP, which hear all of this host's traffic, are opened when the first probe needs them.
 *
 * Send times are taken just before `sendto`, receive times just after `recvfrom`.
 */
export class RawSocketTransport implements Transport {
  readonly name = 'raw-socket';
  readonly untimed = true;
  readonly #clock: Clock;
  readonly #sources: SourceAddresses;
  readonly #heldPorts = new HeldPorts();
  readonly #channels = new Channels((family, protocol, handlers) => this.#create(family, protocol, handlers));
  #counters = { sent: 0, received: 0 };
  /** Packets sent whose sender has not been told yet. */
  #unsettled: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sources = new SourceAddresses(clock);
  }

  open(handlers: TransportHandlers): void {
    this.#counters = { sent: 0, received: 0 };
    this.#channels.open(handlers);
  }

  #create(family: Family, protocol: number, handlers: TransportHandlers): RawChannel {
    try {
      return new RawChannel(family, protocol, {
        received: (view, address) => this.#received(handlers, family, protocol, address, view),
        failed: (error) => handlers.failed(transportError(error)),
      });
    } catch (error) {
      throw transportError(error);
    }
  }

  #received(
    handlers: TransportHandlers,
    family: Family,
    protocol: number,
    address: string,
    view: Buffer,
  ): void {
    const receivedAt = this.#clock.now();
    const packet: ReceivedPacket = { family, protocol, address, receivedAt, untimed: true, bytes: view };
    if ((protocol === TCP || protocol === UDP) && !isForProbe(packet)) return;
    this.#counters.received++;
    this.#settle();
    // The view is overwritten by the next packet.
    handlers.received([{ ...packet, bytes: Buffer.from(view) }]);
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    packets.forEach((packet, index) => {
      this.#sendOne(packet, (outcome) => settled(index, outcome));
    });
  }

  #sendOne(packet: OutgoingPacket, settled: (outcome: SendOutcome) => void): void {
    const { family, protocol, address, ttl, bytes } = packet;
    if (protocol === TCP || protocol === UDP) this.#sendPorted(packet, settled);
    else this.#hand(family, protocol, { bytes, address, ttl, headed: false }, settled);
  }

  /** TCP and UDP: holds the port, and fills in the checksum where the kernel does not. */
  #sendPorted(packet: OutgoingPacket, settled: (outcome: SendOutcome) => void): void {
    const { family, protocol, address, ttl, bytes } = packet;
    const go = (error?: TransportError) => {
      if (error) settled({ error });
      else if (family === 6) this.#hand(family, protocol, { bytes, address, ttl, headed: false }, settled);
      else
        this.#sources.find(address, bytes.readUInt16BE(2), (found) => {
          if ('error' in found) settled(found);
          else this.#hand(family, protocol, withIpv4(packet, found.source), settled);
        });
    };
    if (protocol === UDP) this.#heldPorts.hold(family, bytes.readUInt16BE(0), go);
    else go();
  }

  #hand(family: Family, protocol: number, packet: RawPacket, settled: (outcome: SendOutcome) => void): void {
    let channel: RawChannel;
    try {
      channel = this.#channels.of(family, protocol);
    } catch (error) {
      settled({ error: error as TransportError });
      return;
    }
    let sentAt = 0;
    const sending = () => {
      sentAt = this.#clock.now();
    };
    channel.send(packet, sending, (error) => {
      if (error) return settled({ error: transportError(error) });
      this.#counters.sent++;
      this.#settleSoon(() => settled({ sentAt }));
    });
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
    this.#channels.close();
    this.#heldPorts.close();
  }

  counters(): TransportCounters {
    return { ...this.#counters, ...this.#channels.memory() };
  }
}

/** Whether a TCP or UDP packet goes to a port that probes come from. */
function isForProbe(packet: ReceivedPacket): boolean {
  const body = bodyOf(packet);
  return (
    body !== undefined &&
    body.end - body.start >= 4 &&
    isSourcePort(packet.bytes.readUInt16BE(body.start + 2))
  );
}

function withIpv4({ protocol, address, ttl, bytes }: OutgoingPacket, source: string): RawPacket {
  const addresses = addressBytes(source, address);
  writeChecksum(protocol, bytes, addresses);
  if (IPV4_HEADER + bytes.length > NEVER_FRAGMENTED) return { bytes, address, ttl, headed: false };
  const header = encodeIpv4Header({ protocol, ttl, addresses, length: bytes.length });
  return { bytes: Buffer.concat([header, bytes]), address, ttl, headed: true };
}

/** raw-socket throws the text of strerror(3) and nothing else. */
function transportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TransportError(errnoOf(message), message);
}
