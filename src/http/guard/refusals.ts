import { normalizeIP } from '@fastify/rate-limit';

/** So many wrong tokens and sessions of one address in a minute are looked up: nobody guesses one, and each takes the database's time. */
const MOST = 3000;
const SPAN = 60_000;

/** So many addresses are kept in mind. */
const KEPT = 5000;

/** Counts, by address, what was shown to be somebody and was not right. An IPv6 network of 64 bits is one address. */
export class Refusals {
  readonly #now: () => number;
  readonly #counts = new Map<string, { count: number; end: number }>();

  /** `now`: a monotonic clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(address: string): void {
    const key = normalizeIP(address);
    const { count, end } = this.#current(key) ?? { count: 0, end: this.#now() + SPAN };
    this.#counts.delete(key);
    this.#counts.set(key, { count: count + 1, end });
    if (this.#counts.size <= KEPT) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }

  /** How long it takes until an address may show something again that is not known to be right, ms; 0: it may. */
  wait(address: string): number {
    const known = this.#current(normalizeIP(address));
    return known && known.count >= MOST ? known.end - this.#now() : 0;
  }

  #current(key: string): { count: number; end: number } | undefined {
    const known = this.#counts.get(key);
    return known && known.end > this.#now() ? known : undefined;
  }
}
