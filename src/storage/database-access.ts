import { stat } from 'node:fs/promises';
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { databaseError, openDatabase } from './database.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { inEdit } from './transaction.ts';
import type { TypeormStore } from './typeorm-store.ts';

/** How long an edit waits for a lock that the monitor, or another command, holds, ms. */
const LOCK_TIMEOUT = 5000;

/** So many readers at once: SQLite has a connection for each, since a snapshot of one would be another's as well. */
const READERS = 2;

/** A monitor's database, for whoever shows or edits it meanwhile. */
export interface DatabaseAccess {
  /** Reads, on a connection that nobody else uses meanwhile. Throws DatabaseError, and what `work` throws. */
  read<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T>;
  /** Edits tables as any other tool would, in one transaction. Throws DatabaseError, and what `work` throws. */
  edit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** After what is under way. */
  close(): Promise<void>;
}

/** Access on connections of its own, opened when they are needed, so that neither a reader nor an editor holds up the monitor. */
export class SeparateAccess implements DatabaseAccess {
  readonly #url: string;
  readonly #readers: Connection[];
  readonly #editor: Connection;

  /** Throws DatabaseError for a URL of no database that pinger knows. */
  constructor(url: string) {
    this.#url = url;
    this.#readers = Array.from({ length: READERS }, () => new Connection(url));
    this.#editor = new Connection(url);
  }

  read<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const [first, ...others] = this.#readers as [Connection, ...Connection[]];
    const idlest = others.reduce((best, each) => (each.waiting < best.waiting ? each : best), first);
    return this.#told(() => idlest.use(work));
  }

  edit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#told(() => this.#editor.use((dataSource) => inEdit(dataSource, work)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers, this.#editor].map((each) => each.close()));
  }

  async #told<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      throw error instanceof QueryFailedError ? await databaseError(error, this.#url) : error;
    }
  }
}

/** A connection that one after the other uses. */
class Connection {
  readonly #url: string;
  #dataSource: DataSource | undefined;
  #inode: bigint | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** How many use it or wait to. */
  waiting = 0;

  constructor(url: string) {
    this.#url = url;
  }

  use<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    this.waiting++;
    const use = this.#last.then(async () => work(await this.#opened()));
    this.#last = use.catch(() => undefined).finally(() => this.waiting--);
    return use;
  }

  /** Another file in the place of the one that is open is the database from then on. */
  async #opened(): Promise<DataSource> {
    const inode = await inodeOf(this.#url);
    if (this.#dataSource && inode !== this.#inode) await this.#end();
    this.#inode = inode;
    this.#dataSource ??= await openDatabase(this.#url, { create: false, lockTimeout: LOCK_TIMEOUT });
    return this.#dataSource;
  }

  async #end(): Promise<void> {
    const dataSource = this.#dataSource;
    this.#dataSource = undefined;
    await dataSource?.destroy();
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#end();
  }
}

async function inodeOf(url: string): Promise<bigint | undefined> {
  const database = parseDatabaseUrl(url);
  if (database.type !== 'sqlite') return undefined;
  const found = await stat(database.file, { bigint: true }).catch(() => undefined);
  return found?.ino;
}

/** Access to a database that has no other connection than the monitor's: one in memory. Readers and the monitor take turns. */
export const sharedAccess = (store: TypeormStore): DatabaseAccess => ({
  read: (work) => store.alone(work),
  edit: (work) => store.alone((dataSource) => inEdit(dataSource, work)),
  close: async () => undefined,
});
