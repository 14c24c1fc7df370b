import type { Outcome } from '../entities/outcome.ts';
import type { DestinationStatus } from '../machines/registry.ts';
import { observationOf } from '../statistics/observation.ts';
import type { NewResult } from '../storage/store.ts';

/** So many probes are what is recent. */
export const RECENT = 60;

/** So many in a row are lost where a destination is down. */
const DOWN_AFTER = 3;

/**
 * How a destination fares.
 *
 * - `waiting`: no probe has come to its end yet
 * - `up`, `lossy`: none, or some, of the recent probes were lost
 * - `down`: the last three were lost
 * - `unsent`: the last probe never left this host
 * - `paused`, `invalid`: it is not probed, or cannot be
 */
export const LIVE_STATES = ['waiting', 'up', 'lossy', 'down', 'unsent', 'paused', 'invalid'] as const;

export type LiveState = (typeof LIVE_STATES)[number];

/** What of a result matters now. */
export type LiveResult = Pick<
  NewResult,
  | 'destination_id'
  | 'rtime'
  | 'outcome'
  | 'doubt'
  | 'rtt'
  | 'address'
  | 'rtype'
  | 'datamatch'
  | 'rseq'
  | 'reason'
>;

/** A recent probe: its round-trip time in ms where it was received; lost, or neither. */
export type Recent = number | 'lost' | 'unknown';

const LOST = -1;
const UNKNOWN = -2;

/** One destination as it is now. Probes count in the order in which they come to their end. */
export class LiveDestination {
  readonly id: number;
  /** What people call it. */
  label: string;
  problem: string | null = null;
  /** The newest result's, late answers and duplicates apart. */
  outcome: Outcome | null = null;
  reason: string | null = null;
  address: string | null = null;
  /** When it came, ns since the Unix epoch. */
  rtime: bigint | null = null;
  /** ms; of the newest probe that was received. */
  rtt: number | null = null;
  /** When that one came, ns since the Unix epoch. */
  answered: bigint | null = null;
  #status: DestinationStatus['status'] = 'probed';
  /** Rings of `RECENT`; ms, or what became of it. */
  readonly #recent = new Float32Array(RECENT);
  #count = 0;
  #received = 0;
  #lost = 0;
  #lostInARow = 0;
  #generation = 0;

  constructor(id: number, label: string) {
    this.id = id;
    this.label = label;
  }

  /** What has become of its row. One that is probed again, or is somewhere else now, begins anew. */
  follow({ label, status, problem }: DestinationStatus): void {
    const stood = this.#status === 'paused' || this.#status === 'invalid';
    if (stood || label !== this.label) this.#forget();
    this.#status = status;
    this.label = label;
    this.problem = problem ?? null;
  }

  take(result: LiveResult): void {
    const { outcome, rtt, rtime, address, reason } = result;
    if (outcome === 'late' || outcome === 'duplicate') return;
    Object.assign(this, { outcome, rtime, address, reason });
    const { doubt } = observationOf(result);
    if (outcome === 'reply' || outcome === 'refused') {
      this.rtt = rtt;
      this.answered = rtime;
      this.#add(Math.max(0, rtt ?? 0));
    } else this.#add(outcome === 'unsent' || (outcome === 'timeout' && doubt !== null) ? UNKNOWN : LOST);
  }

  get state(): LiveState {
    if (this.#status === 'paused' || this.#status === 'invalid') return this.#status;
    if (this.#count === 0) return 'waiting';
    if (this.outcome === 'unsent') return 'unsent';
    if (this.#lostInARow >= DOWN_AFTER) return 'down';
    return this.#lost > 0 ? 'lossy' : 'up';
  }

  /** Share of the recent probes that were received or lost, 0 to 1; null when there were none. */
  get loss(): number | null {
    const known = this.#received + this.#lost;
    return known > 0 ? this.#lost / known : null;
  }

  /** How many probes have come to their end since it is probed. */
  get count(): number {
    return this.#count;
  }

  /** How often it has begun anew. */
  get generation(): number {
    return this.#generation;
  }

  /** The newest `most` of the recent probes, oldest first. */
  recent(most = RECENT): Recent[] {
    const length = Math.min(this.#count, RECENT, most);
    return Array.from({ length }, (_, n) => {
      const value = this.#recent[(this.#count - length + n) % RECENT] as number;
      if (value === LOST) return 'lost';
      return value === UNKNOWN ? 'unknown' : value;
    });
  }

  #add(value: number): void {
    const at = this.#count % RECENT;
    if (this.#count >= RECENT) this.#weigh(this.#recent[at] as number, -1);
    this.#recent[at] = value;
    this.#count++;
    this.#weigh(value, 1);
    if (value === LOST) this.#lostInARow++;
    else if (value !== UNKNOWN) this.#lostInARow = 0;
  }

  #weigh(value: number, weight: number): void {
    if (value === LOST) this.#lost += weight;
    else if (value !== UNKNOWN) this.#received += weight;
  }

  #forget(): void {
    this.#generation++;
    this.#count = 0;
    this.#received = 0;
    this.#lost = 0;
    this.#lostInARow = 0;
    Object.assign(this, {
      outcome: null,
      rtime: null,
      address: null,
      reason: null,
      rtt: null,
      answered: null,
    });
  }
}
