import type { DataSource } from 'typeorm';
import type { Doubt } from '../entities/doubt.ts';
import { labelOf } from '../entities/label.ts';
import type { Outcome } from '../entities/outcome.ts';
import { rtimeFrom } from '../statistics/query.ts';
import { elementsOf } from '../storage/sql.ts';
import { idsBetween, inDestinations, newestInChunks } from './newest-in-chunks.ts';

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
  if (!isServer(dataSource)) return newestInChunks(dataSource, filter, limit);
  const { destinations } = filter;
  const [since, outcomes] = [rtimeFrom(filter.since), listOf(filter.outcomes)];
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

export const isServer = ({ options }: DataSource): boolean => options.type === 'postgres';

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
const newestOfDestinations = (dataSource: DataSource): string => `SELECT id FROM (
    SELECT id, rtime FROM ${elementsOf(dataSource, '$1', 'bigint')} AS wanted CROSS JOIN LATERAL (
      SELECT id, rtime FROM results WHERE destination_id = wanted.value AND rtime >= CAST($2 AS bigint)
        AND ${isWanted(dataSource, '$3')} ORDER BY rtime DESC, id DESC LIMIT CAST($4 AS bigint)) AS results
    ORDER BY rtime DESC, id DESC LIMIT CAST($4 AS bigint)
  ) AS newest ORDER BY rtime, id`;

/** The rows with these ids, in their order. \`destinations\`: the only ones that they may be about. */
export async function resultsWithIds(
  dataSource: DataSource,
  ids: readonly number[],
  destinations?: readonly number[],
): Promise<ResultRow[]> {
  if (ids.length === 0) return [];
  const bounds = `${idsBetween(Math.min(...ids), Math.max(...ids))} AND ${destinations ? inDestinations(destinations) : 'TRUE'}`;
  const rows: StoredRow[] = await dataSource.query(
    `SELECT ${COLUMNS} FROM located_results AS results ${JOINED}
      WHERE ${bounds} AND results.id IN (${ids.map(Number)})`,
  );
  const byId = new Map(rows.map((row) => [Number(row.id), hydrated(row)]));
  return ids.flatMap((id) => byId.get(Number(id)) ?? []);
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
