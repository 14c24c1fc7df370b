import { type EntityManager, In } from 'typeorm';
import { Destination } from '../entities/destination.ts';
import { hasPort, type Protocol } from '../entities/protocol.ts';
import { addressKey } from '../entities/settings.ts';
import type { NewDestination } from './store.ts';

/** So many are written and read at a time: some ms of TypeORM's, after which others have their turn. */
const ROWS_A_STATEMENT = 100;

/** What makes two rows the same destination to who adds one; ICMP has no use for a port, but its rows may have one. */
export const keyOf = ({
  address,
  protocol,
  port,
}: {
  address: unknown;
  protocol: unknown;
  port?: unknown;
}): string => `${protocol} ${hasPort(protocol as Protocol) ? port : ''} ${addressKey(address)}`;

export interface AddedDestinations {
  added: Destination[];
  /** Those that were there, with settings of their own. */
  existing: Destination[];
}

/** Adds the rows whose address, protocol and port the table does not have yet. Runs in a transaction of the caller's. */
export async function addMissing(
  manager: EntityManager,
  rows: readonly NewDestination[],
): Promise<AddedDestinations> {
  const present: { id: number; address: unknown; protocol: unknown; port: unknown }[] = await manager.query(
    'SELECT id, address, protocol, port FROM destinations ORDER BY id DESC',
  );
  const ids = new Map(present.map((row) => [keyOf(row), row.id]));
  const existing = new Set<number>();
  const missing = new Map<string, NewDestination>();
  for (const row of rows) {
    const id = ids.get(keyOf(row));
    if (id !== undefined) existing.add(id);
    else if (!missing.has(keyOf(row))) missing.set(keyOf(row), row);
  }
  const added = await addRows(manager, [...missing.values()]);
  return { added, existing: await readRows(manager, [...existing]) };
}

/** Adds rows, whatever the table has already; returns them in their order. Runs in a transaction of the caller's. */
export async function addRows(
  manager: EntityManager,
  rows: readonly NewDestination[],
): Promise<Destination[]> {
  if (rows.length === 0) return [];
  const [{ newest }] = await manager.query('SELECT coalesce(max(id), 0) AS newest FROM destinations');
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT)
    // Reading the rows back one condition each would exceed SQLite's limit of expressions.
    await manager
      .createQueryBuilder()
      .insert()
      .into(Destination)
      .values(rows.slice(from, from + ROWS_A_STATEMENT))
      .updateEntity(false)
      .execute();
  const added: { id: number }[] = await manager.query(
    'SELECT id FROM destinations WHERE id > CAST($1 AS bigint) ORDER BY id',
    [newest],
  );
  return readRows(
    manager,
    added.map(({ id }) => id),
  );
}

/** The rows with these ids, in their order. */
async function readRows(manager: EntityManager, ids: readonly number[]): Promise<Destination[]> {
  const found = new Map<number, Destination>();
  for (let from = 0; from < ids.length; from += ROWS_A_STATEMENT)
    for (const row of await manager.findBy(Destination, { id: In(ids.slice(from, from + ROWS_A_STATEMENT)) }))
      found.set(row.id, row);
  return ids.flatMap((id) => found.get(id) ?? []);
}
