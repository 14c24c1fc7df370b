import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import type { DestinationStatus } from '../machines/destination-status.ts';
import type { NewResult } from '../storage/store.ts';
import {
  ANSWERED,
  COUNT,
  LiveRecords,
  LOST,
  LOST_IN_A_ROW,
  OUTCOME,
  RECEIVED,
  RECENT,
  RTIME,
  RTT,
} from './records.ts';

export { RECENT };

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
  'destination_id' | 'rtime' | 'outcome' | 'doubt' | 'rtt' | 'address' | 'reason'
>;

/** A recent probe: its round-trip time in ms where it was received; lost, or neither. */
export type Recent = number | 'lost' | 'unknown';

const IS_LOST = -1;
const IS_UNKNOWN = -2;

/** In a record, the newest result's outcome; 0: none. */
const CODES = Object.fromEntries(OUTCOMES.map((outcome, n) => [outcome, n + 1])) as Record<Outcome, number>;

/** One destination as it is now. Probes count in the order in which they come to their end. */
export class LiveDestination {
  readonly id: number;
  /** What people call it. */
  label: string;
  problem: string | null = null;
  /** Of the newest result, late answers and duplicates apart. */
  reason: string | null = null;
  address: string | null = null;
  #status: DestinationStatus['status'] = 'probed';
  #generation = 0;
  readonly #records: LiveRecords;
  readonly #at: number;

  constructor(id: number, label: string, records = new LiveRecords()) {
    this.id = id;
    this.label = label;
    this.#records = records;
    this.#at = records.allot();
  }

  /** Gives its memory to another one: to be asked nothing more. */
  release(): void {
    this.#records.release(this.#at);
  }

  /** What has become of its row. One that is probed again, or is somewhere else now, begins anew. */
  follow({ label, status, problem }: DestinationStatus): void {
    const stood = this.#status === 'paused' || this.#status === 'invalid';
    if (stood || label !== this.label) this.#forget();
    this.#status = status;
    this.label = label;
    this.problem = problem ?? null;
  }

  take({ outcome, doubt, rtt, rtime, address, reason }: LiveResult): void {
    if (outcome === 'late' || outcome === 'duplicate') return;
    const { doubles, moments } = this.#records;
    const at = this.#at;
    doubles[at + OUTCOME] = CODES[outcome];
    moments[at + RTIME] = rtime;
    // Another text of the same letters would only be one more to keep.
    if (this.address !== address) this.address = address;
    if (this.reason !== reason) this.reason = reason;
    if (outcome === 'reply' || outcome === 'refused') {
      doubles[at + RTT] = rtt ?? Number.NaN;
      moments[at + ANSWERED] = rtime;
      this.#add(Math.max(0, rtt ?? 0));
    } else
      this.#add(outcome === 'unsent' || (outcome === 'timeout' && doubt !== null) ? IS_UNKNOWN : IS_LOST);
  }

  /** Of the newest result. */
  get outcome(): Outcome | null {
    return OUTCOMES[this.#number(OUTCOME) - 1] ?? null;
  }

  /** When the newest result came, ns since the Unix epoch. */
  get rtime(): bigint | null {
    return this.#moment(RTIME);
  }

  /** ms; of the newest probe that was received. */
  get rtt(): number | null {
    const rtt = this.#number(RTT);
    return this.answered === null || Number.isNaN(rtt) ? null : rtt;
  }

  /** When that one came, ns since the Unix epoch. */
  get answered(): bigint | null {
    return this.#moment(ANSWERED);
  }

  get state(): LiveState {
    if (this.#status === 'paused' || this.#status === 'invalid') return this.#status;
    if (this.count === 0) return 'waiting';
    if (this.outcome === 'unsent') return 'unsent';
    if (this.#number(LOST_IN_A_ROW) >= DOWN_AFTER) return 'down';
    return this.#number(LOST) > 0 ? 'lossy' : 'up';
  }

  /** Share of the recent probes that were received or lost, 0 to 1; null when there were none. */
  get loss(): number | null {
    const lost = this.#number(LOST);
    const known = this.#number(RECEIVED) + lost;
    return known > 0 ? lost / known : null;
  }

  /** How many probes have come to their end since it is probed. */
  get count(): number {
    return this.#number(COUNT);
  }

  /** How often it has begun anew. */
  get generation(): number {
    return this.#generation;
  }

  /** The newest `most` of the recent probes, oldest first. */
  recent(most = RECENT): Recent[] {
    const { count } = this;
    const ring = this.#records.ring(this.#at);
    const length = Math.min(count, RECENT, most);
    return Array.from({ length }, (_, n) => {
      const value = this.#records.rings[ring + ((count - length + n) % RECENT)] as number;
      if (value === IS_LOST) return 'lost';
      return value === IS_UNKNOWN ? 'unknown' : value;
    });
  }

  #add(value: number): void {
    const { doubles, rings } = this.#records;
    const at = this.#at;
    const count = doubles[at + COUNT] as number;
    const place = this.#records.ring(at) + (count % RECENT);
    if (count >= RECENT) this.#weigh(rings[place] as number, -1);
    rings[place] = value;
    doubles[at + COUNT] = count + 1;
    this.#weigh(value, 1);
    if (value === IS_LOST) (doubles[at + LOST_IN_A_ROW] as number)++;
    else if (value !== IS_UNKNOWN) doubles[at + LOST_IN_A_ROW] = 0;
  }

  #weigh(value: number, weight: number): void {
    const { doubles } = this.#records;
    if (value === IS_LOST) (doubles[this.#at + LOST] as number) += weight;
    else if (value !== IS_UNKNOWN) (doubles[this.#at + RECEIVED] as number) += weight;
  }

  #number(word: number): number {
    return this.#records.doubles[this.#at + word] as number;
  }

  #moment(word: number): bigint | null {
    return this.#records.moments[this.#at + word] || null;
  }

  #forget(): void {
    this.#generation++;
    this.#records.clear(this.#at);
    this.address = null;
    this.reason = null;
  }
}
