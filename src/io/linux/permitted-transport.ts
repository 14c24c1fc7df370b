import type { Clock } from '../clock.ts';
import type { Libc } from '../libc.ts';
import type {
  OutgoingPacket,
  SendOutcome,
  Transport,
  TransportCounters,
  TransportError,
  TransportHandlers,
} from '../transport.ts';
import { DatagramTransport } from './datagram-transport.ts';
import { LinuxTransport } from './linux-transport.ts';

/** What this process may use of Linux's sockets: raw ones, or else datagram sockets of ICMP. */
export class PermittedTransport implements Transport {
  readonly #libc: Libc;
  readonly #clock: Clock;
  #used: Transport;

  constructor(libc: Libc, clock: Clock) {
    this.#libc = libc;
    this.#clock = clock;
    this.#used = new LinuxTransport(libc, clock);
  }

  get name(): string | undefined {
    return this.#used.name;
  }

  /** Throws TransportError: EACCES where it may use neither. */
  open(handlers: TransportHandlers): void {
    try {
      this.#used.open(handlers);
    } catch (error) {
      if ((error as TransportError).code !== 'EPERM') throw error;
      const datagrams = new DatagramTransport(this.#libc, this.#clock);
      datagrams.open(handlers);
      this.#used = datagrams;
    }
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    this.#used.send(packets, settled);
  }

  close(): void {
    this.#used.close();
  }

  counters(): TransportCounters {
    return this.#used.counters();
  }
}
