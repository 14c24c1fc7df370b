import { wasAvailable } from './availability.ts';
import type { Observation } from './observation.ts';
import { Summary } from './summary.ts';

/** A minute, ns. */
const MINUTE = 60_000_000_000n;

/** So many minutes stay open for more results: a wall clock that is set back leads into earlier ones. */
const OPEN = 1500;

/** A source's results of one destination in the order in which they came, and which minutes they lie in. */
export class MinutedSummary {
  readonly #summary = new Summary();
  /** Probes received and lost in each minute that is open, the one opened first coming first. */
  readonly #open = new Map<number, { received: number; lost: number }>();
  /** Of those that are closed. */
  #observed = 0;
  #available = 0;

  /** `minute`: the minutes from the Unix epoch to the result. */
  add(observation: Observation, minute: number): void {
    const { received, lost } = this.#summary;
    this.#summary.add(observation);
    const counts = this.#countsOf(minute);
    counts.received += this.#summary.received - received;
    counts.lost += this.#summary.lost - lost;
  }

  /** The summary of everything so far. */
  summary(): Summary {
    const known = [...this.#open.values()].map(({ received, lost }) => wasAvailable(received, lost));
    this.#summary.minutesObserved = this.#observed + known.filter((each) => each !== undefined).length;
    this.#summary.minutesAvailable = this.#available + known.filter(Boolean).length;
    return this.#summary;
  }

  #countsOf(minute: number): { received: number; lost: number } {
    let counts = this.#open.get(minute);
    if (!counts) {
      counts = { received: 0, lost: 0 };
      this.#open.set(minute, counts);
      if (this.#open.size > OPEN) this.#closeFirst();
    }
    return counts;
  }

  #closeFirst(): void {
    for (const [minute, { received, lost }] of this.#open) {
      const available = wasAvailable(received, lost);
      if (available !== undefined) this.#observed++;
      if (available) this.#available++;
      this.#open.delete(minute);
      return;
    }
  }
}

/** The minutes from the Unix epoch to a moment, ns since then. */
export const minuteOf = (rtime: bigint): number => Number(rtime / MINUTE);
