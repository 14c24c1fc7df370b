import type { DataSource } from 'typeorm';
import { expect } from 'vitest';
import { type Rollup, SUMMARY_COLUMNS } from '../../src/entities/rollup.ts';
import { minuteOf } from '../../src/history/facts.ts';
import { PERIODS, startOf } from '../../src/history/levels.ts';
import { observationOf } from '../../src/statistics/observation.ts';
import { Summary, type SummaryColumns } from '../../src/statistics/summary.ts';
import type { NewResult } from '../../src/storage/store.ts';

export const SECOND = 1_000_000_000n;

/** A result that a monitor might have made. */
export const resultOf = (changed: Partial<NewResult> = {}): NewResult => ({
  destination_id: 1,
  rtime: 0n,
  address: '192.0.2.1',
  rtt: 10,
  rtype: 1,
  rcode: 0,
  icmptype: 0,
  rid: 1,
  rseq: 1,
  datamatch: true,
  rttl: 60,
  outcome: 'reply',
  doubt: null,
  sentAt: null,
  reason: null,
  ...changed,
});

interface StoredRow extends NewResult {
  id: number;
  source_id: number;
}

export const storedRows = async (database: DataSource, where = 'TRUE'): Promise<StoredRow[]> => {
  const rows: (Omit<StoredRow, 'rtime'> & { rtime: string })[] = await database.query(
    `SELECT id, source_id, destination_id, CAST(rtime AS TEXT) AS rtime, outcome, doubt, rtt, rseq, rtype, datamatch
      FROM results WHERE ${where} ORDER BY id`,
  );
  return rows.map((row) => ({
    ...row,
    rtime: BigInt(row.rtime),
    datamatch: row.datamatch === null ? null : Boolean(row.datamatch),
  }));
};

/** The name of a roll-up's key. */
export const keyOf = (key: Pick<Rollup, 'period' | 'source_id' | 'destination_id' | 'start'>): string =>
  [key.period, key.source_id, key.destination_id, key.start].join(' ');

/** What the roll-ups of results have to be, by key, made in the plainest way there is; `where` says of which. */
export async function expectedRollups(database: DataSource, where?: string): Promise<Map<string, object>> {
  const summaries = new Map<string, Summary>();
  const at = (key: string) => {
    const summary = summaries.get(key) ?? new Summary();
    summaries.set(key, summary);
    return summary;
  };
  for (const row of await storedRows(database, where)) {
    const minute = minuteOf(row.rtime.toString());
    for (const period of PERIODS)
      at(keyOf({ ...row, period, start: startOf(period, minute) })).add(observationOf(row));
  }
  for (const [key, summary] of summaries) {
    const [period, source_id, destination_id, start] = key.split(' ').map(Number) as [
      number,
      number,
      number,
      number,
    ];
    if (period !== PERIODS[0]) continue;
    summary.setMinute();
    for (const longer of PERIODS.slice(1)) {
      const sum = at(keyOf({ period: longer, source_id, destination_id, start: startOf(longer, start) }));
      sum.minutesObserved += summary.minutesObserved;
      sum.minutesAvailable += summary.minutesAvailable;
    }
  }
  return new Map([...summaries].map(([key, summary]) => [key, within(columnsOf(summary.columns()))]));
}

/** What is in the table, by key. */
export async function storedRollups(database: DataSource): Promise<Map<string, object>> {
  const rows: Rollup[] = await database.query('SELECT * FROM rollups');
  return new Map(rows.map((row) => [keyOf({ ...row, start: Number(row.start) }), columnsOf(row)]));
}

/** Those results that the table of positions says are in the roll-ups. */
export const COVERED = `id <= (SELECT result_id FROM rollup_positions AS p
  WHERE p.source_id = results.source_id AND p.destination_id = results.destination_id)`;

const columnsOf = (columns: SummaryColumns): SummaryColumns => ({
  ...(Object.fromEntries(SUMMARY_COLUMNS.map((name) => [name, columns[name]])) as unknown as SummaryColumns),
  sketch: new Uint8Array(columns.sketch),
});

/** The same figures, where what depends on the order of floating-point operations need not agree in every digit. */
export const within = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      /mean|variance/.test(name) && typeof value === 'number'
        ? expect.closeTo(value, 6 - Math.ceil(Math.log10(Math.abs(value) + 1)))
        : value,
    ]),
  );

/** Figures that do not depend on the order in which results came. */
export const FIGURES = SUMMARY_COLUMNS.filter(
  (name) => !name.startsWith('ipdv') && !name.includes('loss_period') && name !== 'sketch',
);
