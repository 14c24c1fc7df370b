import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { wasAvailable } from './availability.ts';
import { DelayVariation } from './delay-variation.ts';
import { LossPeriods } from './loss-periods.ts';
import { Moments } from './moments.ts';
import type { Observation } from './observation.ts';
import { sequenceOf } from './sequence.ts';
import { rankOf, Sketch } from './sketch.ts';
import { ByteReader, ByteWriter } from './varint.ts';

/** A summary as plain numbers, under the names that they have in a table. Without a value to take them of, figures are null. */
export interface SummaryFigures extends Record<Outcome, number> {
  /** Replies whose data had changed. */
  corrupt: number;
  /** Results of any outcome that the monitor's own host may have distorted. */
  doubtful: number;
  /** Timeouts among them: sent, but neither received nor lost. */
  undetermined: number;
  /** Round-trip times of the received probes: how many, and in ms; the variance, of the population, in ms². */
  rtt_count: number;
  rtt_min: number | null;
  rtt_max: number | null;
  rtt_mean: number | null;
  rtt_variance: number | null;
  /** Absolute differences of two consecutive probes' round-trip times (RFC 3393): how many, and in ms. */
  ipdv_count: number;
  ipdv_mean: number | null;
  ipdv_max: number | null;
  /** Runs of consecutive losses (RFC 3357): how many, and the longest, in probes. */
  loss_periods: number;
  longest_loss_period: number;
  /** Minutes with probes that were received or lost, and those of them in which the service was available (ITU-T Y.1540). */
  minutes_observed: number;
  minutes_available: number;
}

/** A summary as a row of a table. */
export interface SummaryColumns extends SummaryFigures {
  /** The distribution of the round-trip times, and what joins the summary to the one before and the one after. */
  sketch: Uint8Array;
}

/** How the bytes of a sketch column are laid out; another layout gets another number. */
const LAYOUT = 1;

/**
 * One destination's results, in the order in which they came, as figures that do not grow with their number.
 *
 * Summaries of parts can be put together: a summary of all results is that of the first ones merged with that of the
 * rest, wherever they are parted. Means and variances agree within floating-point error, everything else exactly.
 */
