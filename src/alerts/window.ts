import { Sketch } from '../statistics/sketch.ts';
import type { Figure } from './rule.ts';

/** So many parts a span has: figures are looked at whenever one of them is over. */
const PARTS = 12;

/** Fewer probes than these say nothing. */
const LEAST = 3;

/** Of each part: probes received, probes lost, the sum of the differences of consecutive round trips, and how many those are. */
const COLUMNS = 4;

const QUANTILES: Partial<Record<Figure, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** A destination's figures over the last span of time, which has to have passed before there are any. */
export class Window {
  /** ms */
  readonly span: number;
  /** Whether percentiles can be asked for. */
  readonly withQuantiles: boolean;
  readonly #length: number;
  readonly #parts = new Float64Array(PARTS * COLUMNS);
  /** Round-trip times of each part, where percentiles are asked for. */
  readonly #sketches: (Sketch | undefined)[] | undefined;
  /** The number of the newest part, counted from when time began. */
  #newest = Number.NEGATIVE_INFINITY;
  /** When the first probe came, ms. */
  #since = Number.POSITIVE_INFINITY;

  constructor(span: number, withQuantiles: boolean) {
    this.span = span;
    this.withQuantiles = withQuantiles;
    this.#length = span / PARTS;
    this.#sketches = withQuantiles ? new Array(PARTS) : undefined;
  }

  /** Time has come to `now`, ms; returns whether a part is over. */
  advance(now: number): boolean {
    const part = Math.floor(now / this.#length);
    if (part <= this.#newest) return false;
    const isFirst = this.#newest === Number.NEGATIVE_INFINITY;
    const passed = Math.min(PARTS, isFirst ? 0 : part - this.#newest);
    for (let each = part - passed + 1; each <= part; each++) {
      const index = each % PARTS;
      this.#parts.fill(0, index * COLUMNS, (index + 1) * COLUMNS);
      if (this.#sketches) this.#sketches[index] = undefined;
    }
    this.#newest = part;
    return !isFirst;
  }

  /** A probe that was received; `variation`: how much its round trip differs from the one before, ms. To be told after `advance`. */
  received(now: number, rtt: number, variation: number | undefined): void {
    const index = this.#newest % PARTS;
    this.#add(now, index * COLUMNS, 1);
    if (variation !== undefined) {
      this.#add(now, index * COLUMNS + 2, variation);
      this.#add(now, index * COLUMNS + 3, 1);
    }
    if (!this.#sketches) return;
    let sketch = this.#sketches[index];
    if (!sketch) {
      sketch = new Sketch();
      this.#sketches[index] = sketch;
    }
    sketch.add(rtt);
  }

  lost(now: number): void {
    this.#add(now, (this.#newest % PARTS) * COLUMNS + 1, 1);
  }

  #add(now: number, at: number, value: number): void {
    if (now < this.#since) this.#since = now;
    (this.#parts[at] as number) += value;
  }

  /** The figure as it is at `now`, ms: a share or ms; undefined where there is not enough to say. */
  figure(figure: Figure, now: number): number | undefined {
    if (now - this.#since < this.span - this.#length) return undefined;
    const [received, lost, variation, pairs] = this.#totals();
    if (received + lost < LEAST) return undefined;
    if (figure === 'loss') return lost / (received + lost);
    if (received < LEAST) return undefined;
    if (figure === 'ipdv_mean') return pairs > 0 ? variation / pairs : undefined;
    const all = new Sketch();
    for (const sketch of this.#sketches ?? []) if (sketch) all.merge(sketch);
    return all.count < LEAST ? undefined : all.quantile(QUANTILES[figure] as number);
  }

  #totals(): [number, number, number, number] {
    const totals: [number, number, number, number] = [0, 0, 0, 0];
    for (let at = 0; at < this.#parts.length; at++)
      (totals[at % COLUMNS] as number) += this.#parts[at] as number;
    return totals;
  }

  forget(): void {
    this.#parts.fill(0);
    this.#sketches?.fill(undefined);
    this.#newest = Number.NEGATIVE_INFINITY;
    this.#since = Number.POSITIVE_INFINITY;
  }
}

export const isQuantile = (figure: Figure): boolean => figure in QUANTILES;
