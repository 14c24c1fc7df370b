import { describe, expect, test } from 'vitest';
import { DISTRIBUTIONS, type Distribution } from '../../src/network/distribution.ts';
import { MILLISECOND, SECOND } from '../../src/network/scheduler.ts';
import { FAR, FAR_KOLMOGOROV, kolmogorov, lagCorrelation, meanOf } from './statistics.ts';
import { MANY, measure, pipeOf } from './support.ts';
import { CDF, DEVIATION } from './theory.ts';

/** What packets take more than the delay, in units of the jitter. */
const jittersOf = (distribution: Distribution, jitter: number): Float64Array =>
  Float64Array.from(
    measure(
      pipeOf({ delay: 100 * SECOND, jitter, distribution }),
      MANY,
      ([arrival], now) => (arrival!.at - now - 100 * SECOND) / jitter,
    ),
  );

/** By how many standard deviations that of so many values varies itself; it has none where few values are very large. */
const DEVIATION_VARIES: Partial<Record<Distribution, number>> = {
  uniform: Math.sqrt(1.8 - 1) / 2,
  normal: Math.sqrt(3 - 1) / 2,
};

describe.each(DISTRIBUTIONS)('jitter that is %s', (distribution) => {
  const jitters = jittersOf(distribution, 20 * MILLISECOND);
  const deviation = DEVIATION[distribution];
  const measured = Math.sqrt(meanOf(jitters.map((each) => each ** 2)));

  test('has that distribution', () => {
    expect(kolmogorov(jitters, CDF[distribution])).toBeLessThan(FAR_KOLMOGOROV);
  });

  test('is nothing on average', () => {
    expect((Math.abs(meanOf(jitters)) / deviation) * Math.sqrt(MANY)).toBeLessThan(FAR);
  });

  test('has the standard deviation that was asked for', () => {
    const varies = DEVIATION_VARIES[distribution];
    const limit = varies === undefined ? 0.04 : (FAR * varies) / Math.sqrt(MANY);
    expect(Math.abs(measured / deviation - 1)).toBeLessThan(limit);
  });

  test('is each packet’s own', () => {
    const ranked = jitters.map(CDF[distribution]);
    for (const lag of [1, 2])
      expect(Math.abs(lagCorrelation(ranked, lag)) * Math.sqrt(MANY)).toBeLessThan(FAR);
  });

  test('is as much as the jitter says', () => {
    const twice = jittersOf(distribution, 40 * MILLISECOND);
    const off = twice.map((each, index) => Math.abs(each - jitters[index]!) * 40 * MILLISECOND);
    // Each is rounded to a nanosecond.
    expect(off.reduce((most, each) => Math.max(most, each))).toBeLessThan(1.6);
  });
});
