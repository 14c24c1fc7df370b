import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';

/** The key of a source, made where it has none: whoever inserts a row need not know of it. Runs in a transaction of the caller's. */
export async function sourceKey(manager: EntityManager, id: number): Promise<string> {
  const [row]: { key: string | null }[] = await manager.query('SELECT key FROM sources WHERE id = $1', [id]);
  if (row?.key) return row.key;
  const key = randomUUID();
  await manager.query('UPDATE sources SET key = $1 WHERE id = $2', [key, id]);
  return key;
}
