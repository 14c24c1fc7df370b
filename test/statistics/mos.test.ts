import { describe, expect, test } from 'vitest';
import { mosOf, ratingOf } from '../../src/statistics/mos.ts';

const rating = (delay: number, loss = 0, burstRatio = 1) => ratingOf({ delay, loss, burstRatio });

test('nothing impaired is the default rating of ITU-T G.107: R = 93.2, MOS = 4.41', () => {
  expect(rating(0)).toBeCloseTo(93.2, 1);
  expect(mosOf(93.2)).toBeCloseTo(4.41, 2);
});

// ITU-T G.107, table B.1: the limits of user satisfaction.
test.each([
  [90, 4.34],
  [80, 4.03],
  [70, 3.6],
  [60, 3.1],
  [50, 2.58],
])('R = %i is MOS = %f', (r, mos) => expect(Math.abs(mosOf(r) - mos)).toBeLessThan(0.01));

test.each([-5, 0, 3, 100, 120])('R = %i stays within the scale', (r) => {
  expect(mosOf(r)).toBeGreaterThanOrEqual(1);
  expect(mosOf(r)).toBeLessThanOrEqual(4.5);
});

/**
 * R. G. Cole and J. H. Rosenbluth, Voice over IP performance monitoring, ACM SIGCOMM CCR 31(2), 2001, fit the E-model's delay
 * impairment so, for delays below 400 ms: doi:10.1145/505666.505669.
 */
const coleRosenbluth = (delay: number): number =>
  0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);

test.each([25, 50, 100, 150, 177.3, 200, 250, 300])('%f ms of delay cost what others found', (delay) => {
  expect(Math.abs(rating(0) - rating(delay) - coleRosenbluth(delay))).toBeLessThan(1);
});

// ITU-T G.113, Appendix I (05/2002), table I.4: G.711 with packet loss concealment, random loss.
test.each([
  [0.01, 5],
  [0.02, 7],
  [0.03, 10],
  [0.05, 15],
  [0.07, 20],
  [0.1, 25],
  [0.15, 35],
  [0.2, 45],
])('a loss of %f impairs as its tables have it: %i', (loss, impairment) => {
  expect(Math.abs(rating(0) - rating(0, loss) - impairment)).toBeLessThan(3);
});

describe('bursts', () => {
  test('impair more than random loss', () => {
    expect(rating(0, 0.05, 2)).toBeLessThan(rating(0, 0.05, 1) - 1);
  });

  test('of less than random length count as random', () => {
    expect(rating(0, 0.05, 0.5)).toBe(rating(0, 0.05, 1));
  });
});

test('never leaves 0 to 93.2', () => {
  for (const delay of [0, 1, 1000, 1e6])
    for (const loss of [0, 0.5, 1]) {
      expect(rating(delay, loss, 5)).toBeGreaterThanOrEqual(0);
      expect(rating(delay, loss, 5)).toBeLessThanOrEqual(93.3);
    }
});
