import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DOUBTS } from '../../src/entities/doubt.ts';
import { OUTCOMES } from '../../src/entities/outcome.ts';
import type { Observation } from '../../src/statistics/observation.ts';
import { Summary } from '../../src/statistics/summary.ts';
import { brute } from './brute.ts';

const summaryOf = (observations: readonly Observation[]): Summary => {
  const summary = new Summary();
  for (const each of observations) summary.add(each);
  return summary;
};

/** Sequences mostly go on from one to the next, as a destination's do; some overtake, some are missing, some nonsense. */
const observations = fc
  .array(
    fc.record({
      outcome: fc.oneof(fc.constantFrom('reply', 'reply', 'timeout'), fc.constantFrom(...OUTCOMES)),
      doubt: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.constantFrom(...DOUBTS)),
      rtt: fc.oneof(
        { weight: 9, arbitrary: fc.double({ min: 0, max: 2000, noNaN: true }) },
        fc.constantFrom(null, -3, Number.POSITIVE_INFINITY),
      ),
      step: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.constantFrom(-1, 0, 2, 3, null, 0.5)),
      corrupt: fc.boolean(),
    }),
    { maxLength: 120 },
  )
  .chain((steps) =>
    fc.nat(65_535).map((first) => {
      let sequence = first;
      return steps.map(({ step, outcome, corrupt, ...rest }): Observation => {
        if (step !== null && Number.isInteger(step)) sequence = (sequence + step) & 0xffff;
        const rseq = step === null || step === 0.5 ? step : sequence;
        return { ...rest, outcome, rseq, corrupt: corrupt && outcome === 'reply' };
      });
    }),
  );

/** Two summaries of the same results, which were put together in different ways. */
function expectSame(found: Summary, wanted: Summary): void {
  const { rtt_mean, rtt_variance, ipdv_mean, sketch, ...exact } = found.columns();
  const other = wanted.columns();
  expect({ ...exact, sketch }).toEqual({
    ...exact,
    ...Object.fromEntries(Object.keys(exact).map((key) => [key, other[key as keyof typeof other]])),
    sketch: other.sketch,
  });
  expectClose({ rtt_mean, rtt_variance, ipdv_mean }, other);
}

const expectClose = <Key extends string>(
  found: Record<Key, number | null>,
  wanted: NoInfer<Record<Key, number | null>>,
): void => {
  for (const key of Object.keys(found) as Key[]) {
    if (wanted[key] === null) expect(found[key]).toBeNull();
    else
      expect(Math.abs((found[key] ?? Number.NaN) - wanted[key])).toBeLessThanOrEqual(
        1e-9 * (1 + wanted[key]) + 1e-7,
      );
  }
};

test('agrees with what plain arithmetic says', () => {
  fc.assert(
    fc.property(observations, (all) => {
      const summary = summaryOf(all);
      const { rtt_mean, rtt_variance, ipdv_mean, ...exact } = summary.figures();
      const wanted = brute(all);
      expect(exact).toEqual({ ...wanted.exact, minutes_observed: 0, minutes_available: 0 });
      expectClose({ rtt_mean, rtt_variance, ipdv_mean }, wanted.close);
      for (const q of [0.5, 0.95, 0.99]) {
        const rank = wanted.sorted.find((_, index) => (index + 1) * 100 >= q * 100 * wanted.sorted.length);
        if (rank === undefined) expect(summary.quantile(q)).toBeNull();
        else
          expect(Math.abs((summary.quantile(q) ?? Number.NaN) - rank)).toBeLessThanOrEqual(
            Math.abs(rank) * 0.010001 + 1e-6,
          );
      }
    }),
    { numRuns: 300 },
  );
});

test('is the same wherever its results are parted', () => {
  fc.assert(
    fc.property(observations, fc.nat(120), (all, at) => {
      const merged = summaryOf(all.slice(0, at));
      merged.merge(summaryOf(all.slice(at)));
      expectSame(merged, summaryOf(all));
    }),
    { numRuns: 500 },
  );
});

test('is the same in whatever order its parts are put together, stored in between or not', () => {
  fc.assert(
    fc.property(
      observations,
      fc.array(fc.nat(120), { maxLength: 6 }),
      fc.boolean(),
      (all, cuts, isStored) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), all.length];
        const parts = bounds.slice(1).map((end, index) => all.slice(bounds[index], end));
        const stored = (summary: Summary) => (isStored ? Summary.from(summary.columns()) : summary);
        const fromLeft = new Summary();
        for (const part of parts) fromLeft.merge(stored(summaryOf(part)));
        const fromRight = parts.reduceRight((rest, part) => {
          const summary = summaryOf(part);
          summary.merge(rest);
          return stored(summary);
        }, new Summary());
        expectSame(fromLeft, summaryOf(all));
        expectSame(fromRight, summaryOf(all));
      },
    ),
    { numRuns: 300 },
  );
});

