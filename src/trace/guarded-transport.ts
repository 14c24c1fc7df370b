import {
  type OutgoingPacket,
  type SendOutcome,
  type Transport,
  type TransportCounters,
  TransportError,
  type TransportHandlers,
} from '../io/transport.ts';

const SURPLUS = new TransportError('ECANCELED', 'Operation canceled');

/**
 * Sends no packet that `admits` does not let through.
 *
 * A change of a destination takes effect with the next reading of the table; a probe too many may be due before.
 */
export class GuardedTransport implements Transport {
  readonly #transport: Transport;
  readonly #admits: (packet: OutgoingPacket) => boolean;

  constructor(transport: Transport, admits: (packet: OutgoingPacket) => boolean) {
    this.#transport = transport;
    this.#admits = admits;
  }

  get untimed(): true | undefined {
    return this.#transport.untimed;
  }

  open(handlers: TransportHandlers): void {
    this.#transport.open(handlers);
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    const admitted: number[] = [];
    for (const [index, packet] of packets.entries()) {
      if (this.#admits(packet)) admitted.push(index);
      else settled(index, { error: SURPLUS });
    }
    this.#transport.send(
      packets.filter((_, index) => admitted.includes(index)),
      (index, outcome) => settled(admitted[index] as number, outcome),
    );
  }

  close(): void {
    this.#transport.close();
  }

  counters(): TransportCounters {
    return this.#transport.counters();
  }
}
