import type {
  OutgoingPacket,
  SendOutcome,
  Transport,
  TransportCounters,
  TransportHandlers,
} from './transport.ts';

/** A transport that is opened again and again, and closed more than once: what it has counted is never lost. */
export class CountedTransport implements Transport {
  readonly #transport: Transport;
  #isOpen = false;
  #before: TransportCounters = { sent: 0, received: 0, dropped: 0 };

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get name(): string | undefined {
    return this.#transport.name;
  }

  get untimed(): true | undefined {
    return this.#transport.untimed;
  }

  open(handlers: TransportHandlers): void {
    this.#transport.open(handlers);
    this.#isOpen = true;
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    this.#transport.send(packets, settled);
  }

  close(): void {
    // A closed transport has no counters left to read.
    this.#before = this.total();
    this.#isOpen = false;
    this.#transport.close();
  }

  counters(): TransportCounters {
    return this.#transport.counters();
  }

  /** Packets since it was opened for the first time. */
  total(): TransportCounters {
    if (!this.#isOpen) return this.#before;
    const { sent, received, dropped } = this.#transport.counters();
    const before = this.#before;
    return {
      sent: before.sent + sent,
      received: before.received + received,
      dropped: before.dropped + dropped,
    };
  }
}
