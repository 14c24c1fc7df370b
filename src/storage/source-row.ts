import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { Source } from '../entities/source.ts';
import { DatabaseError } from './store.ts';

/** How many sources a packet can name: https://www.rfc-editor.org/rfc/rfc792 has 16 bits, of which the source has the high ones. */
const SOURCEIDS = 256;

/**
 * The row of the source with this name, made if there is none. Runs in an edit, so that no other source gets the same sourceid.
 * `database`: its name, for errors. Throws DatabaseError.
 */
export async function sourceNamed(manager: EntityManager, name: string, database: string): Promise<Source> {
  const sources = manager.getRepository(Source);
  const found = (await sources.findOneBy({ name })) ?? (await make(manager, name, database));
  // The table's own check lets fractions through.
  if (!Number.isInteger(found.sourceid))
    throw new DatabaseError(
      `database ${database}: source ${name}: sourceid ${found.sourceid}: expected a whole number from 0 to ${SOURCEIDS - 1}`,
      false,
    );
  return { ...found, key: await keyOf(manager, found.id) };
}

async function make(manager: EntityManager, name: string, database: string): Promise<Source> {
  const sources = manager.getRepository(Source);
  const taken = new Set((await sources.find()).map(({ sourceid }) => sourceid));
  let sourceid = 0;
  while (taken.has(sourceid)) sourceid++;
  if (sourceid >= SOURCEIDS)
    throw new DatabaseError(
      `database ${database}: all ${SOURCEIDS} sourceids are taken; remove a row from sources that is not in use`,
      false,
    );
  await sources.insert({ name, sourceid, location: 0, host: 0, address: null });
  return sources.findOneByOrFail({ name });
}

/** The key of a source, made where it has none: whoever inserts a row need not know of it. */
async function keyOf(manager: EntityManager, id: number): Promise<string> {
  const [row]: { key: string | null }[] = await manager.query('SELECT key FROM sources WHERE id = $1', [id]);
  if (row?.key) return row.key;
  const key = randomUUID();
  await manager.query('UPDATE sources SET key = $1 WHERE id = $2', [key, id]);
  return key;
}
