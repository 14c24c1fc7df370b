import { type EntityManager, MoreThan } from 'typeorm';
import { Destination } from '../entities/destination.ts';
import { hasPort, type Protocol } from '../entities/protocol.ts';
import { addressKey } from '../entities/settings.ts';
import type { NewDestination } from './store.ts';

/** Small enough that a statement on each stays within SQLite's 32,766 parameters. */
const ROWS_A_STATEMENT = 1000;

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
  const found = await Promise.all([...existing].map((id) => manager.findOneByOrFail(Destination, { id })));
  return { added, existing: found };
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
  return manager.find(Destination, { where: { id: MoreThan(newest) }, order: { id: 'ASC' } });
}
