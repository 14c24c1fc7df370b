import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { minuteOf } from '../../src/history/facts.ts';
import { readSeries } from '../../src/history/series.ts';
import { readSummaries } from '../../src/history/summaries.ts';
import { MinutedSummary } from '../../src/statistics/minutes.ts';
import { observationOf } from '../../src/statistics/observation.ts';
import { Summary } from '../../src/statistics/summary.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { history } from './history-database.ts';
import { FIGURES, resultOf, SECOND, storedRows, within } from './support.ts';

const T0 = 1_763_931_600;

/** What `readSummaries` has to give, made in the plainest way there is; times in s. */
async function expected(
  database: DataSource,
  { since, until }: { since: number; until: number },
): Promise<Map<string, Summary>> {
  const summaries = new Map<string, MinutedSummary>();
  for (const row of await storedRows(database)) {
    const rtime = Number(row.rtime) / 1e9;
    if (rtime < since || rtime >= until) continue;
    const key = `${row.destination_id} ${row.source_id}`;
    const summary = summaries.get(key) ?? new MinutedSummary();
    summaries.set(key, summary);
    summary.add(observationOf(row), minuteOf(row.rtime.toString()) / 60);
  }
  return new Map([...summaries].map(([key, summary]) => [key, summary.summary()]));
}

const figuresOf = (summary: Summary): Record<string, unknown> => {
  const columns = summary.columns();
  const some = Object.fromEntries(FIGURES.map((name) => [name, columns[name]]));
  return { ...some, p50: summary.quantile(0.5), p99: summary.quantile(0.99) };
};

const byPair = (summaries: Iterable<[string, Summary]>) =>
  new Map([...summaries].map(([key, summary]) => [key, figuresOf(summary)]).sort() as [string, object][]);

const nearly = (summaries: Map<string, object>) =>
  new Map([...summaries].map(([key, figures]) => [key, within(figures)]));

/** Hours of results: times in seconds after T0, some days apart at most. */
const anyBatch = fc.record({
  source: fc.constantFrom('a', 'b'),
  at: fc.integer({ min: 0, max: 3 * 86_400 }),
  isRolledUp: fc.boolean(),
  results: fc.array(
    fc.record({
      destination_id: fc.integer({ min: 1, max: 3 }),
      after: fc.integer({ min: 0, max: 9000 }),
      isLost: fc.boolean(),
      rtt: fc.integer({ min: 1, max: 900_000_000 }).map((ns) => ns / 1e6),
    }),
    { minLength: 1, maxLength: 30 },
  ),
});

type Batch = typeof anyBatch extends fc.Arbitrary<infer T> ? T : never;

const batches = fc.array(anyBatch, { minLength: 1, maxLength: 6 });

const resultsOf = ({ at, results }: Batch): NewResult[] =>
  results.map(({ destination_id, after, isLost, rtt }, index) =>
    resultOf({
      destination_id,
      rseq: index,
      rtime: BigInt(T0 + at + after) * SECOND + 500_000_000n,
      ...(isLost ? { outcome: 'timeout', rtt: null } : { rtt }),
    }),
  );

const edge = fc.integer({ min: -100, max: 4 * 86_400 });

test('any span has the figures of its results, rolled up or not', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(batches, edge, edge, async (given, a, b) => {
      const { database, store } = await history();
      for (const batch of given) await store(batch.source, resultsOf(batch), batch.isRolledUp);
      await database.query(
        "INSERT INTO results (rtime, outcome, rtt, destination_id, source_id) VALUES (1763940000000000000, 'reply', 5.5, 2, NULL)",
      );
      const span = { since: T0 + Math.min(a, b), until: T0 + Math.max(a, b) + 1 };
      const read = await readSummaries(database, { since: span.since * 1000, until: span.until * 1000 });
      const rows = byPair(
        read.pairs
          .filter(({ summary }) => summary.columns().reply + summary.columns().timeout > 0)
          .map((pair) => [`${pair.destination_id} ${pair.source_id}`, pair.summary]),
      );
      const wanted = await expected(database, span);
      // The hand-made row is nobody's as long as somebody keeps roll-ups.
      wanted.delete('2 null');
      rows.delete('2 null');
      expect(rows).toEqual(nearly(byPair(wanted)));
      expect(read).toMatchObject({ since: span.since * 1000, until: span.until * 1000 });

      const all = await readSummaries(database);
      const everything = await expected(database, { since: 0, until: 1e10 });
      everything.delete('2 null');
      expect(
        byPair(all.pairs.map((pair) => [`${pair.destination_id} ${pair.source_id}`, pair.summary])),
      ).toEqual(nearly(byPair(everything)));
    }),
    { numRuns: 40 },
  );
});

test.each([10, 60, 100, 1000, 5000])(
  'a series of at most %i points has the figures of each step',
  { timeout: 60_000 },
  async (points) => {
    await fc.assert(
      fc.asyncProperty(batches, edge, fc.integer({ min: 10, max: 200_000 }), async (given, from, length) => {
        const { database, store } = await history();
        for (const batch of given) await store(batch.source, resultsOf(batch), batch.isRolledUp);
        const asked = { since: (T0 + from) * 1000, until: (T0 + from + length) * 1000 };
        const series = await readSeries(database, { destination: 1, ...asked, points });
        expect(series.since).toBeLessThanOrEqual(asked.since);
        expect(series.until).toBeGreaterThanOrEqual(asked.until);
        expect((series.until - series.since) / series.step).toBeLessThanOrEqual(points);
        const known = new Map(series.points.map(({ start, summary }) => [start, summary]));
        let steps = 0;
        for (let since = series.since; since < series.until; since += series.step) {
          const step = await expected(database, { since: since / 1000, until: (since + series.step) / 1000 });
          const sum = new Summary();
          for (const [key, summary] of [...step].sort())
            if (key.startsWith('1 ')) sum.merge(summary, { joined: false });
          const { reply, timeout } = sum.columns();
          if (reply + timeout === 0) expect(known.has(since)).toBe(false);
          else {
            steps++;
            expect(figuresOf(known.get(since)!)).toEqual(within(figuresOf(sum)));
          }
          if (series.points.length === steps && since > asked.since + 400 * series.step) break;
        }
        expect(series.points).toHaveLength(steps);
      }),
      { numRuns: 4 },
    );
  },
);
