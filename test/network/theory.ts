import type { Distribution } from '../../src/network/distribution.ts';

/** The share of standard normal numbers that exceed `z`, with a small relative error in the tail, too. */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    // Laplace's continued fraction.
    let fraction = z;
    for (let term = 60; term > 0; term--) fraction = z + term / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let power = 3; term > 1e-17; power += 2) {
    term *= (z * z) / power;
    sum += term;
  }
  return 0.5 - density * sum;
}

/** Pareto's value with a shape of 3, standardized, that the share `beyond` exceeds. */
export const pareto = (beyond: number): number => (1 / Math.cbrt(beyond) - 3 / 2) / Math.sqrt(3 / 4);

/** A quarter of a normal number and three quarters of the Pareto number that is exceeded as often. */
export const blend = (z: number): number => z / 4 + (3 / 4) * pareto(upperTail(z));

/** Simpson's rule over all that matters of the normal distribution. */
function expectation(value: (z: number) => number): number {
  const step = 0.01;
  let sum = 0;
  for (let index = -1200; index <= 1600; index++) {
    const z = index * step;
    const weight = index === -1200 || index === 1600 ? 1 : index % 2 === 0 ? 2 : 4;
    sum += weight * value(z) * Math.exp((-z * z) / 2);
  }
  return (sum * step) / 3 / Math.sqrt(2 * Math.PI);
}

/** What the blend is to be divided by for a standard deviation of 1. */
export const BLEND_DEVIATION = Math.sqrt(expectation((z) => blend(z) ** 2) - expectation(blend) ** 2);

const GRID_STEP = 0.002;
const GRID_START = -7;
const GRID = Float64Array.from(
  { length: 7001 },
  (_, index) => blend(GRID_START + index * GRID_STEP) / BLEND_DEVIATION,
);

/** The distribution function of the blend: where in the grid of its values one lies. */
function blendCdf(value: number): number {
  let low = 0;
  let high = GRID.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (GRID[middle]! <= value) low = middle;
    else high = middle;
  }
  const part = (value - GRID[low]!) / (GRID[high]! - GRID[low]!);
  return 1 - upperTail(GRID_START + (low + Math.min(1, Math.max(0, part))) * GRID_STEP);
}

/** The share of the numbers of each distribution that do not exceed a value, in units of the jitter. */
export const CDF: Readonly<Record<Distribution, (value: number) => number>> = {
  uniform: (value) => Math.min(1, Math.max(0, (value + 1) / 2)),
  normal: (value) => 1 - upperTail(value),
  pareto: (value) => 1 - Math.max(1, value * Math.sqrt(3 / 4) + 3 / 2) ** -3,
  paretonormal: blendCdf,
};

export const DEVIATION: Readonly<Record<Distribution, number>> = {
  uniform: 1 / Math.sqrt(3),
  normal: 1,
  pareto: 1,
  paretonormal: 1,
};
