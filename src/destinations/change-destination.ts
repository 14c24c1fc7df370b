import type { EntityManager } from 'typeorm';
import { Destination } from '../entities/destination.ts';
import { InputError } from '../input/input-error.ts';
import { destinationOf, isUrl, PROTOCOLS, type ProtocolOption } from './address.ts';
import { defined } from './new-row.ts';
import { problemOfRow, readSourceIds } from './read-destinations.ts';

/** What is to be changed of a destination; the address may be a URL, which says protocol and port, too. */
export type GivenChanges = { protocol?: ProtocolOption | undefined } & {
  [Column in Exclude<keyof Destination, 'id' | 'protocol'>]?: Destination[Column] | undefined;
};

/** The columns that are to be changed. Throws InputError where an address contradicts the rest. */
export function changedColumns({ address, protocol, port, ...given }: GivenChanges): Partial<Destination> {
  if (address !== undefined && isUrl(address))
    return { ...defined(given), ...destinationOf(address, { protocol, port: port ?? undefined }) };
  return defined({ ...given, address, protocol: protocol && PROTOCOLS[protocol], port });
}

/** What changes nothing of how a destination is probed. */
const HARMLESS: ReadonlySet<string> = new Set(['name', 'active']);

/**
 * Changes a row in an edit of the caller's, and returns it as it is then. What changes nothing does not touch it, and reaches no
 * monitor. Throws InputError where it could not be probed afterwards.
 */
export async function changeDestination(
  manager: EntityManager,
  row: Destination,
  given: Partial<Destination>,
): Promise<Destination> {
  const changes = Object.fromEntries(
    Object.entries(given).filter(([column, value]) => row[column as keyof Destination] !== value),
  ) as Partial<Destination>;
  const names = Object.keys(changes);
  if (names.length === 0) return row;
  const changed = { ...row, ...changes };
  const mayStayWrong = names.every((name) => HARMLESS.has(name)) && !changes.active;
  const problem = mayStayWrong ? null : problemOfRow(changed, await readSourceIds(manager));
  if (problem !== null) throw new InputError(problem);
  await manager.getRepository(Destination).update({ id: row.id }, changes);
  return changed;
}
