import type { DataSource } from 'typeorm';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { OUTCOMES } from '../../src/entities/outcome.ts';
import { type PageQuery, readPage } from '../../src/results/page.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { CHUNK, sortChunk } from '../../src/storage/sqlite/results.ts';

const ROWS = 5 * CHUNK;
const T0 = 1_732_000_000_000;

let dataSource: DataSource;

/** Some chunks and what is newer, a ms apart: of five destinations, of which the first lost a probe now and then, long ago. */
beforeAll(async () => {
  dataSource = await openDatabase('sqlite::memory:', { create: true, lockTimeout: 1000 });
  await dataSource.query(`INSERT INTO result_kinds (id, source_id, destination_id, outcome)
    SELECT value, 1, value, 'reply' FROM json_each('[1,2,3,4,5]') UNION ALL SELECT 6, 2, 1, 'timeout'`);
  await dataSource.query(
    `INSERT INTO recent_results (kind_id, rtime, rtt_ns, rseq)
      WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ${ROWS})
      SELECT CASE WHEN n % 1000 = 7 AND n < ${CHUNK} THEN 6 ELSE n % 5 + 1 END,
        -- One came late, in the order of storing.
        (${T0} + CASE WHEN n = ${ROWS - 10} THEN 20 ELSE n END) * 1000000, 1500000, n % 65536 FROM number`,
  );
  while (await sortChunk(dataSource.manager));
});

const idsOf = async (query: Omit<PageQuery, 'limit'>): Promise<number[]> => {
  const { destinations, sources, since = 0, until = 2 * T0, outcomes = OUTCOMES } = query;
  const rows: { id: number }[] = await dataSource.query(
    `SELECT id FROM results WHERE rtime >= ${since}000000 AND rtime < ${until}000000
      AND destination_id IN (${destinations ?? [1, 2, 3, 4, 5]}) AND source_id IN (${sources ?? [1, 2]})
      AND outcome IN (SELECT value FROM json_each($1)) ORDER BY id DESC`,
    [JSON.stringify(outcomes)],
  );
  return rows.map(({ id }) => id);
};

const old = T0 + CHUNK / 2;

const QUERIES: [string, Omit<PageQuery, 'limit'>][] = [
  ['what is old', { outcomes: OUTCOMES, until: old }],
  ['what is old of one', { outcomes: OUTCOMES, destinations: [3], until: old }],
  ['a span', { outcomes: OUTCOMES, since: old, until: old + 2000 }],
  ['the only moments before a late one', { outcomes: OUTCOMES, until: T0 + 30 }],
  ['what is rare', { outcomes: ['timeout'] }],
  ['what is rare of one', { outcomes: ['timeout', 'late'], destinations: [1, 2] }],
  ['what is rare, of another', { outcomes: ['timeout'], destinations: [2, 3] }],
  ['what has never been', { outcomes: ['refused', 'unsent'] }],
  ['what a source saw', { outcomes: OUTCOMES, sources: [2] }],
];

test.each(QUERIES)('%s is found by pages, all of it, the newest first', async (_, query) => {
  const found: number[] = [];
  let after: PageQuery['after'];
  do {
    const { rows, end } = await readPage(dataSource, { ...query, limit: 700, after });
    found.push(...rows.map(({ id }) => id));
    after = end;
  } while (after);
  expect(found).toEqual(await idsOf(query));
});

describe('where nothing came late', () => {
  beforeAll(() => dataSource.query(`DELETE FROM recent_results WHERE rtime < ${T0 + CHUNK}000000`));

  test.each(QUERIES.filter(([name]) => /old|rare|never/.test(name)))(
    '%s is found without looking through what is newer, or what is others’',
    async (_, query) => {
      const asked = vi.spyOn(dataSource, 'query');
      await readPage(dataSource, { ...query, limit: 10 });
      const stretches = asked.mock.calls.filter(([sql]) => /results\.id >= /.test(sql)).map(([sql]) => sql);
      asked.mockRestore();
      for (const sql of stretches) {
        const [, last] = /results\.id <= (\d+)/.exec(sql) ?? [];
        if (query.until === undefined) expect(sql).toContain('results.destination_id IN (');
        else expect(Number(last)).toBeLessThanOrEqual(2 * CHUNK);
      }
      expect(stretches.length).toBeGreaterThan(0);
    },
  );
});
