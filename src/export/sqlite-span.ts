import type { DataSource } from 'typeorm';
import { rtimesOf } from '../statistics/span.ts';
import { type PageQuery, pageStatement, type ResultPage } from './result-page.ts';

/** How many results are read at once of those that are not in a chunk yet. */
const RECENT = 16_384;

/**
 * The results of a chunk, which SQLite has to read as a whole to have them by id, or of as many recent ones. Throws
 * QueryFailedError.
 */
export async function readSqliteSpan(
  dataSource: DataSource,
  query: PageQuery,
): Promise<ResultPage | undefined> {
  const span = await spanAfter(dataSource, query);
  if (!span || span.first > query.newest) return undefined;
  const last = Math.min(span.last, query.newest);
  const { sql, parameters } = pageStatement('located_results', query.filter);
  const rows = await dataSource.query(`${sql} AND last_id > $1 AND first_id <= $2 ORDER BY id`, [
    Math.max(query.after, span.first - 1),
    last,
    ...parameters,
  ]);
  return { rows, last };
}

/** The first ids that are wanted after one. Chunks without a result of the time that is wanted are left out. */
async function spanAfter(
  dataSource: DataSource,
  { filter, after }: PageQuery,
): Promise<{ first: number; last: number } | undefined> {
  const [from, to] = rtimesOf(filter);
  const [chunk] = await dataSource.query(
    `SELECT first_id AS first, last_id AS last FROM result_chunks
      WHERE last_id > $1 AND last_rtime >= CAST($2 AS bigint) AND first_rtime < CAST($3 AS bigint) ORDER BY last_id LIMIT 1`,
    [after, from.toString(), to.toString()],
  );
  if (chunk) return chunk;
  const [recent] = await dataSource.query('SELECT min(id) AS first FROM recent_results WHERE id > $1', [
    after,
  ]);
  return recent.first === null ? undefined : { first: recent.first, last: recent.first + RECENT - 1 };
}
