/** A span of time, both ends included; ms. */
interface Span {
  from: number;
  to: number;
}

/** So many are told apart; of more, the oldest two become one, with the time between them. */
const MOST = 64;

/** Spans of time in the order of their ends: what overlaps becomes one, and memory does not grow with their number. */
export class Spans {
  readonly #spans: Span[] = [];

  /** `to` is not before that of the last one. */
  add(from: number, to: number): void {
    const last = this.#spans.at(-1);
    if (last && from <= last.to) {
      last.from = Math.min(last.from, from);
      last.to = Math.max(last.to, to);
      return;
    }
    this.#spans.push({ from, to });
    const [first, second] = this.#spans as [Span, Span];
    if (this.#spans.length > MOST) this.#spans.splice(0, 2, { from: first.from, to: second.to });
  }

  /** Whether one of them has a moment in common with another span. */
  overlap(from: number, to: number): boolean {
    for (let n = this.#spans.length - 1; n >= 0; n--) {
      const span = this.#spans[n] as Span;
      if (span.to < from) return false;
      if (span.from <= to) return true;
    }
    return false;
  }

  /** When the last one ended. */
  get end(): number {
    return this.#spans.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
  }
}
