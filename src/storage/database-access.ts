import type { DataSource, EntityManager } from 'typeorm';
import { AccessConnection } from './access-connection.ts';
import { databaseName } from './database-url.ts';
import { inEdit } from './transaction.ts';
import type { TypeormStore } from './typeorm-store.ts';

/** So many readers at once: SQLite has a connection for each, since a snapshot of one would be another's as well. */
const READERS = 2;

/** How long a server may take to say who somebody is, ms: everybody who asks for anything waits for that. */
const LOOK_UP_TIMEOUT = 3000;

export interface UseOptions {
  /** Whoever asks has gone: what has not begun by then never does. */
  signal?: AbortSignal | undefined;
}

/** A monitor's database, for whoever shows or edits it meanwhile. */
export interface DatabaseAccess {
  /** What people are told: a file, or a URL without its password. */
  readonly name: string;
  /** Reads, on a connection that nobody else uses meanwhile. Throws DatabaseError, and what `work` throws. */
  read<T>(work: (dataSource: DataSource) => Promise<T>, options?: UseOptions): Promise<T>;
  /** Reads what everybody waits for and takes no time: on a connection that no other reading holds up. Throws as `read` does. */
  lookUp<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T>;
  /** Edits tables the way other tools do, in one transaction. Throws DatabaseError, and what `work` throws. */
  edit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** After what is under way; what waits for its turn fails. */
  close(): Promise<void>;
}

/**
 * Access on connections of its own, opened when they are needed, so that neither a reader nor an editor holds up the monitor. Whoever
 * asks hears within some seconds, whatever the database does.
 */
export class SeparateAccess implements DatabaseAccess {
  readonly name: string;
  readonly #readers: AccessConnection[];
  readonly #lookUps: AccessConnection;
  readonly #editor: AccessConnection;

  /** Throws DatabaseError for a URL of no database that pinger knows. */
  constructor(url: string) {
    this.name = databaseName(url);
    this.#readers = Array.from({ length: READERS }, () => new AccessConnection(url));
    this.#lookUps = new AccessConnection(url, { answerTimeout: LOOK_UP_TIMEOUT });
    this.#editor = new AccessConnection(url);
  }

  read<T>(work: (dataSource: DataSource) => Promise<T>, options?: UseOptions): Promise<T> {
    const [first, ...others] = this.#readers as [AccessConnection, ...AccessConnection[]];
    const idlest = others.reduce((best, each) => (each.waiting < best.waiting ? each : best), first);
    return idlest.use(work, options);
  }

  lookUp<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    return this.#lookUps.use(work);
  }

  edit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#editor.use((dataSource) => inEdit(dataSource, work));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers, this.#lookUps, this.#editor].map((each) => each.close()));
  }
}

/** Access to a database that has no other connection than the monitor's: one in memory. Readers and the monitor take turns. */
export const sharedAccess = (store: TypeormStore): DatabaseAccess => ({
  name: 'in memory',
  read: (work) => store.alone(work),
  lookUp: (work) => store.alone(work),
  edit: (work) => store.alone((dataSource) => inEdit(dataSource, work)),
  close: async () => undefined,
});
