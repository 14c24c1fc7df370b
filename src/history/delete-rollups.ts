import type { Period } from './levels.ts';
import type { Pair } from './reach.ts';
import type { Queries } from './rollup-table.ts';

export interface OldRollups {
  period: Period;
  /** Roll-ups whose periods began before then are old, s since the Unix epoch. */
  before: number;
  /** The pair after which this step begins; undefined at first. */
  after: Pair | undefined;
}

export interface RollupsDeleted {
  /** The last pair of the step; undefined after the last of all. */
  last: Pair | undefined;
  /** Whether these pairs may have more that is old. */
  isMore: boolean;
}

/** Pairs that are looked at, and periods of each that are deleted, in one step. */
const PAIRS_A_STEP = 50;
const PERIODS_A_STEP = 20;

/** Deletes the oldest of some pairs' old roll-ups. Runs in a transaction of the caller's. */
export async function deleteOldRollups(
  queries: Queries,
  { period, before, after }: OldRollups,
): Promise<RollupsDeleted> {
  const from = after
    ? `WHERE (source_id, destination_id) > (${after.source_id}, ${after.destination_id})`
    : '';
  const pairs = await queries.query<(Pair & { oldest: number | string | null })[]>(
    `SELECT source_id, destination_id, (SELECT min(start) FROM rollups AS r WHERE r.period = ${period}
        AND r.destination_id = p.destination_id AND r.source_id = p.source_id) AS oldest
      FROM rollup_positions AS p ${from} ORDER BY source_id, destination_id LIMIT ${PAIRS_A_STEP}`,
  );
  const last = pairs.at(-1);
  if (!last) return { last: undefined, isMore: false };
  const old = pairs.filter(({ oldest }) => oldest !== null && Number(oldest) < before);
  if (old.length === 0) return { last, isMore: false };
  const end = Math.min(...old.map(({ oldest }) => Number(oldest))) + PERIODS_A_STEP * period;
  const values = old.map(({ destination_id, source_id }) => `(${destination_id}, ${source_id})`);
  await queries.query(
    `DELETE FROM rollups WHERE period = ${period} AND (destination_id, source_id) IN (VALUES ${values})
      AND start < ${Math.min(before, end)}`,
  );
  return { last, isMore: true };
}
