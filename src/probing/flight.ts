import type { Settings } from '../entities/settings.ts';
import { QueuedTimer } from './timer-queue.ts';

/** How long after its deadline an answer to a probe is still recognised, ms. */
export const LATE_WINDOW = 10_000;

/** What an identifier, a sequence and an address can tell apart. */
const SEQUENCES = 0x1_0000;

/** Where a destination's probes go, and how its answers find the way back. */
export interface Route {
  /** Numeric destination address. */
  address: string;
  /** `address` in canonical form, without zone. */
  target: string;
  rid: number;
  /** The first half of the nonce: what the registry knows the destination by. */
  token: number;
}

/** handed to the socket → pending on the wire → answered, or expired without an answer. */
export type ProbeState = 'handed' | 'pending' | 'answered' | 'expired';

/** One probe; queued in the ticker by its deadline while it is pending. */
export class Probe extends QueuedTimer {
  state: ProbeState = 'handed';
  /** Monotonic time, ms. */
  sentAt = 0;
  /** Who is told when its deadline has passed. */
  owner: { send(event: { type: 'probe.expired'; probe: Probe }): void } | undefined;

  constructor(
    readonly rseq: number,
    /** The second half of the nonce. */
    readonly nonce: number,
    readonly route: Route,
    readonly settings: Settings,
    /** When it was to be sent, ms. */
    readonly dueAt: number,
  ) {
    super();
  }

  get deadline(): number {
    return this.sentAt + this.settings.timeout;
  }
}

/**
 * The probes of one destination: those in flight, and those whose answers may still come late or twice.
 *
 * Mutable, and owned by one destination actor alone. A sequence in flight is never given out again.
 */
export class Flight {
  /** In the order in which they were made, the oldest first. */
  readonly #probes = new Map<number, Probe>();
  #sequence = 0;
  handed = 0;
  pending = 0;

  get size(): number {
    return this.#probes.size;
  }

  /** Whether the next sequence can be given out: no probe in flight has it. */
  get free(): boolean {
    const older = this.#probes.get(this.#sequence);
    return older === undefined || !isInFlight(older);
  }

  get inFlight(): number {
    return this.handed + this.pending;
  }

  /** Takes the next sequence for a probe that never leaves. */
  skip(): number {
    const rseq = this.#sequence;
    this.#sequence = (rseq + 1) % SEQUENCES;
    return rseq;
  }

  /** A new probe with the next sequence, which has to be free. */
  make(settings: Settings, route: Route, nonce: number, dueAt: number): Probe {
    if (!this.free) throw new RangeError(`sequence ${this.#sequence} is in flight`);
    const rseq = this.skip();
    // Deleted first, so that the new one is the youngest of the map.
    this.#probes.delete(rseq);
    const probe = new Probe(rseq, nonce, route, settings, dueAt);
    this.#probes.set(rseq, probe);
    this.handed++;
    return probe;
  }

  find(rseq: number): Probe | undefined {
    return this.#probes.get(rseq);
  }

  /** Moves a probe on; the counts of what is in flight follow. */
  advance(probe: Probe, state: Exclude<ProbeState, 'handed'>): void {
    if (probe.state === 'handed') this.handed--;
    if (probe.state === 'pending') this.pending--;
    if (state === 'pending') this.pending++;
    probe.state = state;
  }

  /** Forgets a probe that never left. */
  drop(probe: Probe): void {
    if (probe.state === 'handed') this.handed--;
    this.#probes.delete(probe.rseq);
  }

  /** Forgets the probes whose answers would come too late to mean anything. */
  forget(now: number): void {
    for (const [rseq, probe] of this.#probes) {
      if (isInFlight(probe) || probe.deadline + LATE_WINDOW > now) return;
      this.#probes.delete(rseq);
    }
  }

  /** Those handed over or pending, the oldest first. */
  *inFlightProbes(): Generator<Probe> {
    for (const probe of this.#probes.values()) if (isInFlight(probe)) yield probe;
  }
}

const isInFlight = ({ state }: Probe): boolean => state === 'handed' || state === 'pending';
