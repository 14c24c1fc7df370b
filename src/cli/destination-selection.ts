import type { EntityManager } from 'typeorm';
import { destinationOf } from '../destinations/address.ts';
import { Destination } from '../entities/destination.ts';
import { type Labelled, labelOf } from '../entities/label.ts';
import { addressKey } from '../entities/settings.ts';
import { elementsOf } from '../storage/sql.ts';
import { CommandFailure } from './failure.ts';
import { oneLine } from './format.ts';

const isId = (text: string): boolean => /^-?\d+$/.test(text);

/** The rows that ids, names and addresses stand for, each once. Throws CommandFailure when one of them stands for none. */
export async function selectDestinations(
  manager: EntityManager,
  texts: readonly string[],
): Promise<Destination[]> {
  const idsOf = await lookup(manager);
  const ids = new Set<number>();
  for (const text of texts) {
    const found = idsOf(text);
    if (found.length === 0) throw unknown(text);
    for (const id of found) ids.add(id);
  }
  return manager
    .getRepository(Destination)
    .createQueryBuilder('destination')
    .where(
      `destination.id IN (SELECT value FROM ${elementsOf(manager.connection, ':ids', 'bigint')} AS wanted)`,
      { ids: JSON.stringify([...ids]) },
    )
    .orderBy('destination.id')
    .getMany();
}

/**
 * The ids of the destinations whose results an id, a name or an address asks for; one that has been removed still goes by its
 * id as long as it has results. Throws CommandFailure when there is none.
 */
export async function selectIds(manager: EntityManager, text: string): Promise<number[]> {
  const found = (await lookup(manager))(text);
  if (found.length > 0) return found;
  const id = Number(text);
  const [result] = isId(text)
    ? await manager.query(
        `SELECT 1 FROM rollup_positions WHERE destination_id = CAST($1 AS bigint)
          UNION ALL SELECT 1 FROM results WHERE destination_id = CAST($1 AS bigint) LIMIT 1`,
        [id],
      )
    : [];
  if (!result) throw unknown(text);
  return [id];
}

/** Finds the ids that a text stands for: its own, or those of the rows with that address or name, or that people call so. */
async function lookup(manager: EntityManager): Promise<(text: string) => number[]> {
  const rows: (Labelled & { id: number; name: string | null })[] = await manager.query(
    'SELECT id, address, protocol, port, name FROM destinations',
  );
  const ids = new Set(rows.map(({ id }) => id));
  return (text) => {
    if (isId(text)) return ids.has(Number(text)) ? [Number(text)] : [];
    const [address, label, name] = [addressKey(text), labelMeant(text), text.toLowerCase()];
    return rows
      .filter(
        (row) =>
          addressKey(row.address) === address || labelKey(row) === label || row.name?.toLowerCase() === name,
      )
      .map(({ id }) => id);
  };
}

/** What the spellings of one label have in common. */
const labelKey = (row: Labelled): string => labelOf({ ...row, address: addressKey(row.address) });

/** The label that a URL stands for; the text itself where it is none. */
function labelMeant(text: string): string {
  try {
    return labelKey(destinationOf(text));
  } catch {
    return text;
  }
}

const unknown = (text: string): CommandFailure =>
  new CommandFailure(
    `there is no destination ${oneLine(text)}; "pinger destinations list" shows those there are`,
  );
