import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Doubt } from '../../src/entities/doubt.ts';
import { Accumulator } from '../../src/statistics/accumulator.ts';

const accumulate = (rtts: number[]): ReturnType<Accumulator['statistics']> => {
  const accumulator = new Accumulator();
  for (const rtt of rtts) accumulator.add({ outcome: 'reply', doubt: null, rtt, rtype: 1, datamatch: true });
  return accumulator.statistics();
};

test('agrees with what plain arithmetic says: percentiles by nearest rank within 1 %, the rest exactly', () => {
  const rtts = fc.array(fc.double({ min: 0.001, max: 10_000, noNaN: true }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(rtts, (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
      const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
      const found = accumulate(values);
      expect(found).toMatchObject({
        sent: values.length,
        received: values.length,
        loss: 0,
        min: sorted[0],
        max: sorted.at(-1),
      });
      expect(found.avg).toBeCloseTo(mean, 6);
      expect(found.stddev).toBeCloseTo(Math.sqrt(variance), 4);
      for (const [name, q] of [
        ['p50', 0.5],
        ['p95', 0.95],
        ['p99', 0.99],
      ] as const) {
        const exact = sorted[Math.ceil(q * sorted.length) - 1] as number;
        expect(Math.abs((found[name] as number) - exact)).toBeLessThanOrEqual(exact * 0.0101);
      }
    }),
  );
});

test('counts each outcome where the loss figures want it', () => {
  const accumulator = new Accumulator();
  const add = (
    outcome: Parameters<Accumulator['add']>[0]['outcome'],
    rtt: number | null,
    datamatch: boolean | null = null,
    rtype = 1,
    doubt: Doubt | null = null,
  ) => accumulator.add({ outcome, doubt, rtt, rtype, datamatch });
  add('reply', 1, true);
  add('reply', 3, false);
  add('unreachable', 50);
  add('ttl_exceeded', 60);
  add('timeout', null, null, 1, 'dropped');
  add('late', 900, true, 1, 'delayed');
  add('duplicate', 1, true);
  add('unsent', null);
  expect(accumulator.statistics()).toMatchObject({
    sent: 5,
    received: 2,
    lost: 3,
    loss: 0.6,
    min: 1,
    avg: 2,
    max: 3,
    late: 1,
    duplicate: 1,
    corrupt: 1,
    unsent: 1,
    doubtful: 2,
  });
});

test('without a round trip there are no round-trip times', () => {
  expect(accumulate([])).toMatchObject({
    sent: 0,
    loss: null,
    min: null,
    avg: null,
    max: null,
    stddev: null,
    p50: null,
  });
});
