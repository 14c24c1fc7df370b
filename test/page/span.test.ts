import { describe, expect, test } from 'vitest';
import {
  formatLength,
  holdOf,
  PRESETS,
  panned,
  parseLength,
  queryOf,
  type Span,
  spanFrom,
  spanOf,
  windowOf,
  withinNow,
  zoomed,
} from '../../src/page/parts/span.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-05T12:00:00Z');

const read = (query: string) => spanOf(new URLSearchParams(query));

const written = (span: Span): string =>
  new URLSearchParams(
    Object.entries(queryOf(span)).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();

describe('a span in an address', () => {
  test('is the last 24 hours where nothing is said', () => {
    expect(read('')).toEqual({ span: { last: 24 * HOUR } });
  });

  test.each(PRESETS)('$name is a length', ({ name, last }) => {
    expect(read(`last=${name}`)).toEqual({ span: { last } });
    expect(formatLength(last)).toBe(name);
  });

  test.each([
    { last: 15 * 60_000 },
    { last: 37_000 },
    { last: 365 * 24 * HOUR },
    { since: NOW - 90_000, until: NOW },
    { since: NOW - HOUR, until: NOW - 1 },
  ])('%o comes back as it was written', (span) => {
    expect(read(written(span))).toEqual({ span });
  });

  test('takes ms since the epoch', () => {
    expect(read(`since=${NOW - HOUR}&until=${NOW}`)).toEqual({ span: { since: NOW - HOUR, until: NOW } });
  });

  test.each([
    ['last=2w', 'last=2w: expected a length'],
    ['last=1s', 'last=1s: expected a length of 10s or more'],
    ['since=yesterday&until=today', 'since=yesterday, until=today: expected two times'],
    ['since=2026-11-05T12:00:00Z&until=2026-11-05T11:00:00Z', 'the first before the second'],
  ])('%s is said to be none, and the default is shown', (query, why) => {
    const { span, problem } = read(query);
    expect(span).toEqual({ last: 24 * HOUR });
    expect(problem).toContain(why);
  });

  test('is no shorter than 10 s', () => {
    const { span } = read(`since=${NOW - 1}&until=${NOW}`);
    const window = windowOf(span, NOW);
    expect(window.until - window.since).toBe(10_000);
  });

  test('a length that is no whole number of minutes is in seconds', () => {
    expect(formatLength(90_000)).toBe('90s');
    expect(parseLength('90s')).toBe(90_000);
  });
});

describe('moving and zooming', () => {
  const window = { since: NOW - 2 * HOUR, until: NOW - HOUR };

  test('zooming keeps the moment under the pointer where it is', () => {
    const at = NOW - 1.25 * HOUR;
    const near = zoomed(window, 0.5, at);
    expect(near.until - near.since).toBeCloseTo(HOUR / 2);
    expect((at - near.since) / (near.until - near.since)).toBeCloseTo(0.75);
  });

  test('zooming without a pointer holds on to now, or else to the middle', () => {
    expect(holdOf({ since: NOW - HOUR, until: NOW - 1000 }, NOW)).toBe(NOW - 1000);
    expect(holdOf(window, NOW)).toBe(NOW - 1.5 * HOUR);
  });

  test('zooming ends at the shortest', () => {
    const near = zoomed(window, 1e-9, window.since);
    expect(near.until - near.since).toBeCloseTo(10_000);
  });

  test('nothing moves beyond now', () => {
    expect(panned(window, 5, NOW)).toEqual({ since: NOW - HOUR, until: NOW });
    expect(withinNow({ since: NOW - HOUR, until: NOW + HOUR }, NOW)).toEqual({
      since: NOW - 2 * HOUR,
      until: NOW,
    });
  });

  test('a window that reaches up to now goes on with time', () => {
    expect(spanFrom({ since: NOW - HOUR, until: NOW }, NOW)).toEqual({ last: HOUR });
    expect(spanFrom(window, NOW)).toEqual(window);
  });
});
