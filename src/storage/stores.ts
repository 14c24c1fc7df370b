import { join } from 'node:path';
import type { Keep } from '../history/keep.ts';
import type { Clock } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import { type DatabaseAccess, SeparateAccess, sharedAccess } from './database-access.ts';
import { DEFAULT_DATABASE, parseDatabaseUrl } from './database-url.ts';
import { Spill } from './spill.ts';
import { type SpillSettings, spillSettings } from './spill-settings.ts';
import { StandbyStore } from './standby-store.ts';
import type { Store } from './store.ts';
import { TypeormStore } from './typeorm-store.ts';

/** Where a monitor keeps what it finds. */
export interface StorageOptions {
  /** URL of the database: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; `sqlite:pinger.db` unless given. */
  database?: string;
  /** In place of a database. */
  store?: Store;
  /**
   * Where results wait on the disk while the database takes none: by default `pinger.db.SOURCE.spill` next to the file, at most 1 GiB,
   * of which the oldest go. `false`, or a `store` of your own or a database in memory without a `folder`: they wait in memory.
   */
  spill?: Partial<SpillSettings> | Spill | false;
}

/** Where results wait for the database; undefined: in memory. */
export function spillOf({
  spill = {},
  store,
  database = DEFAULT_DATABASE,
  source,
  logger,
}: StorageOptions & { source: string; logger: Logger }): Spill | undefined {
  if (spill instanceof Spill) return spill;
  if (spill === false || (store && !spill.folder)) return undefined;
  const settings = spillSettings({ database, source, settings: spill });
  return settings && new Spill({ ...settings, logger });
}

export interface StoresOptions extends StorageOptions {
  /** What `spillOf` has made of `spill`. */
  spilling: Spill | undefined;
  keep: Keep;
  clock: Clock;
  logger: Logger;
}

/** What the machines write to, and the way to the same database for everybody else. */
export function storesOf(options: StoresOptions): { store: Store; access: DatabaseAccess | undefined } {
  const { database = DEFAULT_DATABASE, keep, clock, logger } = options;
  if (options.store) return { store: options.store, access: undefined };
  const store = new TypeormStore(database, { history: { keep, clock, logger } });
  const parsed = parseDatabaseUrl(database);
  const isInMemory = parsed.type === 'sqlite' && parsed.file === ':memory:';
  return {
    store: withStandby(store, options),
    access: isInMemory ? sharedAccess(store) : new SeparateAccess(database),
  };
}

/** A server may be away when the monitor starts, or whatever else somebody has named a folder for. */
function withStandby(
  store: TypeormStore,
  { database = DEFAULT_DATABASE, spill: given, spilling, clock, logger }: StoresOptions,
): Store {
  const isNamed = typeof given === 'object' && given.folder !== undefined;
  if (!spilling || (database.startsWith('sqlite:') && !isNamed)) return store;
  return new StandbyStore({ store, file: join(spilling.folder, 'standby.json'), clock, logger });
}
