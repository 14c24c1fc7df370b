import { DDSketch } from '@datadog/sketches-js';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { UDP } from '../io/packet/ip.ts';
import type { NewResult } from '../storage/store.ts';
import { type Statistics, statisticsOf } from './statistics.ts';

/** How near percentiles are to the true ones: within 1 % of each. */
const RELATIVE_ACCURACY = 0.01;

/** Statistics of one destination's results as they come, in memory that does not grow with their number. */
export class Accumulator {
  readonly #counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  readonly #sketch = new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
  #corrupt = 0;
  #doubtful = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #number = 0;
  #mean = 0;
  /** Sum of squared differences from the mean, by B. P. Welford's recurrence (doi:10.2307/1266577). */
  #squares = 0;

  add({
    outcome,
    doubt,
    rtt,
    rtype,
    datamatch,
  }: Pick<NewResult, 'outcome' | 'doubt' | 'rtt' | 'rtype' | 'datamatch'>): void {
    this.#counts[outcome]++;
    if (doubt !== null) this.#doubtful++;
    // An echo reply has to bring the data back; a UDP service may answer anything.
    if (outcome === 'reply' && datamatch === false && rtype !== UDP) this.#corrupt++;
    if (rtt === null || (outcome !== 'reply' && outcome !== 'refused')) return;
    this.#sketch.accept(rtt);
    this.#min = Math.min(this.#min, rtt);
    this.#max = Math.max(this.#max, rtt);
    this.#number++;
    const difference = rtt - this.#mean;
    this.#mean += difference / this.#number;
    this.#squares += difference * (rtt - this.#mean);
  }

  statistics(): Statistics {
    const measured = <T>(value: T) => (this.#number > 0 ? value : null);
    const quantile = (q: number) => measured(this.#quantile(q));
    const apart = { corrupt: this.#corrupt, doubtful: this.#doubtful };
    return statisticsOf(this.#counts, apart, {
      min: measured(this.#min),
      avg: measured(this.#mean),
      max: measured(this.#max),
      stddev: measured(Math.sqrt(this.#squares / this.#number)),
      p50: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
    });
  }

  /** The nearest rank's value, as the sketch has it. */
  #quantile(q: number): number {
    const rank = Math.ceil(q * this.#number) - 1;
    const last = this.#number - 1;
    if (rank === last) return this.#max;
    // Half a rank more keeps rounding from falling short of the rank.
    const value = this.#sketch.getValueAtQuantile((rank + 0.5) / last);
    // A sketch may answer just outside of what it has seen.
    return Math.min(this.#max, Math.max(this.#min, value));
  }
}
