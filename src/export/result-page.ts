import type { DataSource } from 'typeorm';
import type { Outcome } from '../entities/outcome.ts';
import { rtimesOf } from '../statistics/span.ts';

/** How many results are read at once. */
const PAGE = 2000;

/** Which results are wanted; what is not given does not matter. */
export interface ExportFilter {
  destinations?: readonly number[] | undefined;
  /** From then on, ms since the Unix epoch. */
  since?: number | undefined;
  /** Up to then, exclusively, ms since the Unix epoch. */
  until?: number | undefined;
  outcomes?: readonly Outcome[] | undefined;
}

/** A row as the database gives it; `rtime` as text, because a number would be rounded. */
export type StoredRow = Record<string, unknown> & { id: number | string };

export interface PageQuery {
  filter: ExportFilter;
  /** Only results with greater ids, and none above `newest`. */
  after: number;
  newest: number;
}

export interface ResultPage {
  /** In the order of their ids. */
  rows: StoredRow[];
  /** Up to this id there are no others. */
  last: number;
}

const STORED = `id, CAST(rtime AS TEXT) AS rtime, destination_id, source_id, address, outcome, doubt, rseq, rtt, rttl, rtype,
  icmptype, rcode, rid, datamatch, rsite, rhost`;

/** The rows of a table that are wanted: `$1` is an id before them, `$2` the last one of all. */
export function pageStatement(table: string, filter: ExportFilter): { sql: string; parameters: string[] } {
  const { since, until, outcomes, destinations } = filter;
  const parameters: string[] = [];
  const place = (value: string) => `$${parameters.push(value) + 2}`;
  const [from, to] = rtimesOf({ since, until });
  const conditions = ['id > $1', 'id <= $2'];
  if (since !== undefined) conditions.push(`rtime >= CAST(${place(from.toString())} AS bigint)`);
  if (until !== undefined) conditions.push(`rtime < CAST(${place(to.toString())} AS bigint)`);
  if (outcomes) conditions.push(`outcome IN (${outcomes.map(place).join(', ')})`);
  // Numbers of the table's own; as parameters there could be too many.
  if (destinations) conditions.push(`destination_id IN (${destinations.join(', ')})`);
  return { sql: `SELECT ${STORED} FROM ${table} WHERE ${conditions.join(' AND ')}`, parameters };
}

/** Of a table that has an index of its ids. Throws QueryFailedError. */
export async function readPage(
  dataSource: DataSource,
  { filter, after, newest }: PageQuery,
): Promise<ResultPage | undefined> {
  const { sql, parameters } = pageStatement('results', filter);
  const rows: StoredRow[] = await dataSource.query(`${sql} ORDER BY id LIMIT ${PAGE}`, [
    after,
    newest,
    ...parameters,
  ]);
  const last = rows.at(-1);
  return last && { rows, last: Number(last.id) };
}
