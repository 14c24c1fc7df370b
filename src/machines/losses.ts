import type { Meters } from '../counters.ts';
import type { Clock } from '../io/clock.ts';
import type { Logger } from '../logger.ts';

/** However long they go on, losses are told of no more often. ms */
const SAID_EVERY = 60_000;

/** Counts the results that are lost, and says so. */
export class Losses {
  readonly #meters: Meters;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #unsaid = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor({ meters, logger, clock }: { meters: Meters; logger: Logger; clock: Clock }) {
    this.#meters = meters;
    this.#logger = logger;
    this.#clock = clock;
  }

  add(count: number): void {
    this.#meters.lost += count;
    this.#unsaid += count;
    if (this.#clock.now() - this.#saidAt >= SAID_EVERY) this.say();
  }

  /** Says what has not been said yet. */
  say(): void {
    if (this.#unsaid === 0) return;
    this.#logger.error('results.lost', { count: this.#unsaid, total: this.#meters.lost });
    this.#unsaid = 0;
    this.#saidAt = this.#clock.now();
  }
}
