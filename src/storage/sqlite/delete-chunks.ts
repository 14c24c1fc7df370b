import type { EntityManager } from 'typeorm';
import { nanoseconds } from '../../history/levels.ts';

/** Rows that one step deletes: some ms. */
const ROWS_A_STEP = 2000;

/** The oldest chunk whose results are all old and all in roll-ups. */
const NEXT = `SELECT chunk.id FROM result_chunks AS chunk WHERE chunk.last_rtime < CAST($1 AS bigint) AND NOT EXISTS (
    SELECT 1 FROM sorted_results AS sorted JOIN result_kinds AS kind ON kind.id = sorted.kind_id
      LEFT JOIN rollup_positions AS p ON p.source_id = kind.source_id AND p.destination_id = kind.destination_id
    WHERE sorted.chunk_id = chunk.id AND coalesce(p.result_id, 0) < chunk.first_id + sorted.n)
  ORDER BY chunk.id LIMIT 1`;

const DELETE = `DELETE FROM sorted_results WHERE (chunk_id, kind_id, n) IN (
    SELECT chunk_id, kind_id, n FROM sorted_results WHERE chunk_id = $1 ORDER BY kind_id, n LIMIT ${ROWS_A_STEP})`;

/**
 * Deletes some of a chunk of results from before a moment, s since the Unix epoch; returns whether there may be more. A chunk goes
 * when the last of its results is old. In a transaction of the caller's.
 */
export async function deleteChunks(manager: EntityManager, before: number): Promise<boolean> {
  const [chunk]: { id: number }[] = await manager.query(NEXT, [nanoseconds(before)]);
  if (!chunk) return false;
  await manager.query(DELETE, [chunk.id]);
  await manager.query(
    'DELETE FROM result_chunks WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM sorted_results WHERE chunk_id = $1)',
    [chunk.id],
  );
  return true;
}
