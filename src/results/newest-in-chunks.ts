import type { DataSource } from 'typeorm';
import { rtimeFrom } from '../statistics/query.ts';
import type { ResultFilter } from './query.ts';

/** How many ids back are looked at first, and how many times as many each time after that. */
const FIRST_WINDOW = 4096;
const GROWTH = 8;

/**
 * SQLite keeps results in chunks, sorted by what they are about. Newest first, one stretch of ids after the other is looked
 * through, each longer than the last: chunks that are older than what is asked for, or have nothing of a destination, cost next to nothing.
 */
export async function newestInChunks(
  dataSource: DataSource,
  { destinations, since, outcomes }: ResultFilter,
  limit: number,
): Promise<number[]> {
  const from = rtimeFrom(since);
  const found: { id: number; rtime: bigint }[] = [];
  const [{ id: newest }] = await dataSource.query('SELECT id FROM newest_result');
  let window = Math.max(FIRST_WINDOW, limit);
  for (let end: number = newest; end > 0 && found.length < limit; end -= window, window *= GROWTH) {
    const rows: { id: number; rtime: string }[] = await dataSource.query(
      `SELECT id, CAST(rtime AS TEXT) AS rtime FROM located_results AS results
        WHERE ${idsBetween(end - window + 1, end)} AND rtime >= CAST($1 AS bigint) AND last_rtime >= CAST($1 AS bigint)
          AND ${destinations ? inDestinations(destinations) : 'TRUE'}
          AND ($2 IS NULL OR outcome IN (SELECT value FROM json_each($2)))
        ORDER BY id DESC LIMIT $3`,
      [from, outcomes ? JSON.stringify(outcomes) : null, limit - found.length],
    );
    for (const { id, rtime } of rows) found.push({ id, rtime: BigInt(rtime) });
  }
  const inOrder = (a: bigint, b: bigint) => (a < b ? -1 : Number(a > b));
  return found.sort((a, b) => inOrder(a.rtime, b.rtime) || a.id - b.id).map(({ id }) => id);
}

/** As a condition on `located_results AS results`, with both ends. */
export const idsBetween = (first: number, last: number): string =>
  `results.id >= ${Number(first)} AND last_id >= ${Number(first)} AND results.id <= ${Number(last)} AND first_id <= ${Number(last)}`;

/** As a condition on `results`. */
export const inDestinations = (ids: readonly number[]): string =>
  `results.destination_id IN (${ids.map(Number)})`;
