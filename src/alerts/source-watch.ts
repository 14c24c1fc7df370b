import { DOWN_AFTER, type Watched } from './watched.ts';

/** Fewer destinations do not tell what they have in common. */
const LEAST = 3;

/** This share of those that answered have to be silent. */
const MOST = 0.9;

/** Who had answered so shortly before the last answer of all was there, ms. */
const SHORTLY = 60_000;

/**
 * Whether the source itself is in trouble: its host can send nothing, or nobody that has just answered answers any more. Times in ms,
 * monotonic.
 */
export class SourceWatch {
  #isCutOff = false;
  #isIsolated = false;
  #lastReceivedAt = Number.NEGATIVE_INFINITY;
  /** How many would tell. */
  #witnesses = 0;

  get isInTrouble(): boolean {
    return this.#isCutOff || this.#isIsolated;
  }

  /** In one line, what is wrong. */
  get detail(): string {
    return this.#isCutOff
      ? 'this source can send nothing: its host has no network'
      : 'no destination answers this source any more';
  }

  /** Whether nobody has answered since then, although some would. */
  mayBeInTrouble(since: number): boolean {
    return this.#witnesses >= LEAST && this.#lastReceivedAt < since;
  }

  /** This host can send nothing, or again; returns whether the trouble is over. */
  hear(isCutOff: boolean): boolean {
    const wasInTrouble = this.isInTrouble;
    this.#isCutOff = isCutOff;
    return wasInTrouble && !this.isInTrouble;
  }

  /** Somebody else has answered; returns whether the trouble is over. */
  received(now: number): boolean {
    this.#lastReceivedAt = now;
    if (!this.#isIsolated) return false;
    this.#isIsolated = false;
    return !this.#isCutOff;
  }

  /** Looks whether all have fallen silent at once; some 10 µs for 1,000 destinations. */
  look(destinations: Iterable<Watched>): void {
    let silent = 0;
    let down = 0;
    let witnesses = 0;
    for (const { probed, isHere, lastReceivedAt, lostInARow, lostSince } of destinations) {
      if (!probed || isHere || lastReceivedAt < this.#lastReceivedAt - SHORTLY) continue;
      witnesses++;
      // Somebody has answered since: it is not all of them.
      if (lostSince <= this.#lastReceivedAt) continue;
      if (lostInARow > 0) silent++;
      if (lostInARow >= DOWN_AFTER) down++;
    }
    this.#witnesses = witnesses;
    if (down >= LEAST && silent >= MOST * witnesses) this.#isIsolated = true;
  }

  /** What came before says nothing about what comes now. */
  forget(): void {
    this.#lastReceivedAt = Number.NEGATIVE_INFINITY;
    this.#witnesses = 0;
  }
}
