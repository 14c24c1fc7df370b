import type { DataSource } from 'typeorm';
import { ROLLUP_COLUMNS, SUMMARY_COLUMNS } from '../../src/entities/rollup.ts';
import { DAY, HOUR } from '../../src/history/levels.ts';
import { Summary } from '../../src/statistics/summary.ts';

/** How far back history reaches, days. */
const DAYS = 30;

/** Gives every destination of a crowd 30 days of history, in hours and days, as one source's roll-ups. */
export async function fillDays(database: DataSource): Promise<void> {
  await database.query('PRAGMA synchronous = OFF');
  await database.query("INSERT INTO sources (id, sourceid, name) VALUES (1, 0, 'here')");
  // As if a result, which is not kept any more, had been the last that they cover.
  await database.query('INSERT INTO rollup_progress (source_id, result_id, newest) VALUES (1, 1, 1)');
  await database.query(
    'INSERT INTO rollup_positions (source_id, destination_id, result_id) SELECT 1, id, 1 FROM destinations',
  );
  const now = Math.floor(Date.now() / 1000);
  for (const period of [HOUR, DAY] as const) {
    const until = Math.floor(now / period) * period;
    const summary = summaryOf(period / 60).columns();
    await database.query(
      `INSERT INTO rollups (${ROLLUP_COLUMNS.join()})
        WITH RECURSIVE start(at) AS (SELECT $1 UNION ALL SELECT at + $2 FROM start WHERE at + $2 < $3)
        SELECT $2, destinations.id, 1, at, 1, 1, ${SUMMARY_COLUMNS.map((_, n) => `$${n + 4}`)}
        FROM destinations, start ORDER BY destinations.id, at`,
      [until - DAYS * DAY, period, until, ...SUMMARY_COLUMNS.map((name) => summary[name])],
    );
  }
}

function summaryOf(results: number): Summary {
  const summary = new Summary();
  for (let rseq = 0; rseq < results; rseq++) {
    const isLost = rseq % 50 === 7;
    summary.add({
      outcome: isLost ? 'timeout' : 'reply',
      doubt: null,
      rtt: isLost ? null : 20 + 15 * Math.abs(Math.sin(rseq)),
      rseq,
      corrupt: false,
    });
  }
  summary.setMinute();
  return summary;
}
