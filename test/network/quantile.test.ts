import { describe, expect, test } from 'vitest';
import { DISTRIBUTIONS, normalQuantile, quantile } from '../../src/network/distribution.ts';
import { CDF, DEVIATION } from './theory.ts';

test.each([
  [0.5, 0],
  [0.25, -0.6744897501960817],
  [0.001, -3.090232306167814],
  [1e-20, -9.2623400897984],
])('the normal quantile of %f is %f, as its author says', (share, value) => {
  expect(normalQuantile(share)).toBeCloseTo(value, 13);
  if (share > 1e-9) expect(normalQuantile(1 - share)).toBeCloseTo(-value, 12);
});

describe.each(DISTRIBUTIONS)('the quantiles of %s', (distribution) => {
  const shares = Array.from({ length: 100_003 }, (_, index) => (index + 0.5) / 100_003);
  const values = shares.map((share) => quantile(distribution, share));

  test('are where the distribution has that share, between the places of a table as well', () => {
    const wrong = shares.map((share, index) => Math.abs(CDF[distribution](values[index]!) - share));
    expect(Math.max(...new Set(wrong))).toBeLessThan(4e-5);
  });

  test('are right far out', () => {
    for (const share of [1e-4, 1e-6, 1 - 1e-4, 1 - 1e-6]) {
      const found = CDF[distribution](quantile(distribution, share));
      const beyond = Math.min(share, 1 - share);
      // A value is a multiple of 2^-20.
      expect(Math.abs(found - share)).toBeLessThan(beyond * 1e-3 + 2 ** -20);
    }
  });

  test('grow with the share', () => {
    expect(values.findIndex((value, index) => index > 0 && value < values[index - 1]!)).toBe(-1);
  });

  test('are 0 on average, and have the standard deviation that they should', () => {
    // By the midpoint rule over t, of shares of 1 - t³: where few values are large it looks more closely.
    const places = 20_000;
    let sum = 0;
    let squares = 0;
    for (let place = 0; place < places; place++) {
      const t = (place + 0.5) / places;
      const value = quantile(distribution, 1 - t ** 3);
      sum += (3 * t * t * value) / places;
      squares += (3 * t * t * value * value) / places;
    }
    // Straight lines between the places of a table make it a little wider.
    expect(Math.abs(sum)).toBeLessThan(2e-4);
    expect(Math.abs(Math.sqrt(squares) - DEVIATION[distribution])).toBeLessThan(2e-3);
  });
});
