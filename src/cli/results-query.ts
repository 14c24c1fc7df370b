import type { DataSource } from 'typeorm';
import type { Doubt } from '../entities/doubt.ts';
import { labelOf } from '../entities/label.ts';
import type { Outcome } from '../entities/outcome.ts';
import { rtimeFrom } from '../statistics/query.ts';

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

const COLUMNS = `results.id, CAST(results.rtime AS TEXT) AS rtime, results.destination_id,
  destinations.address AS destination, destinations.protocol, destinations.port, results.address, outcome, doubt, rseq, rtt, rttl, rtype, icmptype, rcode, rid, datamatch,
  rsite, rhost, results.source_id`;

const JOINED = 'LEFT JOIN destinations ON destinations.id = results.destination_id';

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
    ? await dataSource.query(NEWEST_OF_DESTINATIONS, [
        JSON.stringify(destinations),
        since,
        outcomes,
        outcomes,
        limit,
        limit,
      ])
    : await dataSource.query(NEWEST, [since, outcomes, outcomes, limit]);
  return rows.map(({ id }) => id);
}

const IS_WANTED = '(? IS NULL OR outcome IN (SELECT value FROM json_each(?)))';

/** Ids grow with time, so that the newest are found first; where there are fewer, all are looked at (30 ns each). */
const NEWEST = `SELECT id FROM (
    SELECT id, rtime FROM results WHERE rtime >= CAST(? AS INTEGER) AND ${IS_WANTED} ORDER BY id DESC LIMIT ?
  )
  ORDER BY rtime, id`;

/** The newest of each destination come from the index; the newest of them all are among these. */
const NEWEST_OF_DESTINATIONS = `SELECT id FROM (
    SELECT results.id, rtime FROM json_each(?) AS wanted CROSS JOIN results ON results.id IN (
      SELECT newest.id FROM results AS newest
      WHERE newest.destination_id IS wanted.value AND newest.rtime >= CAST(? AS INTEGER) AND ${IS_WANTED}
      ORDER BY newest.rtime DESC, newest.id DESC LIMIT ?)
    ORDER BY rtime DESC, results.id DESC LIMIT ?
  ) ORDER BY rtime, id`;

/** The rows with these ids, in their order. */
export async function resultsWithIds(dataSource: DataSource, ids: readonly number[]): Promise<ResultRow[]> {
  const rows = await dataSource.query(
    `SELECT ${COLUMNS} FROM json_each(?) AS wanted JOIN results ON results.id = wanted.value ${JOINED} ORDER BY wanted.key`,
    [JSON.stringify(ids)],
  );
  return rows.map(hydrated);
}

/** The id of the newest result, 0 when there is none. */
export async function newestId(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query('SELECT coalesce(max(id), 0) AS id FROM results');
  return row.id;
}

/** The results stored after the one with the id `after`, in that order, at most `limit`; `since` does not matter. */
export async function resultsAfter(
  dataSource: DataSource,
  { destinations, outcomes }: ResultFilter,
  after: number,
  limit: number,
): Promise<ResultRow[]> {
  const [ids, wanted] = [listOf(destinations), listOf(outcomes)];
  // The plus keeps SQLite from reading all of a destination's results instead of the last ones.
  const rows = await dataSource.query(
    `SELECT ${COLUMNS} FROM results ${JOINED} WHERE results.id > ? AND ${IS_WANTED}
      AND (? IS NULL OR +results.destination_id IN (SELECT value FROM json_each(?))) ORDER BY results.id LIMIT ?`,
    [after, wanted, wanted, ids, ids, limit],
  );
  return rows.map(hydrated);
}

const listOf = (values: readonly (number | string)[] | undefined): string | null =>
  values ? JSON.stringify(values) : null;

type StoredRow = Omit<ResultRow, 'destination' | 'datamatch'> & {
  destination: unknown;
  protocol: unknown;
  port: unknown;
  datamatch: number | null;
};

const hydrated = ({ destination, protocol, port, ...row }: StoredRow): ResultRow => ({
  ...row,
  destination: destination === null ? null : labelOf({ address: destination, protocol, port }),
  datamatch: row.datamatch === null ? null : Boolean(row.datamatch),
});
