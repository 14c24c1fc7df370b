import { Sketch } from './sketch.ts';

/** How values are distributed: the largest and their sum exactly, quantiles within 1 %. */
export class Distribution {
  readonly #sketch = new Sketch();
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;

  /** How many values there are. */
  get count(): number {
    return this.#sketch.count;
  }

  /** −Infinity without any. */
  get max(): number {
    return this.#max;
  }

  get sum(): number {
    return this.#sum;
  }

  add(value: number): void {
    this.#sketch.add(value);
    this.#sum += value;
    if (value > this.#max) this.#max = value;
  }

  /** The nearest rank's value, `q` from 0 to 1; null without any. */
  quantile(q: number): number | null {
    if (this.count === 0) return null;
    // A sketch may answer just above the largest.
    return q === 1 ? this.#max : Math.min(this.#max, this.#sketch.quantile(q));
  }
}