test('goes on where it was stored', () => {
  fc.assert(
    fc.property(observations, fc.nat(120), (all, at) => {
      const resumed = Summary.from(summaryOf(all.slice(0, at)).columns());
      for (const each of all.slice(at)) resumed.add(each);
      expectSame(resumed, summaryOf(all));
    }),
  );
});

test('leaves what is merged as it is', () => {
  fc.assert(
    fc.property(observations, observations, (some, others) => {
      const later = summaryOf(others);
      const before = later.columns();
      const summary = summaryOf(some);
      summary.merge(later);
      summary.merge(summaryOf(some));
      expect(later.columns()).toEqual(before);
    }),
  );
});

const probe = (rseq: number, rtt: number | null, rest: Partial<Observation> = {}): Observation => ({
  outcome: rtt === null ? 'timeout' : 'reply',
  doubt: null,
  rtt,
  rseq,
  corrupt: false,
  ...rest,
});

test('pairs and loss periods go on over 65,535, and over the border of two summaries', () => {
  const first = summaryOf([probe(65_534, 10), probe(65_535, 13)]);
  first.merge(summaryOf([probe(0, 8), probe(1, null), probe(2, null)]));
  first.merge(summaryOf([probe(3, null), probe(5, null)]));
  expect(first.figures()).toMatchObject({
    ipdv_count: 2,
    ipdv_mean: 4,
    ipdv_max: 5,
    loss_periods: 2,
    longest_loss_period: 3,
  });
});

test('a timeout in doubt is undetermined, and parts loss periods', () => {
  const summary = summaryOf([probe(1, null), probe(2, null, { doubt: 'dropped' }), probe(3, null)]);
  expect(summary.figures()).toMatchObject({
    timeout: 3,
    doubtful: 1,
    undetermined: 1,
    loss_periods: 2,
    longest_loss_period: 1,
  });
  expect(summary.lost).toBe(2);
});

test.each([
  ['no more than a fifth lost', [1, 2, 3, 4, null], 1, 1],
  ['more than a fifth lost', [1, 2, 3, null], 1, 0],
  ['nothing sent', [], 0, 0],
])('a minute with %s', (_, rtts, observed, available) => {
  const summary = summaryOf(rtts.map((rtt, index) => probe(index, rtt)));
  summary.setMinute();
  expect(summary.figures()).toMatchObject({ minutes_observed: observed, minutes_available: available });
  const two = new Summary();
  two.merge(summary);
  two.merge(Summary.from(summary.columns()));
  expect(two.minutesObserved).toBe(2 * observed);
});

test('a minute whose only probes are undetermined is not observed', () => {
  const summary = summaryOf([probe(1, null, { doubt: 'suspended' }), probe(2, null, { outcome: 'unsent' })]);
  summary.setMinute();
  expect(summary.figures()).toMatchObject({ minutes_observed: 0, minutes_available: 0 });
});

test('says of a damaged sketch column that it is', () => {
  const columns = summaryOf([probe(1, 5), probe(2, 7), probe(3, null)]).columns();
  const damaged = (sketch: Uint8Array) => () => Summary.from({ ...columns, sketch });
  for (let length = 0; length < columns.sketch.length; length++)
    expect(damaged(columns.sketch.slice(0, length))).toThrow(/^damaged sketch: cut off after \d+ bytes$/);
  expect(damaged(Uint8Array.from([...columns.sketch, 1]))).toThrow(
    'damaged sketch: more bytes than expected',
  );
  expect(damaged(Uint8Array.from([2]))).toThrow('damaged sketch: layout 2, expected 1');
  expect(() => Summary.from({ ...columns, rtt_count: 3 })).toThrow(
    'damaged sketch: 2 round-trip times, expected 3',
  );
});

test('a minute of results takes some 40 bytes beside its columns', () => {
  const minute = Array.from({ length: 60 }, (_, index) => probe(index, 20 + ((index * 37) % 60) / 10));
  expect(summaryOf(minute).columns().sketch.length).toBeLessThanOrEqual(42);
});
