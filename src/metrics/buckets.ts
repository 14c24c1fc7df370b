/** Upper bounds of the buckets of a histogram of round-trip times, ms, each inclusive, the smallest first; none: no buckets. */
export type Bounds = readonly number[];

/** How many bounds there are by default, and the first, ms. */
const BOUNDS = 20;
const FIRST = 0.0125;

/**
 * Twice as long each: 12.5 µs to 6.5536 s, from loopback to what nobody waits for any more. From 50 µs on they are those of
 * smokeping_prober, so that its histograms and these can be drawn with the same colours side by side.
 */
export const DEFAULT_BOUNDS: Bounds = Array.from({ length: BOUNDS }, (_, n) =>
  // What a power of two leaves behind the decimal point is not wanted in a label.
  Number((FIRST * 2 ** n).toPrecision(6)),
);

/** More would make each destination weigh more than all else that is known of it. */
const MOST = 100;

/** Throws RangeError, in one line, for bounds that are no buckets. */
export function checkBounds(bounds: Bounds): void {
  if (bounds.length > MOST) throw new RangeError(`${bounds.length} buckets: expected at most ${MOST}`);
  bounds.forEach((bound, n) => {
    if (!(bound > 0)) throw new RangeError(`a bucket of ${bound} ms: expected more than 0`);
    const before = bounds[n - 1];
    if (before !== undefined && bound <= before)
      throw new RangeError(`a bucket of ${bound} ms after one of ${before} ms: expected each to be longer`);
  });
}

/** Which bucket a value falls into: `bounds.length` for what is above them all. */
export function bucketOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
