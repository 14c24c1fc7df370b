import { describe, expect, test } from 'vitest';
import { DISTRIBUTIONS, type Distribution } from '../../src/network/distribution.ts';
import { MILLISECOND, SECOND } from '../../src/network/scheduler.ts';
import { FAR, FAR_KOLMOGOROV, kolmogorov, lagCorrelation } from './statistics.ts';
import { MANY, measure, pipeOf } from './support.ts';
import { CDF } from './theory.ts';

const jittersOf = (distribution: Distribution, correlation: number, count: number): Float64Array =>
  Float64Array.from(
    measure(
      pipeOf({ delay: 100 * SECOND, jitter: MILLISECOND, distribution, correlation }),
      count,
      ([arrival], now) => (arrival!.at - now) / MILLISECOND - 100_000,
    ),
  );

/** Of normal numbers the correlation is Pearson's, of the others it is that of their ranks: of the shares that do not exceed them. */
const scaleOf = (distribution: Distribution, values: Float64Array): Float64Array =>
  distribution === 'normal' ? values : values.map(CDF[distribution]);

describe.each(DISTRIBUTIONS)('correlated jitter that is %s', (distribution) => {
  const half = jittersOf(distribution, 0.5, 1.5 * MANY);

  test('still has that distribution', () => {
    // So many independent ones vary as much: a correlation of 0.5 makes three of one.
    expect(kolmogorov(half, CDF[distribution], half.length / 3)).toBeLessThan(FAR_KOLMOGOROV);
  });

  test.each([
    [0.25, () => jittersOf(distribution, 0.25, MANY / 2)],
    [0.5, () => half],
    [0.9, () => jittersOf(distribution, 0.9, MANY / 2)],
  ])('is correlated by %f', (correlation, values) => {
    const scale = scaleOf(distribution, values());
    const deviation = Math.sqrt((1 - correlation ** 2) / scale.length);
    expect(Math.abs(lagCorrelation(scale) - correlation) / deviation).toBeLessThan(FAR);
  });
});

test('normal jitter is correlated with that before the last by as much again', () => {
  const values = jittersOf('normal', 0.5, MANY);
  for (const lag of [2, 3])
    expect(Math.abs(lagCorrelation(values, lag) - 0.5 ** lag) * Math.sqrt(values.length)).toBeLessThan(
      1.5 * FAR,
    );
});

test.each(DISTRIBUTIONS)('fully correlated, %s jitter never changes', (distribution) => {
  expect(new Set(jittersOf(distribution, 1, 1000)).size).toBe(1);
});