export class Summary {
  /** Set by whoever knows which minutes the results lie in. */
  minutesObserved = 0;
  minutesAvailable = 0;
  // Written out, since V8 keeps objects that are put together as tables, larger and slower.
  readonly #counts: Record<Outcome, number> = {
    reply: 0,
    refused: 0,
    unreachable: 0,
    ttl_exceeded: 0,
    timeout: 0,
    unsent: 0,
    late: 0,
    duplicate: 0,
  };
  #corrupt = 0;
  #doubtful = 0;
  #undetermined = 0;
  readonly #rtt = new Moments();
  readonly #variation = new DelayVariation();
  readonly #losses = new LossPeriods();
  #sketch = new Sketch();

  add({ outcome, doubt, rtt, rseq, corrupt }: Observation): void {
    this.#counts[outcome]++;
    if (corrupt) this.#corrupt++;
    if (doubt !== null) this.#doubtful++;
    switch (outcome) {
      case 'reply':
      case 'refused':
        if (rtt === null || !Number.isFinite(rtt)) return;
        this.#rtt.add(rtt);
        this.#sketch.add(rtt);
        this.#variation.add(sequenceOf(rseq), rtt);
        return;
      case 'timeout':
        if (doubt === null) this.#losses.add(sequenceOf(rseq));
        else this.#undetermined++;
        return;
      case 'unreachable':
      case 'ttl_exceeded':
        this.#losses.add(sequenceOf(rseq));
    }
  }

  /**
   * Takes a summary of later results; that one stays as it is. `joined`: whether they are the same source's, whose pairs
   * and loss periods may go on from one to the other.
   */
  merge(later: Summary, { joined = true } = {}): void {
    for (const outcome of OUTCOMES) this.#counts[outcome] += later.#counts[outcome];
    this.#corrupt += later.#corrupt;
    this.#doubtful += later.#doubtful;
    this.#undetermined += later.#undetermined;
    this.minutesObserved += later.minutesObserved;
    this.minutesAvailable += later.minutesAvailable;
    this.#rtt.merge(later.#rtt);
    this.#sketch.merge(later.#sketch);
    this.#variation.merge(later.#variation, joined);
    this.#losses.merge(later.#losses, joined);
  }

  /** Probes received, and lost. */
  get received(): number {
    return this.#counts.reply + this.#counts.refused;
  }

  get lost(): number {
    const { unreachable, ttl_exceeded, timeout } = this.#counts;
    return unreachable + ttl_exceeded + timeout - this.#undetermined;
  }

  /** Sets the minutes: these are all the results of one minute. */
  setMinute(): void {
    const available = wasAvailable(this.received, this.lost);
    this.minutesObserved = available === undefined ? 0 : 1;
    this.minutesAvailable = available === true ? 1 : 0;
  }

  /** The round-trip time, ms, that a share `q` (0 to 1) of the received probes do not exceed, by nearest rank, within 1 %; null without any. */
  quantile(q: number): number | null {
    const { count, min, max } = this.#rtt;
    if (count === 0) return null;
    const rank = rankOf(q, count);
    if (rank === 1) return min;
    if (rank === count) return max;
    return Math.min(max, Math.max(min, this.#sketch.quantile(q)));
  }

  figures(): SummaryFigures {
    const { count, min, max, mean, squares } = this.#rtt;
    const { pairs, sum, max: most } = this.#variation;
    const { periods, longest } = this.#losses;
    const { reply, refused, unreachable, ttl_exceeded, timeout, unsent, late, duplicate } = this.#counts;
    return {
      reply,
      refused,
      unreachable,
      ttl_exceeded,
      timeout,
      unsent,
      late,
      duplicate,
      corrupt: this.#corrupt,
      doubtful: this.#doubtful,
      undetermined: this.#undetermined,
      rtt_count: count,
      rtt_min: count > 0 ? min : null,
      rtt_max: count > 0 ? max : null,
      rtt_mean: count > 0 ? mean : null,
      rtt_variance: count > 0 ? squares / count : null,
      ipdv_count: pairs,
      ipdv_mean: pairs > 0 ? sum / pairs : null,
      ipdv_max: pairs > 0 ? most : null,
      loss_periods: periods,
      longest_loss_period: longest,
      minutes_observed: this.minutesObserved,
      minutes_available: this.minutesAvailable,
    };
  }

  columns(): SummaryColumns {
    const writer = new ByteWriter();
    writer.byte(LAYOUT);
    this.#sketch.write(writer);
    this.#variation.writeBorder(writer);
    this.#losses.writeBorder(writer);
    return Object.assign(this.figures(), { sketch: writer.finish() });
  }

  /** The summary whose `columns` these are; of more columns, the others are ignored. Throws RangeError for a damaged sketch. */
  static from(columns: SummaryColumns): Summary {
    const summary = new Summary();
    for (const outcome of OUTCOMES) summary.#counts[outcome] = columns[outcome];
    summary.#corrupt = columns.corrupt;
    summary.#doubtful = columns.doubtful;
    summary.#undetermined = columns.undetermined;
    summary.minutesObserved = columns.minutes_observed;
    summary.minutesAvailable = columns.minutes_available;
    const { rtt_count, rtt_min, rtt_max, rtt_mean, rtt_variance } = columns;
    if (rtt_count > 0)
      Object.assign(summary.#rtt, {
        count: rtt_count,
        min: rtt_min,
        max: rtt_max,
        mean: rtt_mean,
        squares: (rtt_variance ?? 0) * rtt_count,
      });
    const { ipdv_count, ipdv_mean, ipdv_max } = columns;
    summary.#variation.pairs = ipdv_count;
    summary.#variation.sum = (ipdv_mean ?? 0) * ipdv_count;
    summary.#variation.max = ipdv_max ?? 0;
    summary.#losses.longest = columns.longest_loss_period;
    try {
      summary.#readSketch(columns);
    } catch (error) {
      throw new RangeError(`damaged sketch: ${(error as Error).message}`, { cause: error });
    }
    return summary;
  }

  #readSketch({ sketch, rtt_count, loss_periods }: SummaryColumns): void {
    const reader = new ByteReader(sketch);
    const layout = reader.byte();
    if (layout !== LAYOUT) throw new RangeError(`layout ${layout}, expected ${LAYOUT}`);
    this.#sketch = Sketch.read(reader);
    if (this.#sketch.count !== rtt_count)
      throw new RangeError(`${this.#sketch.count} round-trip times, expected ${rtt_count}`);
    this.#variation.readBorder(reader, rtt_count);
    this.#losses.readBorder(reader, loss_periods);
    if (!reader.ended) throw new RangeError('more bytes than expected');
  }
}
