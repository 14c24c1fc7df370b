import type { DataSource } from 'typeorm';
import type { Doubt } from '../entities/doubt.ts';
import { labelOf } from '../entities/label.ts';
import type { Outcome } from '../entities/outcome.ts';
import { rtimeFrom } from '../statistics/query.ts';
import { elementsOf } from '../storage/sql.ts';

/** A result as the table has it; `rtime` as text, because a number would round it. */
export interface ResultRow {
  id: number;
  /** ns since the Unix epoch. */
  rtime: string;
  destination_id: number | null;
  /** What people call the destination; null when there is no such row any more. */
  destination: string | null;
  address: string | null;
  outcome: Outcome;
  doubt: Doubt | null;
  rseq: number | null;
  /** ms */
  rtt: number | null;
  rttl: number | null;
  rtype: number | null;
  icmptype: number | null;
  rcode: number | null;
  rid: number | null;
  datamatch: boolean | null;
  rsite: number | null;
  rhost: number | null;
  source_id: number | null;
}

/** Which results are wanted; what is not given does not matter. */
export interface ResultFilter {
  destinations?: readonly number[];
  /** ms since the Unix epoch. */
  since?: number;
  outcomes?: readonly Outcome[];
}

/** Of `results`, joined as `JOINED` says. */
export const COLUMNS = `results.id, CAST(results.rtime AS TEXT) AS rtime, results.destination_id,
  destinations.address AS destination, destinations.protocol, destinations.port, results.address, outcome, doubt, rseq, rtt, rttl, rtype, icmptype, rcode, rid, datamatch,
  rsite, rhost, results.source_id`;

export const JOINED = 'LEFT JOIN destinations ON destinations.id = results.destination_id';

/** The newest of the results that pass a filter, oldest first, as ids: a page of rows at a time is read from them. */
export async function newestIds(
  dataSource: DataSource,
  filter: ResultFilter,
  limit: number,
): Promise<number[]> {
  const outcomes = listOf(filter.outcomes);
  const { destinations } = filter;
  const since = rtimeFrom(filter.since);
  const rows: { id: number }[] = destinations
    ? await dataSource.query(newestOfDestinations(dataSource), [
        JSON.stringify(destinations),
        since,
        outcomes,
        limit,
      ])
    : await dataSource.query(newest(dataSource), [since, outcomes, limit]);
  return rows.map(({ id }) => id);
}

/** Whether `outcome` is in a JSON array, or there is none. */
export const isWanted = (dataSource: DataSource, outcomes: string): string =>
  `(CAST(${outcomes} AS text) IS NULL OR outcome IN (SELECT value FROM ${elementsOf(dataSource, outcomes, 'text')} AS outcomes))`;

/** Ids grow with time, so that the newest are found first; where there are fewer, all are looked at (30 ns each). */
const newest = (dataSource: DataSource): string => `SELECT id FROM (
    SELECT id, rtime FROM results WHERE rtime >= CAST($1 AS bigint) AND ${isWanted(dataSource, '$2')}
    ORDER BY id DESC LIMIT CAST($3 AS bigint)
  ) AS newest
  ORDER BY rtime, id`;

/** The newest of each destination come from the index; the newest of them all are among these. */
const newestOfDestinations = (dataSource: DataSource): string => {
  const wanted = elementsOf(dataSource, '$1', 'bigint');
  const found = `FROM results WHERE destination_id = wanted.value AND rtime >= CAST($2 AS bigint)
      AND ${isWanted(dataSource, '$3')} ORDER BY rtime DESC, id DESC LIMIT CAST($4 AS bigint)`;
  const candidates =
    dataSource.options.type === 'postgres'
      ? `SELECT id, rtime FROM ${wanted} AS wanted CROSS JOIN LATERAL (SELECT id, rtime ${found}) AS results`
      : `SELECT results.id, rtime FROM ${wanted} AS wanted CROSS JOIN results ON results.id IN (SELECT id ${found})`;
  return `SELECT id FROM (${candidates} ORDER BY rtime DESC, id DESC LIMIT CAST($4 AS bigint)) AS newest ORDER BY rtime, id`;
};

/** The rows with these ids, in their order. */
export async function resultsWithIds(dataSource: DataSource, ids: readonly number[]): Promise<ResultRow[]> {
  const rows = await dataSource.query(
    `SELECT ${COLUMNS} FROM ${elementsOf(dataSource, '$1', 'bigint')} AS wanted
      JOIN results ON results.id = wanted.value ${JOINED} ORDER BY wanted.key`,
    [JSON.stringify(ids)],
  );
  return rows.map(hydrated);
}

export const listOf = (values: readonly (number | string)[] | undefined): string | null =>
  values ? JSON.stringify(values) : null;

type StoredRow = Omit<ResultRow, 'destination' | 'datamatch'> & {
  destination: unknown;
  protocol: unknown;
  port: unknown;
  datamatch: number | null;
};

export const hydrated = ({ destination, protocol, port, ...row }: StoredRow): ResultRow => ({
  ...row,
  destination: destination === null ? null : labelOf({ address: destination, protocol, port }),
  datamatch: row.datamatch === null ? null : Boolean(row.datamatch),
});
