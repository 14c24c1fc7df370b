import { randomInt } from 'node:crypto';
import { ipProtocol, type Protocol } from '../entities/protocol.ts';
import { chooseTransport, type TransportName } from '../io/choose-transport.ts';
import { SystemClock } from '../io/clock.ts';
import { canonicalAddress } from '../io/packet/address.ts';
import { TCP, UDP } from '../io/packet/ip.ts';
import { PORTS_A_SOURCE } from '../io/packet/source-port.ts';
import type { Logger } from '../logger.ts';
import { createPinger, type Pinger } from '../pinger.ts';
import type { NewResult } from '../storage/store.ts';
import { GuardedTransport } from './guarded-transport.ts';
import { Path } from './path.ts';
import { PathStore } from './path-store.ts';

/** What every probe of a trace has in common; times in ms. */
export interface TracedDestination {
  /** Numeric. */
  address: string;
  protocol: Protocol;
  port: number | null;
  interval: number;
  timeout: number;
  data: string;
}

export interface TraceOptions {
  destination: TracedDestination;
  /** Probes to each hop. */
  count: number;
  /** The highest TTL. */
  maxHops: number;
  transport: TransportName;
  logger: Logger;
  /** The high bytes of identifiers that others of this host have. */
  taken?: ReadonlySet<number>;
}

/** A monitor of one path: each TTL is a destination, and its row is there for as long as it is to be probed. */
export class Trace {
  readonly pinger: Pinger;
  readonly path: Path;
  /** The high byte of the identifiers in its packets. */
  readonly sourceid: number;
  /** Resolves when all probes have ended. */
  readonly done: Promise<void>;
  readonly #destination: TracedDestination;
  readonly #store: PathStore;
  readonly #take: (result: NewResult) => void;

  constructor({ destination, count, maxHops, transport: name, logger, taken }: TraceOptions) {
    this.#destination = destination;
    // Monitors start with source 0, whose source ports are then left alone.
    let sourceid = randomInt(1, 256);
    while (taken?.has(sourceid)) sourceid = (sourceid % 255) + 1;
    this.sourceid = sourceid;
    this.#store = new PathStore({ id: 1, location: 0, host: 0, sourceid, address: null, name: null });
    const target = canonicalAddress(destination.address);
    this.path = new Path({ target, count, maxHops, concurrency: concurrencyOf(destination, count) });
    const clock = new SystemClock();
    const transport = new GuardedTransport(chooseTransport(name, clock), ({ ttl }) => this.#admits(ttl));
    this.pinger = createPinger({ store: this.#store, clock, transport, logger });
    let end = () => {};
    this.done = new Promise((resolve) => {
      end = resolve;
    });
    this.#take = (result) => {
      this.path.take(result);
      this.#follow();
      if (this.path.done) end();
    };
    this.pinger.on('result', this.#take);
    this.#follow();
  }

  /** What comes from now on changes nothing: neither the probes that are given up at the end, nor their late answers. */
  freeze(): void {
    this.pinger.off('result', this.#take);
  }

  #admits(ttl: number): boolean {
    const admitted = this.path.admit(ttl);
    this.#follow();
    return admitted;
  }

  /** Makes the rows say what the path wants. */
  #follow(): void {
    for (const { ttl, wanted } of this.path.hops()) {
      if (this.#store.row(ttl)?.active === wanted) continue;
      this.#store.put({
        ...this.#destination,
        id: ttl,
        active: wanted,
        ttl,
        name: null,
        source_id: null,
      });
    }
  }
}

/** How many hops can be probed at once. 0 when there are not even source ports enough for one. */
export function concurrencyOf(
  { protocol, interval, timeout }: Pick<TracedDestination, 'protocol' | 'interval' | 'timeout'>,
  count: number,
): number {
  const number = ipProtocol(protocol);
  if (number !== TCP && number !== UDP) return Number.POSITIVE_INFINITY;
  const inFlight = Math.min(count, Math.floor(timeout / interval) + 1);
  return Math.floor(PORTS_A_SOURCE / inFlight);
}
