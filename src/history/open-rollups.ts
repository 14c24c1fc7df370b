import { Summary } from '../statistics/summary.ts';
import type { Fact } from './facts.ts';

/** The ids of results lie between these two. Others may, too. */
export interface ResultIds {
  first: number;
  last: number;
}

/** Results of one minute that came one after the other. */
export interface Segment {
  /** When the minute began, s since the Unix epoch. */
  minute: number;
  summary: Summary;
  /** The ids of its results lie between these two. */
  firstResult: number;
  lastResult: number;
}

/** What has come of a destination and is not in the table of roll-ups yet. */
export interface OpenRollup {
  destinationId: number;
  /** In the order in which results came: minutes may return, which figures about neighbours have to know. */
  segments: Segment[];
  /** When it is to be written, s on the clock that `add` is told. */
  due: number;
}

/** A roll-up is written once in so many s, each destination's at another time: writing costs four rows, whatever they hold. */
const WRITTEN_EVERY = 120;

/** Numbers that follow one another are spread evenly by multiples of the golden ratio. */
const GOLDEN_RATIO = 0.6180339887498949;

/** One destination's segments that are written at once, at most. */
const MOST_SEGMENTS = 64;

/** All destinations' segments that are kept in memory, at most: some 30 MiB. */
const MOST_SEGMENTS_IN_ALL = 30_000;

/** Results of one source since the last roll-ups of their destinations, summed up by minute; in memory. */
export class OpenRollups {
  readonly #open = new Map<number, OpenRollup>();
  /** Those with too many segments. */
  readonly #long = new Set<OpenRollup>();
  #segments = 0;

  get size(): number {
    return this.#open.size;
  }

  /** Below every id of a result that is in here; undefined when none is. */
  get before(): number | undefined {
    let before: number | undefined;
    for (const { segments } of this.#open.values()) {
      const first = (segments[0] as Segment).firstResult - 1;
      if (before === undefined || first < before) before = first;
    }
    return before;
  }

  /** Takes the next result, whose id lies between these two, at `now`: s on any clock that only goes forward. */
  add(fact: Fact, { first: firstResult, last: lastResult }: ResultIds, now: number): void {
    const { destination_id, minute } = fact;
    let open = this.#open.get(destination_id);
    if (!open) {
      open = { destinationId: destination_id, segments: [], due: dueAfter(now, destination_id) };
      this.#open.set(destination_id, open);
    }
    let segment = open.segments.at(-1);
    if (segment?.minute !== minute) {
      segment = { minute, summary: new Summary(), firstResult, lastResult };
      this.#segments++;
      if (open.segments.push(segment) === MOST_SEGMENTS) this.#long.add(open);
    }
    segment.lastResult = lastResult;
    segment.summary.add(fact);
  }

  /**
   * Removes and returns destinations that are due at `now`, or whatever takes much room: so many that they have at most
   * some `most` segments.
   */
  take(now: number, most: number): OpenRollup[] {
    const taken: OpenRollup[] = [];
    let segments = 0;
    for (const open of [...this.#long, ...this.#open.values()]) {
      if (segments >= most) break;
      const isDue = now >= open.due || this.#long.has(open) || this.#segments > MOST_SEGMENTS_IN_ALL;
      if (!isDue || !this.#open.delete(open.destinationId)) continue;
      this.#long.delete(open);
      this.#segments -= open.segments.length;
      segments += open.segments.length;
      taken.push(open);
    }
    return taken;
  }
}

/** The next of a destination's times to be written that is not too near. */
function dueAfter(now: number, destinationId: number): number {
  const phase = ((destinationId * GOLDEN_RATIO) % 1) * WRITTEN_EVERY;
  const earliest = now + WRITTEN_EVERY / 2;
  return phase + Math.ceil((earliest - phase) / WRITTEN_EVERY) * WRITTEN_EVERY;
}
