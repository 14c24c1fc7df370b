/** Too many wait already. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** One after the other, and no more than so many that wait. */
export class Turns {
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ waiting }: { waiting: number }) {
    this.#most = waiting;
  }

  /** Throws BusyError, and what `work` throws. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting > this.#most) throw new BusyError('too many wait already');
    this.#waiting++;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined).finally(() => this.#waiting--);
    return turn;
  }
}
