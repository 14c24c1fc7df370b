import { describe, expect, test } from 'vitest';
import { DISTRIBUTIONS, type Distribution } from '../../src/network/distribution.ts';
import type { RandomStream } from '../../src/network/random.ts';
import {
  chiSquareDeviation,
  FAR,
  FAR_KOLMOGOROV,
  geometricDeviation,
  kolmogorov,
  lagCorrelation,
  runsOf,
  shareDeviation,
} from './statistics.ts';
import { MANY, randomOf } from './support.ts';
import { BLEND_DEVIATION, blend, CDF, pareto, upperTail } from './theory.ts';

// What judges the model has to be right itself, and has to notice what is 5 % off.

test('the normal distribution is that of the tables', () => {
  expect(upperTail(0)).toBeCloseTo(0.5, 15);
  expect(upperTail(1)).toBeCloseTo(0.158655253931457, 14);
  expect(upperTail(-1)).toBeCloseTo(0.841344746068543, 14);
  expect(upperTail(3) / 1.349898031630095e-3).toBeCloseTo(1, 12);
  expect(upperTail(6) / 9.865876450376946e-10).toBeCloseTo(1, 10);
});

test('so are the quantiles of chi-square, and of Kolmogorov', () => {
  // Of 10, 100 and 500 degrees of freedom, that one in a thousand exceeds.
  for (const [freedom, quantile] of [
    [10, 29.588],
    [100, 149.449],
    [500, 603.446],
  ] as const) {
    const expected = new Array<number>(freedom + 1).fill(100);
    const counts = expected.map((each) => each + Math.sqrt((quantile * 100) / (freedom + 1)));
    expect(chiSquareDeviation(counts, expected)).toBeCloseTo(3.09, 1);
  }
  expect(2 * upperTail(FAR) * 16_000).toBeCloseTo(1, 1);
  expect(2 * Math.exp(-2 * FAR_KOLMOGOROV ** 2) * 16_000).toBeCloseTo(1, 1);
});

test('a distribution function has the quartiles that its distribution has', () => {
  const half = 2 ** (1 / 3);
  expect(CDF.uniform(0.5)).toBe(0.75);
  expect(CDF.normal(0.6744897501960817)).toBeCloseTo(0.75, 14);
  expect(CDF.pareto((half - 1.5) / Math.sqrt(0.75))).toBeCloseTo(0.5, 14);
  expect(CDF.paretonormal((0.75 * (half - 1.5)) / Math.sqrt(0.75) / BLEND_DEVIATION)).toBeCloseTo(0.5, 6);
});

/** G. E. P. Box and M. E. Muller (doi:10.1214/aoms/1177706645). */
const normal = (random: RandomStream): number =>
  Math.sqrt(-2 * Math.log(random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

const SAMPLE: Readonly<Record<Distribution, (random: RandomStream) => number>> = {
  uniform: (random) => 2 * random.uniform() - 1,
  normal,
  pareto: (random) => pareto(random.uniform()),
  paretonormal: (random) => blend(normal(random)) / BLEND_DEVIATION,
};

describe.each(DISTRIBUTIONS)('Kolmogorov and Smirnov, of %s numbers', (distribution) => {
  const random = randomOf(1)(distribution);
  const values = Float64Array.from({ length: MANY }, () => SAMPLE[distribution](random));

  test('find nothing wrong with right ones', () => {
    expect(kolmogorov(values, CDF[distribution])).toBeLessThan(FAR_KOLMOGOROV);
  });

  test.each([0.95, 1.05])('find those that are %f times as much', (factor) => {
    const scaled = values.map((value) => value * factor);
    expect(kolmogorov(scaled, CDF[distribution])).toBeGreaterThan(1.5 * FAR_KOLMOGOROV);
  });
});

test('geometric lengths are told from others with a mean that differs by 5 %', () => {
  const random = randomOf(1)('geometric');
  const lengths = Array.from({ length: MANY }, () =>
    Math.ceil(Math.log(random.uniform()) / Math.log(1 - 0.25)),
  );
  expect(geometricDeviation(lengths, 0.25)).toBeLessThan(FAR);
  expect(geometricDeviation(lengths, 0.2375)).toBeGreaterThan(2 * FAR);
  expect(geometricDeviation(lengths, 0.2625)).toBeGreaterThan(2 * FAR);
});

test('shares, correlations and runs of a few numbers', () => {
  expect(shareDeviation(60, 100, 0.5)).toBeCloseTo(2, 12);
  expect(shareDeviation(60, 100, 0.5, 0.6)).toBeCloseTo(1, 12);
  expect(lagCorrelation([1, 2, 3, 4])).toBeCloseTo(0.25, 12);
  expect(runsOf([1, 0, 1, 1, 0, 0, 0, 1], 1)).toEqual([2]);
  expect(runsOf([1, 0, 1, 1, 0, 0, 0, 1], 0)).toEqual([1, 3]);
});
