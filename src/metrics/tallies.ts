import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import type { DestinationStatus } from '../machines/destination-status.ts';
import { observationOf } from '../statistics/observation.ts';
import type { NewResult } from '../storage/store.ts';
import { type Bounds, bucketOf } from './buckets.ts';
import { labelsText } from './exposition.ts';

/** Where in a destination's numbers each is: what most results change comes first, since each piece of 64 bytes has to be fetched. */
export const SENT = 0;
/** ms; of all that were received, and of the last one: NaN before the first. */
export const RTT_SUM = 1;
export const LAST_RTT = 2;
/** Its results by outcome, in the order of `OUTCOMES`. */
export const RESULTS = 3;
export const LOST = RESULTS + OUTCOMES.length;
export const UNDETERMINED = LOST + 1;
export const CORRUPT = UNDETERMINED + 1;
/** A bucket each, and one for what is above them all. */
export const BUCKETS = CORRUPT + 1;

const OUTCOME = Object.fromEntries(OUTCOMES.map((outcome, n) => [outcome, RESULTS + n])) as Record<
  Outcome,
  number
>;

/** So many numbers are fetched from memory at once. */
const LINE = 8;

/** So many destinations there is room for at first, and so many times as many whenever that is not enough. */
const ROOM = 64;
const GROWTH = 1.25;

/** A destination whose results are counted. */
export interface TalliedDestination extends Pick<DestinationStatus, 'label' | 'address' | 'row'> {
  readonly id: number;
  /** What all its series have, as text: made once, since making it costs more than the numbers do. */
  readonly labels: string;
  readonly isProbed: boolean;
  /** Since when its results are counted, ms since the Unix epoch. */
  readonly since: number;
  /** Where its numbers begin. */
  readonly at: number;
}

/** Everything that is counted, at one moment. */
export interface TallySnapshot {
  readonly destinations: readonly TalliedDestination[];
  /** Those of a destination from `at` on. */
  readonly numbers: Float64Array;
}

/** What of a result is counted. */
export type TalliedResult = Pick<
  NewResult,
  'destination_id' | 'outcome' | 'doubt' | 'rtt' | 'rtype' | 'datamatch' | 'rseq'
>;

/**
 * The results of each destination, counted since the monitor started or the destination came. All numbers are in one array of
 * doubles, which no counter outgrows: 8 bytes each, 320 a destination with the default buckets.
 */
export class Tallies {
  /** Of the buckets, ms. */
  readonly bounds: Float64Array;
  /** How many numbers a destination has. */
  readonly #stride: number;
  #numbers: Float64Array;
  readonly #destinations = new Map<number, TalliedDestination>();
  /** Where the numbers of each begin, by its id. */
  readonly #places = new Map<number, number>();
  /** Where those were that have been removed. */
  readonly #free: number[] = [];
  #used = 0;

  constructor(bounds: Bounds) {
    this.bounds = Float64Array.from(bounds);
    this.#stride = LINE * Math.ceil((BUCKETS + bounds.length + 1) / LINE);
    this.#numbers = new Float64Array(ROOM * this.#stride);
  }

  follow({ destination_id: id, address, label, status, row }: DestinationStatus): void {
    const known = this.#destinations.get(id);
    if (status === 'removed') {
      if (known) this.#free.push(known.at);
      this.#destinations.delete(id);
      this.#places.delete(id);
      return;
    }
    const isProbed = status === 'probed' || status === 'changed';
    const at = known?.at ?? this.#room();
    // Somewhere else it is another series, which begins at zero.
    const isSame = label === known?.label;
    if (!isSame) this.#clear(at);
    const since = isSame ? known.since : Date.now();
    this.#places.set(id, at);
    // A new one: who has the old one is looking at what was.
    this.#destinations.set(id, { id, address, label, row, labels: labelsOf(id, label), isProbed, since, at });
  }

  take(result: TalliedResult): void {
    const at = this.#places.get(result.destination_id);
    // Answers to probes of one that was removed come for some seconds.
    if (at === undefined) return;
    const numbers = this.#numbers;
    const { outcome } = result;
    (numbers[at + OUTCOME[outcome]] as number)++;
    switch (outcome) {
      case 'late':
      case 'duplicate':
      case 'unsent':
        return;
      case 'reply':
      case 'refused':
        (numbers[at + SENT] as number)++;
        this.#received(at, result);
        return;
      default:
        (numbers[at + SENT] as number)++;
        (numbers[at + (outcome === 'timeout' && result.doubt !== null ? UNDETERMINED : LOST)] as number)++;
    }
  }

  #received(at: number, result: TalliedResult): void {
    const numbers = this.#numbers;
    if (result.datamatch === false && observationOf(result).corrupt) (numbers[at + CORRUPT] as number)++;
    const { rtt } = result;
    if (rtt === null) return;
    numbers[at + LAST_RTT] = rtt;
    (numbers[at + RTT_SUM] as number) += rtt;
    (numbers[at + BUCKETS + bucketOf(this.bounds, rtt)] as number)++;
  }

  /** All of it as it is at this moment: a copy, so that whoever shows it may take his time. */
  snapshot(): TallySnapshot {
    return { destinations: [...this.#destinations.values()], numbers: this.#numbers.slice() };
  }

  #room(): number {
    const at = this.#free.pop() ?? this.#used++ * this.#stride;
    if (at + this.#stride > this.#numbers.length) {
      const numbers = new Float64Array(Math.ceil(GROWTH * this.#numbers.length));
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    return at;
  }

  #clear(at: number): void {
    this.#numbers.fill(0, at, at + this.#stride);
    this.#numbers[at + LAST_RTT] = Number.NaN;
  }
}

/** Its id, which nobody else has, and what people call it: what alerts and legends need without a join, and as little as can be. */
const labelsOf = (id: number, label: string): string =>
  labelsText({ destination_id: String(id), destination: label });
