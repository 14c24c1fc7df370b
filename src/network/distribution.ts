import type { RandomStream } from './random.ts';

/**
 * How jitter is spread, by netem's names. Uniform: evenly between minus and plus the jitter. The others have the
 * jitter as their standard deviation and a mean of zero: normal, Pareto with a shape of 3, and a sum of three parts
 * of the latter and one of the former.
 */
export const DISTRIBUTIONS = ['uniform', 'normal', 'pareto', 'paretonormal'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

/** Each table has the values that so many equal shares of the numbers lie between. */
const SHARES = 4096;

/**
 * Values are rounded to multiples of this: Math.log may differ by its last bit between engines, and the same seed
 * has to give the same delays on each.
 */
const STEP = 2 ** -20;

/** The quantile of the standard normal distribution: M. J. Wichura, algorithm AS 241 (doi:10.2307/2347330). */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const value = r <= 5 ? ratio(SIDE, r - 1.6) : ratio(TAIL, r - 5);
  return q < 0 ? -value : value;
}

/** Coefficients of a numerator and a denominator, the constant term first. */
type Ratio = readonly [readonly number[], readonly number[]];

const CENTRE: Ratio = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852545,
  ],
];
const SIDE: Ratio = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
];
const TAIL: Ratio = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
];

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const ratio = ([numerator, denominator]: Ratio, x: number): number =>
  polynomial(numerator, x) / polynomial(denominator, x);

const SHAPE = 3;
const PARETO_MEAN = SHAPE / (SHAPE - 1);
const PARETO_DEVIATION = Math.sqrt(SHAPE / ((SHAPE - 1) ** 2 * (SHAPE - 2)));

/** The quantile of a Pareto distribution with a mean of 0 and a standard deviation of 1. */
const paretoQuantile = (p: number): number => (1 / Math.cbrt(1 - p) - PARETO_MEAN) / PARETO_DEVIATION;

/** Correlated, the two would have a variance of 1 with these parts: the same quantile of each is added. */
const paretonormalQuantile = (p: number): number =>
  (0.25 * normalQuantile(p) + 0.75 * paretoQuantile(p)) / PARETONORMAL_DEVIATION;

/** Of the sum of the same quantiles of both: √(0.25² + 0.75² + 2 · 0.25 · 0.75 · c), c being their correlation. */
const PARETONORMAL_DEVIATION = 0.937_754;

const QUANTILES: Readonly<Record<Distribution, (p: number) => number>> = {
  uniform: (p) => 2 * p - 1,
  normal: normalQuantile,
  pareto: paretoQuantile,
  paretonormal: paretonormalQuantile,
};

const exact = (distribution: Distribution, p: number): number =>
  Math.round(QUANTILES[distribution](p) / STEP) * STEP;

const table = (distribution: Distribution): Float64Array =>
  Float64Array.from({ length: SHARES + 1 }, (_, n) => exact(distribution, n / SHARES));

const TABLES = Object.fromEntries(DISTRIBUTIONS.map((each) => [each, table(each)])) as Readonly<
  Record<Distribution, Float64Array>
>;

/** The value that a share of the numbers of a distribution do not exceed, in units of the jitter. `share`: between 0 and 1. */
export function quantile(distribution: Distribution, share: number): number {
  const values = TABLES[distribution];
  const at = share * SHARES;
  const index = Math.floor(at);
  // The outermost shares reach to infinity.
  if (index < 1 || index >= SHARES - 1) return exact(distribution, share);
  const low = values[index] as number;
  return low + ((values[index + 1] as number) - low) * (at - index);
}

/** The share of normal numbers that do not exceed `value`: what undoes `quantile`. */
function normalShare(value: number): number {
  let low = 2 ** -33;
  let high = 1 - low;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (quantile('normal', middle) <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Nearer than a random number of 32 bits. */
const HALVINGS = 34;

/**
 * One number after the other from a distribution, each correlated with the one before: normal ones by
 * `correlation` itself, the others by as much in their ranks. Whatever the correlation, the distribution is kept.
 */
export class JitterProcess {
  readonly #random: RandomStream;
  #last: number | undefined;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  /** `correlation`: 0 to 1. In units of the jitter. */
  next(distribution: Distribution, correlation: number): number {
    const share = this.#random.uniform();
    if (correlation === 0) return quantile(distribution, share);
    // Numbers that are normal, and stay so when blended with the last one, are given the distribution's ranks.
    const rho = distribution === 'normal' ? correlation : ofRanks(correlation);
    const fresh = quantile('normal', share);
    const last = this.#last ?? fresh;
    const value = this.#last === undefined ? fresh : rho * last + Math.sqrt(1 - rho * rho) * fresh;
    this.#last = value;
    return distribution === 'normal' ? value : quantile(distribution, normalShare(value));
  }
}

/** The correlation of normal numbers whose ranks have this one: K. Pearson's 2 sin(πρ/6). */
const ofRanks = (correlation: number): number =>
  Math.round((2 * Math.sin((Math.PI * correlation) / 6)) / STEP) * STEP;
