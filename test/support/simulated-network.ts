import { canonicalAddress } from '../../src/io/packet/address.ts';
import { writeChecksum } from '../../src/io/packet/checksum.ts';
import { ICMP } from '../../src/io/packet/ip.ts';
import type {
  Family,
  OutgoingPacket,
  SendOutcome,
  Transport,
  TransportCounters,
  TransportHandlers,
} from '../../src/io/transport.ts';
import { RealTimeScheduler } from '../../src/netsim/real-time-scheduler.ts';
import { encodePacket, type Packet, pseudoAddresses } from '../../src/network/packet.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { World } from '../../src/simulation/world.ts';

/** The network of a scenario in real time, without a socket or an interface. */
export class SimulatedNetwork implements Transport {
  /** What can be changed of it meanwhile. */
  readonly world: World;
  readonly #addresses: Partial<Record<Family, string>>;
  readonly #scheduler = new RealTimeScheduler(() => Math.round(performance.now() * 1e6));
  readonly #counters: TransportCounters = { sent: 0, received: 0, dropped: 0 };
  #handlers: TransportHandlers | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `scenario`: YAML. */
  constructor(scenario: string) {
    const parsed = parseScenario(scenario);
    const addresses = [parsed.source.address].flat();
    this.#addresses = {
      4: addresses.find((address) => !address.includes(':')),
      6: addresses.find((address) => address.includes(':')),
    } as Partial<Record<Family, string>>;
    this.world = new World(parsed, this.#scheduler, (packet) => this.#deliver(packet));
  }

  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    for (const [index, { family, protocol, ttl, bytes, address }] of packets.entries()) {
      const source = this.#addresses[family] as string;
      const destination = canonicalAddress(address);
      this.#counters.sent++;
      const origin = this.#counters.sent;
      const packet: Packet = {
        family,
        protocol,
        source,
        destination,
        ttl,
        whole: true,
        payload: bytes,
        origin,
      };
      if (protocol !== ICMP) writeChecksum(protocol, bytes, pseudoAddresses(packet));
      settled(index, { sentAt: performance.now() });
      this.#scheduler.advance(() => this.world.network.send(packet));
    }
    this.#wait();
  }

  close(): void {
    this.#handlers = undefined;
    clearTimeout(this.#timer);
  }

  counters(): TransportCounters {
    return { ...this.#counters };
  }

  #deliver(packet: Packet): void {
    const { family, protocol, source } = packet;
    this.#counters.received++;
    const bytes = family === 4 ? encodePacket(packet) : packet.payload;
    this.#handlers?.received([{ family, protocol, address: source, receivedAt: performance.now(), bytes }]);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const next = this.#scheduler.next();
    if (next === undefined || !this.#handlers) return;
    this.#timer = setTimeout(
      () => {
        this.#scheduler.advance();
        this.#wait();
      },
      Math.max(0, next / 1e6 - performance.now()),
    );
  }
}
