/**
 * How many standard deviations a measured value may be off. A right model is by more in one of 16,000 cases; whether
 * in this one the seed decides once and for all. There are enough packets that one that is 5 % off is by far more.
 */
export const FAR = 4;

/** What √n times a Kolmogorov-Smirnov distance exceeds in as few cases: 2 exp(-2x²). */
export const FAR_KOLMOGOROV = 2.28;

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
};

/** Pearson's correlation of values with those `lag` places behind them. */
export function lagCorrelation(values: ArrayLike<number>, lag = 1): number {
  const mean = meanOf(values);
  let together = 0;
  let variance = 0;
  for (let index = 0; index < values.length; index++) {
    const off = values[index]! - mean;
    variance += off * off;
    if (index >= lag) together += off * (values[index - lag]! - mean);
  }
  return together / variance;
}

/**
 * By how many of its standard deviations the share of ones is off. Those of a chain whose neighbours correlate vary
 * more: by as much as (1 + c) / (1 - c).
 */
export function shareDeviation(ones: number, of: number, share: number, correlation = 0): number {
  const variance = ((share * (1 - share)) / of) * ((1 + correlation) / (1 - correlation));
  return (ones / of - share) / Math.sqrt(variance);
}

/** The standard deviation of the lag-1 correlation that is measured of a chain of two states. */
export function chainCorrelationDeviation(share: number, correlation: number, of: number): number {
  const afterOne = share + correlation * (1 - share);
  const afterZero = share * (1 - correlation);
  return Math.sqrt(
    (afterOne * (1 - afterOne)) / (of * share) + (afterZero * (1 - afterZero)) / (of * (1 - share)),
  );
}

/**
 * How far counts are from what is expected of each cell, as a standard normal deviate: Pearson's chi-square with
 * one degree of freedom less than cells, by E. B. Wilson and M. M. Hilferty (doi:10.1073/pnas.17.12.684).
 */
export function chiSquareDeviation(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++)
    sum += (counts[cell]! - expected[cell]!) ** 2 / expected[cell]!;
  const freedom = counts.length - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(sum / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** As much, of lengths that should be 1, 2, 3 and so on, each being the last with this chance. */
export function geometricDeviation(lengths: readonly number[], end: number): number {
  const expected: number[] = [];
  let left = lengths.length;
  while (left * (1 - end) > FEWEST) {
    expected.push(left * end);
    left *= 1 - end;
  }
  expected.push(left);
  const counts = new Array<number>(expected.length).fill(0);
  for (const length of lengths) counts[Math.min(length, counts.length) - 1]!++;
  return chiSquareDeviation(counts, expected);
}

/** So many are expected of a cell at least, that chi-square applies. */
const FEWEST = 10;

/** √n times the largest distance between the values' distribution and the theory's. `effective`: as how many independent ones they count. */
export function kolmogorov(
  values: Float64Array,
  cdf: (value: number) => number,
  effective = values.length,
): number {
  const sorted = values.slice().sort();
  let largest = 0;
  for (let index = 0; index < sorted.length; index++) {
    const share = cdf(sorted[index]!);
    largest = Math.max(largest, share - index / sorted.length, (index + 1) / sorted.length - share);
  }
  return Math.sqrt(effective) * largest;
}

/** How long the runs of ones are, those at the edges excepted. */
export function runsOf(series: ArrayLike<number>, of: 0 | 1): number[] {
  const runs: number[] = [];
  let start: number | undefined;
  for (let index = 1; index < series.length; index++) {
    if (series[index] === series[index - 1]) continue;
    if (series[index] === of) start = index;
    else if (start !== undefined) runs.push(index - start);
  }
  return runs;
}
