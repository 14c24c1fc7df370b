import { ByteReader, ByteWriter } from './varint.ts';

/** How near a quantile is to the true one: within 1 % of it. */
const RELATIVE_ACCURACY = 0.01;

/** Each bin's upper bound is so many times its lower one. */
const GAMMA = (1 + RELATIVE_ACCURACY) / (1 - RELATIVE_ACCURACY);
const BINS_A_UNIT = 1 / Math.log(GAMMA);

/** What is nearer to zero is taken for zero: a nanosecond, in ms. */
const SMALLEST = 1e-6;

/** So much is added to a bin's index, that the bins of positive numbers have the keys from 1 on. */
const OFFSET = 1 - Math.ceil(Math.log(SMALLEST) * BINS_A_UNIT);

const LARGEST_KEY = Math.ceil(Math.log(Number.MAX_VALUE) * BINS_A_UNIT) + OFFSET;

/** The bin of a value: in the order of the values, 0 for zero, and a negative one's is that of its opposite, negated. */
function keyOf(value: number): number {
  if (value >= SMALLEST) return Math.ceil(Math.log(value) * BINS_A_UNIT) + OFFSET;
  return value <= -SMALLEST ? -keyOf(-value) : 0;
}

/** The value that is within 1 % of all in a bin. */
function middleOf(key: number): number {
  if (key === 0) return 0;
  return key > 0 ? GAMMA ** (key - OFFSET - 1) * ((2 * GAMMA) / (GAMMA + 1)) : -middleOf(-key);
}

/** The nearest rank of a quantile among so many values, from 1 on. What rounding adds to a product must not make it the next one. */
export const rankOf = (q: number, count: number): number =>
  Math.min(count, Math.max(1, Math.ceil(q * count * (1 - 1e-14))));

/** In the upper or lower half of a bin's first byte: the number did not fit and comes as a varint. */
const MORE = 15;

/**
 * A distribution in bins whose bounds grow exponentially, so that any quantile is within 1 % of the true value, and
 * sketches can be merged without losing any of that: C. Masson, J. E. Rim, H. K. Lee, DDSketch, PVLDB 12(12), 2019,
 * doi:10.14778/3352063.3352135.
 *
 * Only bins with something in them are kept. Values of any sign; those within 1e-6 of zero count as zero.
 */
export class Sketch {
  /** Key and count of each bin in turn, by key: one array is less to keep than two. */
  #bins: number[] = [];
  #count = 0;

  /** How many values are in it. */
  get count(): number {
    return this.#count;
  }

  /** `value`: finite; `count`: how often, a positive whole number. */
  add(value: number, count = 1): void {
    const bins = this.#bins;
    const key = keyOf(value);
    let low = 0;
    let high = bins.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bins[2 * middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    const at = 2 * low;
    if (bins[at] === key) (bins[at + 1] as number) += count;
    else if (at === bins.length) bins.push(key, count);
    else bins.splice(at, 0, key, count);
    this.#count += count;
  }

  /** Takes everything that is in another one; that one stays as it is. */
  merge(other: Sketch): void {
    const ours = this.#bins;
    const theirs = other.#bins;
    const merged: number[] = [];
    let at = 0;
    for (let next = 0; next < theirs.length; next += 2) {
      const [key, number] = [theirs[next] as number, theirs[next + 1] as number];
      while (at < ours.length && (ours[at] as number) < key)
        merged.push(ours[at++] as number, ours[at++] as number);
      const isShared = ours[at] === key;
      merged.push(key, number + (isShared ? (ours[at + 1] as number) : 0));
      if (isShared) at += 2;
    }
    while (at < ours.length) merged.push(ours[at++] as number);
    this.#bins = merged;
    this.#count += other.#count;
  }

  /** The value of the nearest rank, within 1 %: the smallest that a share `q` (0 to 1) of the values do not exceed. NaN without any. */
  quantile(q: number): number {
    const rank = rankOf(q, this.#count);
    let below = 0;
    for (let at = 0; at < this.#bins.length; at += 2) {
      below += this.#bins[at + 1] as number;
      if (below >= rank) return middleOf(this.#bins[at] as number);
    }
    return Number.NaN;
  }

  /**
   * Mostly one byte a bin: how far its key is above the one before, and its count, each less one, in four bits; what does
   * not fit follows as a varint. Before the bins: how many values there are, and the first key.
   */
  encode(): Uint8Array {
    const writer = new ByteWriter();
    this.write(writer);
    return writer.finish();
  }

  write(writer: ByteWriter): void {
    const bins = this.#bins;
    writer.varint(this.#count);
    const [first = 0] = bins;
    if (this.#count > 0) writer.varint(first < 0 ? -2 * first - 1 : 2 * first);
    let last = first - 1;
    for (let at = 0; at < bins.length; at += 2) {
      const ahead = (bins[at] as number) - last - 1;
      const more = (bins[at + 1] as number) - 1;
      writer.byte((Math.min(ahead, MORE) << 4) | Math.min(more, MORE));
      if (ahead >= MORE) writer.varint(ahead - MORE);
      if (more >= MORE) writer.varint(more - MORE);
      last = bins[at] as number;
    }
  }

  /** What `encode` has made. Throws RangeError for bytes that are not. */
  static decode(bytes: Uint8Array): Sketch {
    try {
      const reader = new ByteReader(bytes);
      const sketch = Sketch.read(reader);
      if (!reader.ended) throw new RangeError('more bytes than it has bins for');
      return sketch;
    } catch (error) {
      throw new RangeError(`damaged sketch: ${(error as Error).message}`, { cause: error });
    }
  }

  static read(reader: ByteReader): Sketch {
    const sketch = new Sketch();
    const count = reader.varint();
    if (count === 0) return sketch;
    const folded = reader.varint();
    let key = (folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2) - 1;
    while (sketch.#count < count) {
      const first = reader.byte();
      const ahead = first >> 4;
      const more = first & MORE;
      key += 1 + ahead + (ahead === MORE ? reader.varint() : 0);
      const number = 1 + more + (more === MORE ? reader.varint() : 0);
      if (Math.abs(key) > LARGEST_KEY) throw new RangeError(`no value has the bin ${key}`);
      sketch.#bins.push(key, number);
      sketch.#count += number;
    }
    if (sketch.#count !== count) throw new RangeError(`${sketch.#count} values in place of ${count}`);
    return sketch;
  }
}
