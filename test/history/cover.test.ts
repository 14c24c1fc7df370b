import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cover, coveredSpan } from '../../src/history/cover.ts';
import {
  ALL_KEPT,
  DAY,
  HOUR,
  type KeptSince,
  MINUTE,
  nanoseconds,
  secondOf,
} from '../../src/history/levels.ts';

const time = fc.integer({ min: 0, max: 10 * DAY });
const span = fc.tuple(time, time, fc.boolean()).map(([a, b, isFine]) => ({
  since: Math.min(a, b) + (isFine ? 0.25 : 0),
  until: Math.max(a, b) + (isFine ? 0.75 : 0),
}));

/** Aligned as retention aligns it: each level to the next one's periods. */
const keptSince = fc
  .tuple(time, time, time, time)
  .map((times) => times.sort((a, b) => b - a))
  .map(
    ([results = 0, minutes = 0, hours = 0, days = 0]): KeptSince => ({
      0: Math.floor(results / MINUTE) * MINUTE,
      [MINUTE]: Math.floor(minutes / HOUR) * HOUR,
      [HOUR]: Math.floor(hours / DAY) * DAY,
      [DAY]: Math.floor(days / DAY) * DAY,
    }),
  );

describe('a span', () => {
  test('is covered without a hole and without an overlap, by whole periods', () => {
    fc.assert(
      fc.property(span, (given) => {
        const pieces = cover(given);
        let end = given.since;
        for (const { level, since, until } of pieces) {
          expect(since).toBe(end);
          expect(until).toBeGreaterThan(since);
          if (level > 0) {
            expect(since % level).toBe(0);
            expect(until % level).toBe(0);
          } else expect(until - since).toBeLessThan(2 * MINUTE);
          end = until;
        }
        expect(end).toBe(given.until);
      }),
    );
  });

  test('takes days, hours, minutes and results where they fit', () => {
    const pieces = cover({ since: DAY - HOUR - MINUTE - 1, until: 2 * DAY + MINUTE + 0.5 });
    expect(pieces).toEqual([
      { level: 0, since: DAY - HOUR - MINUTE - 1, until: DAY - HOUR - MINUTE },
      { level: MINUTE, since: DAY - HOUR - MINUTE, until: DAY - HOUR },
      { level: HOUR, since: DAY - HOUR, until: DAY },
      { level: DAY, since: DAY, until: 2 * DAY },
      { level: MINUTE, since: 2 * DAY, until: 2 * DAY + MINUTE },
      { level: 0, since: 2 * DAY + MINUTE, until: 2 * DAY + MINUTE + 0.5 },
    ]);
  });

  test('without an end is one of days from its first midnight on', () => {
    expect(cover({ since: DAY, until: Number.POSITIVE_INFINITY })).toEqual([
      { level: DAY, since: DAY, until: Number.POSITIVE_INFINITY },
    ]);
    expect(cover({ since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY })).toHaveLength(1);
  });

  test('never needs what is no longer kept, and is widened by no more than that takes', () => {
    fc.assert(
      fc.property(span, keptSince, (given, kept) => {
        const covered = coveredSpan(given, kept);
        for (const { level, since } of cover(covered)) expect(since).toBeGreaterThanOrEqual(kept[level]);
        if (given.since >= kept[DAY]) expect(covered.since).toBeLessThanOrEqual(given.since);
        expect(covered.until).toBeGreaterThanOrEqual(given.until);
        expect(given.since - covered.since).toBeLessThan(DAY);
      }),
    );
    expect(coveredSpan({ since: 61.5, until: 62 }, ALL_KEPT)).toEqual({ since: 61.5, until: 62 });
  });
});

test('seconds of times, and times of seconds', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (rtime) => {
      const remainder = ((rtime % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
      expect(BigInt(secondOf(rtime.toString()))).toBe((rtime - remainder) / 1_000_000_000n);
    }),
  );
  expect(nanoseconds(1.5)).toBe('1500000000');
  expect(nanoseconds(Number.NEGATIVE_INFINITY)).toBe((-(2n ** 63n)).toString());
});
