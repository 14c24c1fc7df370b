import type { DataSource } from 'typeorm';
import { ROLLUP_COLUMNS, SUMMARY_COLUMNS } from '../src/entities/rollup.ts';
import { DAY, HOUR, MINUTE, PERIODS, type Period } from '../src/history/levels.ts';
import { Summary, type SummaryColumns } from '../src/statistics/summary.ts';
import { sortChunk } from '../src/storage/sqlite/results.ts';

export interface Filled {
  destinations: number;
  /** s between two probes of one. */
  interval: number;
  /** The end of the history, s since the Unix epoch: a midnight. */
  until: number;
  /** How long each level reaches back, s. */
  kept: Record<0 | Period, number>;
}

/** Summaries that a level's rows take turns with. */
const VARIANTS = 16;

/** Fills a new database's tables with the history of one source, as years of running would leave it. */
export async function fillHistory(database: DataSource, filled: Filled): Promise<void> {
  await database.query('PRAGMA synchronous = OFF');
  await database.query("INSERT INTO sources (id, sourceid, name) VALUES (1, 0, 'bench')");
  await database.query(
    `INSERT INTO destinations (address, interval) SELECT '192.0.2.' || value, $1 FROM json_each($2)`,
    [filled.interval * 1000, JSON.stringify(range(1, filled.destinations))],
  );
  for (const period of PERIODS) await fillPeriod(database, period, filled);
  await fillResults(database, filled);
}

async function fillPeriod(database: DataSource, period: Period, filled: Filled): Promise<void> {
  const { until, kept, destinations, interval } = filled;
  await database.query('CREATE TEMP TABLE variant AS SELECT 0 AS n, * FROM rollups WHERE FALSE');
  const columns = ['n', ...SUMMARY_COLUMNS];
  for (const variant of range(0, VARIANTS - 1)) {
    const summary = summaryOf(period / interval, variant);
    await database.query(`INSERT INTO variant (${columns}) VALUES (${columns.map(() => '?')})`, [
      variant,
      ...SUMMARY_COLUMNS.map((name) => summary[name]),
    ]);
  }
  await database.query(
    `INSERT INTO rollups (${ROLLUP_COLUMNS.join()})
      WITH RECURSIVE start(at) AS (SELECT $1 UNION ALL SELECT at + $2 FROM start WHERE at + $2 < $3),
        destination(id) AS (SELECT id FROM destinations)
      SELECT $2, id, 1, at, 1, 1, ${SUMMARY_COLUMNS.map((name) => `variant.${name}`)}
      FROM destination, start, variant WHERE n = (at / $2 + id) % ${VARIANTS} AND id <= $4 ORDER BY id, at`,
    [until - kept[period], period, until, destinations],
  );
  await database.query('DROP TABLE variant');
}

function summaryOf(results: number, seed: number): SummaryColumns {
  const summary = new Summary();
  for (let rseq = 0; rseq < results; rseq++) {
    const isLost = (rseq * 7 + seed) % 97 === 0;
    summary.add({
      outcome: isLost ? 'timeout' : 'reply',
      doubt: null,
      rtt: isLost ? null : Math.round((20 + seed + 15 * Math.abs(Math.sin(rseq * 1.7 + seed))) * 1e6) / 1e6,
      rseq: rseq % 65_536,
      corrupt: false,
    });
  }
  summary.setMinute();
  return summary.columns();
}

/** In the order of time, as they would have come; the roll-ups cover them all. */
async function fillResults(
  database: DataSource,
  { destinations, interval, until, kept }: Filled,
): Promise<void> {
  const rounds = kept[0] / interval;
  await database.query(
    `INSERT INTO result_kinds (id, source_id, destination_id, rsite, rhost, address, rtype, rcode, icmptype, rid, datamatch, rttl, outcome)
      SELECT id, 1, id, 0, 0, '192.0.2.' || id, 1, 0, 0, 1792, TRUE, 60, 'reply' FROM destinations`,
  );
  await database.query(
    `INSERT INTO recent_results (kind_id, rtime, rtt_ns, rseq)
      WITH RECURSIVE round(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM round WHERE n + 1 < $1)
      SELECT id, ($2 + n * $3) * 1000000000 + id * 1000000, 20000000 + (n * 31 + id) % 977 * 20000, n % 65536
      FROM round, destinations ORDER BY n, id`,
    [rounds, until - kept[0], interval],
  );
  while (await sortChunk(database.manager));
  const newest = rounds * destinations;
  await database.query('INSERT INTO rollup_progress (source_id, result_id, newest) VALUES (1, $1, $1)', [
    newest,
  ]);
  await database.query('INSERT INTO rollup_positions SELECT 1, id, $1 FROM destinations', [newest]);
  // Where a minute's results are; other levels are not asked for that.
  await database.query(
    `UPDATE rollups SET first_result = 1 + ((start - $1) / $2) * $3, last_result = ((start - $1) / $2 + $4) * $3
      WHERE period = 60 AND start >= $1`,
    [until - kept[0], interval, destinations, MINUTE / interval],
  );
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

export const A_YEAR: Filled = {
  destinations: 20,
  interval: 6,
  until: 20_420 * DAY,
  kept: { 0: 7 * DAY, [MINUTE]: 90 * DAY, [HOUR]: 365 * DAY, [DAY]: 365 * DAY },
};

/** How many results such a history is worth. */
export const resultsOf = ({ destinations, interval, kept }: Filled): number =>
  (destinations * kept[DAY]) / interval;
