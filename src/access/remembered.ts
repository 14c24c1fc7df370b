import { DatabaseBusyError, DatabaseError } from '../storage/store.ts';

/** How long an answer counts, ms: so soon does what is taken away from somebody take effect. */
const FRESH = 2000;

/** So many answers are kept. */
const MOST = 1000;

interface Answer<T> {
  at: number;
  value: T;
}

/**
 * Answers of the database that are asked for with every request. While the database cannot be asked, the last answer counts: a
 * monitor is looked at just when something is wrong.
 */
export class Remembered<T> {
  readonly #now: () => number;
  readonly #answers = new Map<string, Answer<T>>();
  readonly #asked = new Map<string, Promise<T | undefined>>();

  /** `now`: a monotonic clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** undefined is not kept: what nobody has must not fill the memory. Throws what `ask` throws where there is no answer yet. */
  async get(key: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#answers.get(key);
    if (known && this.#now() - known.at < FRESH) return known.value;
    const asked = this.#asked.get(key) ?? this.#ask(key, ask);
    try {
      return await asked;
    } catch (error) {
      // Who keeps the database busy must not keep what has been taken from him.
      if (known && error instanceof DatabaseError && !(error instanceof DatabaseBusyError))
        return known.value;
      throw error;
    }
  }

  /** What is known without asking. */
  set(key: string, value: T): void {
    this.#answers.delete(key);
    this.#keep(key, value);
  }

  has(key: string): boolean {
    return this.#answers.has(key);
  }

  forget(key: string): void {
    this.#asked.delete(key);
    this.#answers.delete(key);
  }

  async #ask(key: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const asked = ask();
    this.#asked.set(key, asked);
    try {
      const value = await asked;
      // Forgotten meanwhile: what was read before that does not count.
      if (this.#asked.get(key) !== asked) return undefined;
      if (value === undefined) this.#answers.delete(key);
      else this.set(key, value);
      return value;
    } finally {
      if (this.#asked.get(key) === asked) this.#asked.delete(key);
    }
  }

  #keep(key: string, value: T): void {
    this.#answers.set(key, { at: this.#now(), value });
    if (this.#answers.size <= MOST) return;
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined) this.#answers.delete(oldest);
  }
}
