import type { DataSource, EntityManager } from 'typeorm';
import type { Source } from '../../entities/source.ts';
import { shrinkSqlite } from '../../history/shrink-sqlite.ts';
import type { Appended, ResultOrigin, StoreSession } from '../dialect.ts';
import { FileLock } from '../file-lock.ts';
import { DatabaseError, type EncodedResult } from '../store.ts';
import { deleteChunks } from './delete-chunks.ts';
import { SqliteResults, sortChunk } from './results.ts';

/** Short, so that reads on the one connection pass a write that waits for another process's lock. ms */
const LOCK_TIMEOUT = 100;

/** A monitor's connection to a file. */
export class SqliteSession implements StoreSession {
  readonly tidy = sortChunk;
  readonly deleteResults = deleteChunks;
  readonly shrink = shrinkSqlite;
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

  append(manager: EntityManager, origin: ResultOrigin, rows: readonly EncodedResult[]): Promise<Appended> {
    return this.#results.append(manager, origin, rows);
  }

  /** Nothing tells of edits: whoever waits for some asks again and again. */
  async news(): Promise<void> {}

  async close(): Promise<void> {
    for (const lock of this.#locks.values()) await lock.release();
    await this.dataSource.destroy();
  }
}
