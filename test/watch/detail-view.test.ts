import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ResultRow } from '../../src/results/query.ts';
import { statisticsOf } from '../../src/statistics/statistics.ts';
import { Summary } from '../../src/statistics/summary.ts';
import { type ChartPoint, rangeOf } from '../../src/watch/chart.ts';
import { type DetailData, detailFrame } from '../../src/watch/detail-view.ts';
import { widthOf } from '../../src/watch/text.ts';
import { firstState } from '../../src/watch/view-state.ts';
import { NOW, surroundings, variety } from './support.ts';

const MINUTE = 60_000;

/** An hour of minutes: it gets slower and worse, nothing is known of a quarter of it, and of five minutes it is known why. */
function data(row: string): DetailData {
  const since = NOW - 60 * MINUTE;
  const points: ChartPoint[] = [];
  for (let n = 0; n < 60; n++) {
    if (n >= 15 && n < 30) continue;
    const middle = 20 + n / 2;
    const isDown = n >= 50 && n < 53;
    points.push({
      start: since + n * MINUTE,
      low: isDown ? null : middle - 4,
      middle: isDown ? null : middle,
      high: isDown ? null : middle + 8,
      loss: isDown ? 1 : n > 40 ? 0.1 : 0,
    });
  }
  const summary = new Summary();
  for (let rseq = 0; rseq < 100; rseq++)
    summary.add({
      outcome: rseq % 10 === 9 ? 'timeout' : 'reply',
      doubt: null,
      rtt: rseq % 10 === 9 ? null : 20 + (rseq % 7),
      rseq,
      corrupt: false,
    });
  const result = (n: number): ResultRow => ({
    id: n,
    rtime: String(BigInt(NOW - n * 1000) * 1_000_000n),
    destination_id: 4,
    destination: '192.0.2.4',
    address: n === 2 ? null : '192.0.2.4',
    outcome: n === 2 ? 'timeout' : 'reply',
    doubt: n === 2 ? 'dropped' : null,
    rseq: n,
    rtt: n === 2 ? null : 40 + n,
    rttl: 60,
    rtype: 1,
    icmptype: 0,
    rcode: 0,
    rid: 1,
    datamatch: true,
    rsite: 0,
    rhost: 0,
    source_id: 1,
  });
  return {
    row,
    span: 1,
    chart: {
      since,
      until: NOW,
      step: MINUTE,
      points,
      gaps: [{ start: since + 20 * MINUTE, end: since + 25 * MINUTE }],
    },
    statistics: statisticsOf(summary),
    results: Array.from({ length: 60 }, (_, n) => result(n)),
  };
}

function framed(
  size: Parameters<typeof surroundings>[1],
  { title = 'radio link', fromZero = false, isRead = true } = {},
) {
  const watched = variety();
  const row = watched.rows.find((each) => each.title === title);
  if (!row) throw new Error(`no row ${title}`);
  const detail = { row: row.key, span: 1, fromZero };
  return detailFrame({
    row,
    state: { ...firstState(), detail },
    detail,
    data: isRead ? data(row.key) : undefined,
    surroundings: surroundings(watched, size),
  });
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

test.each([
  [40, 12],
  [80, 24],
  [200, 50],
])('the detail in %i columns and %i lines', async (width, height) => {
  await expect(text(framed({ width, height }).lines)).toMatchFileSnapshot(
    `frames/detail-${width}x${height}.txt`,
  );
});

test('the detail in ASCII, from zero', async () => {
  const { lines } = framed({ width: 80, height: 24, hasUnicode: false }, { fromZero: true });
  expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
  await expect(text(lines)).toMatchFileSnapshot('frames/detail-ascii.txt');
});

test('fits any size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 60 }), (width, height) => {
      for (const line of framed({ width, height }).lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 60 },
  );
});

test('says that it reads, and why a row cannot be probed', () => {
  expect(framed({ width: 80, height: 24 }, { isRead: false }).lines[2]).toBe('Reading…');
  expect(framed({ width: 80, height: 24 }, { title: 'no address!' }).lines[2]).toBe(
    'address "no address!": neither an IP address nor a host name',
  );
});

test('an axis begins at 0 unless everything would be a line then', () => {
  const point = (low: number, high: number): ChartPoint => ({ start: 0, low, middle: low, high, loss: 0 });
  expect(rangeOf([], false)).toBe(undefined);
  expect(rangeOf([point(1, 9.87)], false)).toEqual({ low: 0, high: 9.9 });
  expect(rangeOf([point(100, 110)], true)).toEqual({ low: 0, high: 110 });
  const { low, high } = rangeOf([point(100, 110)], false) ?? { low: 0, high: 0 };
  expect(low).toBeGreaterThan(90);
  expect(low).toBeLessThan(100);
  expect(high).toBeGreaterThan(110);
  const flat = rangeOf([point(5, 5)], false);
  expect(flat && flat.high > flat.low).toBe(true);
  const zero = rangeOf([point(0, 0)], false);
  expect(zero && zero.high > zero.low).toBe(true);
});

test('when the database is away, the first line says so, and the next one still whose detail it is', () => {
  const { lines } = framed({ width: 80, height: 24, problem: 'trying again: database pinger.db: gone' });
  expect(lines[0]).toBe('trying again: database pinger.db: gone');
  expect(lines[1]).toMatch(/^▲ lossy radio link/);
});
