import type { DataSource, EntityManager } from 'typeorm';
import type { Source } from '../../entities/source.ts';
import type { ResultOrigin, StoreSession } from '../dialect.ts';
import { FileLock } from '../file-lock.ts';
import { DatabaseError, type EncodedResult } from '../store.ts';
import { inTransaction } from '../transaction.ts';
import { SqliteResults, sortChunk } from './results.ts';

/** Short, so that reads on the one connection pass a write that waits for another process's lock. ms */
const LOCK_TIMEOUT = 100;

/** A monitor's connection to a file. */
export class SqliteSession implements StoreSession {
  readonly #results = new SqliteResults();
  /** By the id of the source. */
  readonly #locks = new Map<number, FileLock>();

  constructor(
    readonly dataSource: DataSource,
    readonly file: string,
  ) {}

  /** From now on the monitor runs, and waits for no lock for long. */
  async hold({ id, name }: Source): Promise<void> {
    await this.dataSource.query(`PRAGMA busy_timeout = ${LOCK_TIMEOUT}`);
    if (this.file === ':memory:' || this.#locks.has(id)) return;
    const lock = await FileLock.take(`${this.file}-source-${id}.lock`);
    if (!lock)
      throw new DatabaseError(
        `database ${this.file}: another pinger runs as source ${name}; give this one a name of its own (--source)`,
        false,
      );
    this.#locks.set(id, lock);
  }

  append(manager: EntityManager, origin: ResultOrigin, rows: readonly EncodedResult[]): Promise<() => void> {
    return this.#results.append(manager, origin, rows);
  }

  async tidy(): Promise<void> {
    await inTransaction(this.dataSource, sortChunk);
  }

  /** Nothing tells of edits: whoever waits for some asks again and again. */
  async news(): Promise<void> {}

  async close(): Promise<void> {
    for (const lock of this.#locks.values()) await lock.release();
    await this.dataSource.destroy();
  }
}
