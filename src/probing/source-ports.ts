import { PORTS_A_SOURCE } from '../io/packet/source-port.ts';
import type { Identifiers, Probe } from './flight.ts';

export interface SourcePortsOptions {
  /** The first source port of this source. */
  first: number;
  /** The port that the probes go to. None comes from there: of this very host it would be its own answer. */
  target: number | null;
  /** Any whole number, which says where to start, so that a process does not go on where the last one began. */
  start: number;
}

/**
 * The source ports of the probes to one port of one host: a probe takes the one that was last used longest ago.
 *
 * UDP has nothing else to tell the answers to two probes apart, and a TCP that has not finished with one SYN takes
 * no second one from the same port. All destinations on that port of that host share them.
 */
export class SourcePorts implements Identifiers {
  readonly #first: number;
  readonly #target: number | null;
  readonly #probes: (Probe | undefined)[] = new Array(PORTS_A_SOURCE).fill(undefined);
  /** Those that other programs of this host have; they are tried again when there are no others. */
  readonly #avoided = new Set<number>();
  #next: number;

  constructor({ first, target, start }: SourcePortsOptions) {
    this.#first = first;
    this.#target = target;
    this.#next = start % PORTS_A_SOURCE;
  }

  /** Whether there is a port without a probe in flight. */
  get free(): boolean {
    return this.#findFree() !== undefined;
  }

  /** The port for a probe. Throws RangeError when none is free. */
  take(probe: Probe): number {
    const index = this.#findFree();
    if (index === undefined) throw new RangeError('all source ports are in flight');
    this.#probes[index] = probe;
    this.#next = (index + 1) % PORTS_A_SOURCE;
    return this.#first + index;
  }

  /** The last probe that came from a port, as long as it is known. */
  at(port: number): Probe | undefined {
    const probe = this.#probes[port - this.#first];
    // Probes are used again, and may by now have another port, or another host's.
    return probe?.rid === port && probe.route.identifiers === this ? probe : undefined;
  }

  avoid(port: number): void {
    this.#avoided.add(port - this.#first);
    if (this.#avoided.size === PORTS_A_SOURCE) this.#avoided.clear();
  }

  /** The last of its destinations has gone. */
  close(): void {}

  /** Those that are known. */
  *probes(): Iterable<Probe> {
    for (let port = this.#first; port < this.#first + PORTS_A_SOURCE; port++) {
      const probe = this.at(port);
      if (probe) yield probe;
    }
  }

  #findFree(): number | undefined {
    for (let step = 0; step < PORTS_A_SOURCE; step++) {
      const index = (this.#next + step) % PORTS_A_SOURCE;
      const port = this.#first + index;
      if (port === this.#target || this.#avoided.has(index)) continue;
      if (this.at(port)?.isInFlight !== true) return index;
    }
    return undefined;
  }
}
