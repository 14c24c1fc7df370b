import type { Settings } from '../entities/settings.ts';
import type { Answer } from '../io/packet/answer.ts';
import type { AddressMemo } from '../io/transport.ts';
import { QueuedTimer } from './timer-queue.ts';

/** How long after its deadline an answer to a probe is still recognised, ms. */
export const LATE_WINDOW = 6_000;

const NO_IDENTIFIER = -1;

/** What an identifier, a sequence and an address can tell apart. */
const SEQUENCES = 0x1_0000;

/** Where a destination's probes go, and how its answers find the way back. */
export interface Route extends AddressMemo {
  /** Numeric destination address. */
  address: string;
  /** `address` in canonical form, without zone. */
  target: string;
  /** IP protocol number. */
  protocol: number;
  /** Of TCP and UDP; null otherwise. */
  port: number | null;
  identifiers: Identifiers;
  /** Of ICMP: the low byte of the identifier. */
  lane?: number;
  /** Of ICMP: the first half of the nonce, by which the router knows the destination. */
  token: number;
}

/** Gives each probe the identifier that it carries: of an ICMP destination always the same, else a source port. */
export interface Identifiers {
  /** Whether there is one for another probe. */
  readonly free: boolean;
  take(probe: Probe): number;
  /** This host lets no probe leave with it: another program has it. */
  avoid(rid: number): void;
}

/** What the owner of a probe is told. */
export type ProbeNotice =
  | { type: 'probe.expired'; probe: Probe }
  | { type: 'reply.received'; probe: Probe; answer: Answer };

/** handed to the socket → pending on the wire → answered, or expired without an answer; void: never left. */
export type ProbeState = 'handed' | 'pending' | 'answered' | 'expired' | 'void';

/** One probe; queued in the ticker by its deadline while it is pending. */
export class Probe extends QueuedTimer {
  state: ProbeState = 'void';
  /** When it was sent, and until then when it is due: monotonic time, ms. */
  sentAt = 0;
  /** Of an echo request the second half of the nonce; of a SYN its sequence number. */
  nonce = 0;
  /** The identifier that it carries; NO_IDENTIFIER until it has one. */
  rid = NO_IDENTIFIER;
  /** Who is told of its answers, and when its deadline has passed. */
  owner: { send(notice: ProbeNotice): void } | undefined = undefined;

  constructor(
    public rseq: number,
    public route: Route,
    public settings: Settings,
  ) {
    super();
  }

  get deadline(): number {
    return this.sentAt + this.settings.timeout;
  }

  get isInFlight(): boolean {
    return this.state === 'handed' || this.state === 'pending';
  }
}

/**
 * The probes of one destination: those in flight, and those whose answers may still come late or twice.
 *
 * A ring, indexed by the low bits of the sequence, whose probes are used again: what is made for each probe
 * and kept for seconds would keep the garbage collector busier than the probing. It grows until every probe
 * that may still be answered has its place, and a sequence in flight is never given out again.
 *
 * Mutable, and owned by one destination actor alone.
 */
export class Flight {
  /** Its length is a power of two. */
  #ring: (Probe | undefined)[] = new Array(4).fill(undefined);
  #sequence = 0;
  handed = 0;
  pending = 0;

  get inFlight(): number {
    return this.handed + this.pending;
  }

  /** How many probes there is room for. */
  get capacity(): number {
    return this.#ring.length;
  }

  /** Whether the next sequence can be given out: no probe in flight has it. */
  get free(): boolean {
    return this.find(this.#sequence)?.isInFlight !== true;
  }

  /** Takes the next sequence for a probe that never leaves. */
  takeSequence(): number {
    const rseq = this.#sequence;
    this.#sequence = (rseq + 1) % SEQUENCES;
    return rseq;
  }

  /** A new probe with the next sequence and an identifier of the route's, both of which have to be free. */
  make(settings: Settings, route: Route, nonce: number, dueAt: number): Probe {
    if (!this.free) throw new RangeError(`sequence ${this.#sequence} is in flight`);
    const rseq = this.takeSequence();
    let former = this.#at(rseq);
    while (former && this.capacity < SEQUENCES && isWanted(former, dueAt)) {
      this.#grow();
      former = this.#at(rseq);
    }
    const probe = former ?? new Probe(rseq, route, settings);
    if (!former) this.#ring[rseq & (this.capacity - 1)] = probe;
    probe.rseq = rseq;
    probe.route = route;
    probe.settings = settings;
    probe.nonce = nonce;
    probe.sentAt = dueAt;
    probe.state = 'handed';
    probe.rid = NO_IDENTIFIER;
    probe.rid = route.identifiers.take(probe);
    this.handed++;
    return probe;
  }

  find(rseq: number): Probe | undefined {
    const probe = this.#at(rseq);
    return probe?.rseq === rseq && probe.state !== 'void' ? probe : undefined;
  }

  /** Moves a probe on; the counts of what is in flight follow. */
  advance(probe: Probe, state: Exclude<ProbeState, 'handed'>): void {
    if (probe.state === 'handed') this.handed--;
    if (probe.state === 'pending') this.pending--;
    if (state === 'pending') this.pending++;
    probe.state = state;
  }

  /** Those handed over or pending, the oldest first. */
  inFlightProbes(): Probe[] {
    return this.#ring
      .filter((probe): probe is Probe => probe?.isInFlight === true)
      .sort((a, b) => a.sentAt - b.sentAt);
  }

  /** Answers that still come are nobody's from now on. */
  disown(): void {
    for (const probe of this.#ring) if (probe) probe.owner = undefined;
  }

  #at(rseq: number): Probe | undefined {
    return this.#ring[rseq & (this.capacity - 1)];
  }

  #grow(): void {
    const probes = this.#ring;
    this.#ring = new Array(probes.length * 2).fill(undefined);
    for (const probe of probes) if (probe) this.#ring[probe.rseq & (this.capacity - 1)] = probe;
  }
}

/** Whether an answer to the probe may still come and mean something. `now` in ms. */
const isWanted = (probe: Probe, now: number): boolean =>
  probe.isInFlight || (probe.state !== 'void' && probe.deadline + LATE_WINDOW > now);
