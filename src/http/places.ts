import type { FastifyReply } from 'fastify';
import { ProblemError } from './problems.ts';

export interface PlacesOptions {
  /** How many there are. */
  most: number;
  /** What takes one, in the plural. */
  what: string;
  /** After how long it is worth trying again, s. */
  retryAfter: number;
}

/** Places for answers that take memory for as long as they are read. */
export class Places {
  readonly #options: PlacesOptions;
  #taken = 0;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Takes one until the answer has ended. Throws ProblemError where there is none. */
  take({ raw }: FastifyReply): void {
    const { most, what, retryAfter } = this.#options;
    if (this.#taken >= most)
      throw new ProblemError(503, `${most} ${what} are under way: try again in ${retryAfter} s`, {
        headers: { 'retry-after': String(retryAfter) },
      });
    this.#taken++;
    raw.once('close', () => this.#taken--);
  }
}
