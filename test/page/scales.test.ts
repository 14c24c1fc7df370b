import { describe, expect, test } from 'vitest';
import { shareText } from '../../src/page/figures.ts';
import { formatDuration, formatRtime } from '../../src/page/moments.ts';
import { linearTicks, logTicks, timeLabels } from '../../src/page/parts/axis.ts';
import { LOSS_CLASSES, lossLevel, lossTop } from '../../src/page/parts/loss.ts';
import { pointsOf } from '../../src/page/parts/points.ts';
import { rttRange } from '../../src/page/parts/rtt-range.ts';
import { seriesOf } from './series.ts';

describe('the range of round-trip times', () => {
  const usual = Array.from({ length: 200 }, (_, n) => ({ start: n * 1000, received: 60, rtt: 20 + (n % 5) }));
  const series = [seriesOf([...usual, { start: 200_000, received: 60, rtt: 22, max: 900 }])];

  test('one outlier does not flatten everything', () => {
    const { low, high } = rttRange(series, { scale: 'zero', reach: 'p99' });
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(24);
    expect(high).toBeLessThan(40);
  });

  test('holds every probe where that is asked for', () => {
    expect(rttRange(series, { scale: 'zero', reach: 'all' }).high).toBeGreaterThan(900);
  });

  test('fitted, it begins near the shortest', () => {
    const { low } = rttRange(series, { scale: 'fitted', reach: 'p99' });
    expect(low).toBeGreaterThan(15);
    expect(low).toBeLessThan(20);
  });

  test('a logarithmic one has no zero', () => {
    const { low, high } = rttRange([seriesOf([{ start: 0, rtt: 0 }])], { scale: 'log', reach: 'all' });
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low);
  });

  test('there is one without any answer', () => {
    const lost = [seriesOf([{ start: 0, received: 0, lost: 3 }])];
    expect(rttRange(lost, { scale: 'zero', reach: 'p99' })).toEqual({ low: 0, high: 1 });
    for (const none of [lost, []])
      expect(rttRange(none, { scale: 'log', reach: 'p99' })).toEqual({ low: 0.1, high: 10 });
  });
});

describe('ticks', () => {
  test('are round', () => {
    expect(linearTicks(0, 47, 5)).toEqual([0, 10, 20, 30, 40]);
    expect(logTicks(0.5, 300, 8)).toEqual([1, 3, 10, 30, 100, 300]);
    expect(logTicks(18, 40, 5)).toEqual([20, 25, 30, 35, 40].filter((tick) => tick % 5 === 0 && tick >= 20));
  });

  test('a scale that is none has none', () => {
    for (const [low, high] of [
      [0, 1],
      [-1, 1],
      [2, 2],
      [1, Number.POSITIVE_INFINITY],
      [Number.NaN, 1],
    ] as const)
      expect(logTicks(low, high, 8)).toEqual([]);
  });

  test('there are some however short or long a scale is', () => {
    for (const [low, high] of [
      [19.99, 20.01],
      [0.001, 90_000],
      [3, 4],
    ] as const) {
      const ticks = logTicks(low, high, 8);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(12);
    }
  });

  test('of time say the day once', () => {
    const at = (text: string) => new Date(text).getTime();
    const hours = ['2026-11-05T22:00:00', '2026-11-05T23:00:00', '2026-11-06T00:00:00'].map(at);
    expect(timeLabels(hours, 3_600_000)).toEqual(['22:00\n5 Nov', '23:00', '00:00\n6 Nov']);
    const months = ['2026-12-01T00:00:00', '2027-01-01T00:00:00'].map(at);
    expect(timeLabels(months, 28 * 86_400_000)).toEqual(['Dec\n2026', 'Jan\n2027']);
    expect(timeLabels([at('2026-11-05T12:00:07')], 1000)).toEqual(['12:00:07\n5 Nov']);
  });
});

describe('loss', () => {
  test.each([
    [0, 0],
    [0.0001, 1],
    [0.01, 1],
    [0.011, 2],
    [0.5, 5],
    [0.51, 6],
    [0.9999, 6],
    [1, 7],
  ])('of %f is of level %i', (share, level) => expect(lossLevel(share)).toBe(level));

  test('classes follow each other without a hole', () => {
    for (const [n, { above, level }] of LOSS_CLASSES.entries()) {
      expect(level).toBe(n);
      if (n > 0) expect(above).toBe(LOSS_CLASSES[n - 1]?.upTo);
    }
  });

  test.each([
    [0, 0.01],
    [0.03, 0.05],
    [0.6, 1],
  ])('a chart with at most %f reaches to %f', (greatest, top) => expect(lossTop(greatest)).toBe(top));

  test.each([
    [null, '–'],
    [0, '0%'],
    [0.00004, '0.004%'],
    [0.9999, '99.99%'],
    [1, '100%'],
  ])('%s reads %s', (share, text) => expect(shareText(share)).toBe(text));
});

test.each([
  [320, 300],
  [40, 100],
  [1370, 1000],
])('a chart of %i px asks for %i steps', (width, points) => expect(pointsOf(width)).toBe(points));

test('receive times are told to the µs', () => {
  expect(formatRtime('1762344000123456789')).toMatch(/^2025-11-05 \d\d:00:00\.123456$/);
});

test.each([
  [250, '250 ms'],
  [7_500_000, '2 h 5 min'],
  [86_400_000, '1 d'],
  [61_000, '1 min 1 s'],
])('%i ms are %s', (duration, text) => expect(formatDuration(duration)).toBe(text));
