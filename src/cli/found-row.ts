import { COLUMN_DEFAULTS } from '../entities/destination-defaults.ts';
import { settingsOf } from '../entities/settings.ts';
import type { FoundDestination } from '../import/found.ts';
import type { NewDestination } from '../storage/store.ts';
import { destinationOf } from './address.ts';
import { CommandFailure } from './failure.ts';
import { dataOf } from './new-destination.ts';

/** The row that what a file says stands for, with every column, or what is wrong with it. */
export function rowOf(
  found: FoundDestination,
  sources: ReadonlyMap<string, number> = new Map(),
): { row: Required<NewDestination> } | { problem: string } {
  const { address, family, protocol, port, source, ...given } = found;
  try {
    const row = {
      ...COLUMN_DEFAULTS,
      ...defined({ active: given.active, interval: given.interval, timeout: given.timeout, ttl: given.ttl }),
      ...defined({ data: dataOf(given), name: given.name || undefined }),
      ...destinationOf(address, { family, protocol, port }),
      source_id: source === undefined ? (given.source_id ?? null) : sourceId(source, sources),
    };
    const settings = settingsOf({ id: 0, ...row });
    return 'problem' in settings ? settings : { row };
  } catch (error) {
    if (error instanceof CommandFailure) return { problem: error.message };
    throw error;
  }
}

const defined = <Value extends object>(value: Value): { [Key in keyof Value]: NonNullable<Value[Key]> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;

function sourceId(name: string, sources: ReadonlyMap<string, number>): number {
  const id = sources.get(name);
  if (id !== undefined) return id;
  throw new CommandFailure(
    `source ${name}: there is no such source; "pinger sources list" shows those there are`,
  );
}
