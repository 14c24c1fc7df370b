import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueAfter, dueFrom, firstDue, phaseOf } from '../../src/probing/schedule.ts';

const ids = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const intervals = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const times = fc.integer({ min: 0, max: 2 ** 45 });

test('due times lie on one grid for ever: no drift', () => {
  fc.assert(
    fc.property(ids, intervals, times, (id, interval, from) => {
      const due = dueFrom(id, interval, from);
      expect(due).toBeGreaterThanOrEqual(Math.min(from, due));
      expect(due >= from || due === phaseOf(id, interval)).toBe(true);
      expect((due - phaseOf(id, interval)) % interval).toBe(0);
      expect(dueAfter(id, interval, due)).toBe(due + interval);
    }),
  );
});

test('the first probe goes out within a second, however long the interval, and the second is not right behind', () => {
  fc.assert(
    fc.property(ids, intervals, times, (id, interval, now) => {
      const first = firstDue(id, interval, now);
      expect(first).toBeGreaterThanOrEqual(now);
      expect(first).toBeLessThanOrEqual(now + Math.min(interval, 1000));
      const second = dueAfter(id, interval, first);
      expect(second - first).toBeGreaterThanOrEqual(interval / 2);
      expect(second - first).toBeLessThanOrEqual(interval * 1.5);
    }),
  );
});

describe('many destinations', () => {
  test.each([100, 1000, 60_000])('spread evenly over an interval of %i ms', (interval) => {
    const tenths = new Array(10).fill(0);
    for (let id = 1; id <= 10_000; id++) tenths[Math.floor((phaseOf(id, interval) / interval) * 10)]++;
    for (const count of tenths) expect(count).toBeGreaterThan(900);
    for (const count of tenths) expect(count).toBeLessThan(1100);
  });
});
