import type { EntityManager } from 'typeorm';
import type { Source } from '../entities/source.ts';
import type { Batch } from './batch.ts';
import type { Appended, StoreSession } from './dialect.ts';
import { rtimeOf, type SignOfLife } from './store.ts';

/** Who wrote last, and how far: in the row of the source, so that a look at it costs no page of its own. */
const SOURCE = 'SELECT location, host, writer, batch FROM sources WHERE id = $1';
const NOTE_BATCH = `UPDATE sources SET writer = $1, batch = $2,
  seen = CASE WHEN seen > CAST($3 AS bigint) THEN seen ELSE coalesce(CAST($3 AS bigint), seen) END WHERE id = $4`;

/** Whoever reads roll-ups has to know whether there is more than they cover. */
const NOTE_NEWEST = `INSERT INTO rollup_progress (source_id, result_id, newest) VALUES ($1, 0, $2)
  ON CONFLICT (source_id) DO UPDATE SET newest = excluded.newest`;

const NOTE_GAP = `INSERT INTO gaps (source_id, start, "end", reason) VALUES ($1, CAST($2 AS bigint), CAST($3 AS bigint), $4)
  ON CONFLICT (source_id, start, reason) DO UPDATE SET "end" = excluded."end"`;

export interface BatchToStore extends Pick<Batch, 'writer' | 'number' | 'rows'> {
  session: StoreSession;
  source: Source;
}

/** Stores a batch in a transaction of the caller's; undefined where it is stored already. */
export async function storeBatch(
  manager: EntityManager,
  { session, source, writer, number, rows }: BatchToStore,
): Promise<Appended | undefined> {
  // A connection that was given up may still be storing this very batch, and has the row until it has done so.
  const lock = session.dataSource.options.type === 'postgres' ? ' FOR UPDATE' : '';
  const [row]: (Pick<Source, 'location' | 'host'> & { writer: string; batch: number })[] =
    await manager.query(SOURCE + lock, [source.id]);
  if (row && row.writer === writer && row.batch >= number) return undefined;
  const newest = rows.at(-1);
  const seen = newest === undefined ? null : rtimeOf(newest);
  await manager.query(NOTE_BATCH, [writer, number, seen, source.id]);
  const { location, host } = row ?? source;
  const stored = await session.append(manager, { id: source.id, location, host }, rows);
  await manager.query(NOTE_NEWEST, [source.id, stored.ids.last]);
  return stored;
}

/** When a source was last heard of, ns since the Unix epoch; null if it never was. */
export async function readLastSeen(manager: EntityManager, { id }: Source): Promise<bigint | null> {
  const [row]: { seen: string | null }[] = await manager.query(
    'SELECT CAST(seen AS TEXT) AS seen FROM sources WHERE id = $1',
    [id],
  );
  return row?.seen == null ? null : BigInt(row.seen);
}

/** In a transaction of the caller's. */
export async function noteSign(
  manager: EntityManager,
  { id }: Source,
  { seen, gaps, stopped = false }: SignOfLife,
): Promise<void> {
  const values = [seen.toString(), stopped, id];
  await manager.query('UPDATE sources SET seen = CAST($1 AS bigint), stopped = $2 WHERE id = $3', values);
  for (const { start, end, reason } of gaps)
    await manager.query(NOTE_GAP, [id, start.toString(), end.toString(), reason]);
}
