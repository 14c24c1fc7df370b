import { nanoseconds } from './levels.ts';
import type { Queries } from './rollup-table.ts';

export interface OldResults {
  /** Where the last step has ended: an id. */
  after: number;
  /** Results before then are old, s since the Unix epoch. */
  before: number;
  /** s since the Unix epoch; a result from after this comes of a wall clock that was wrong. */
  now: number;
  /** How many results are looked at. */
  most: number;
}

type Numeric = number | string;

export interface ResultsDeleted {
  /** Up to which id results have been looked at; undefined at the end, and where they are all too new. */
  last: number | undefined;
  /** The first of those looked at that is too new, and has to be looked at again; undefined without any. */
  kept: number | undefined;
}

/** There results lie in partitions, of which whole ones are dropped; these are the ones that no partition is for. */
const POSTGRES = {
  table: 'results_default',
  isRolledUp: `SELECT 1 FROM rollup_positions AS p WHERE p.source_id = results_default.source_id
    AND p.destination_id = results_default.destination_id AND p.result_id >= results_default.id`,
};

/** There results are a view of two tables; of the other one, whole chunks are deleted. */
const SQLITE = {
  table: 'recent_results',
  isRolledUp: `SELECT 1 FROM result_kinds AS k JOIN rollup_positions AS p ON p.source_id = k.source_id
    AND p.destination_id = k.destination_id WHERE k.id = recent_results.kind_id AND p.result_id >= recent_results.id`,
};

/**
 * Deletes those of the next results that are old and in the roll-ups. Runs in a transaction of the caller's.
 *
 * Results lie in the order in which they were stored, which is nearly that of time.
 */
export async function deleteOldResults(
  queries: Queries,
  { after, before, now, most }: OldResults,
): Promise<ResultsDeleted> {
  const { table, isRolledUp } = queries.connection.options.type === 'sqlite' ? SQLITE : POSTGRES;
  const [seen] = await queries.query<Record<'last' | 'old' | 'kept', Numeric | null>[]>(
    `SELECT max(id) AS last, sum(CASE WHEN rtime < CAST($1 AS bigint) THEN 1 ELSE 0 END) AS old,
        min(CASE WHEN rtime >= CAST($1 AS bigint) AND rtime <= CAST($2 AS bigint) THEN id END) AS kept
      FROM (SELECT id, rtime FROM ${table} WHERE id > $3 ORDER BY id LIMIT $4) AS next`,
    [nanoseconds(before), nanoseconds(now), after, most],
  );
  if (!seen || seen.last === null) return { last: undefined, kept: undefined };
  const kept = seen.kept === null ? undefined : Number(seen.kept);
  const last = Number(seen.last);
  if (Number(seen.old) === 0) return { last: kept === undefined ? last : undefined, kept };
  await queries.query(
    `DELETE FROM ${table} WHERE id > $1 AND id <= $2 AND rtime < CAST($3 AS bigint) AND EXISTS (${isRolledUp})`,
    [after, last, nanoseconds(before)],
  );
  return { last, kept };
}
