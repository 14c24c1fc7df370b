import type { DataSource, EntityManager } from 'typeorm';
import type { Source } from '../../entities/source.ts';
import { shrinkSqlite } from '../../history/shrink-sqlite.ts';
import type { Appended, ResultOrigin, StoreSession } from '../dialect.ts';
import { FileLock } from '../file-lock.ts';
import { DatabaseError, type EncodedResult } from '../store.ts';
import { deleteChunks } from './delete-chunks.ts';
import { FilePlace } from './file-place.ts';
import { SqliteResults } from './results.ts';

/** Short, so that reads on the one connection pass a write that waits for another process's lock. ms */
const LOCK_TIMEOUT = 100;

export interface SqliteSessionOptions {
  dataSource: DataSource;
  /** Its file, or `:memory:`. */
  file: string;
  /** Connects to the file that is there by then. Rejects with DatabaseError where there is none. */
  connect: () => Promise<DataSource>;
}

/** A monitor's connection to a file; to the one that takes its place, where that is the same database. */
export class SqliteSession implements StoreSession {
  readonly deleteResults = deleteChunks;
  readonly shrink = shrinkSqlite;
  readonly file: string;
  readonly #connect: () => Promise<DataSource>;
  #dataSource: DataSource;
  #place: FilePlace;
  #results = new SqliteResults();
  #source: Source | undefined;
  /** By the id of the source. */
  readonly #locks = new Map<number, FileLock>();

  private constructor({ dataSource, file, connect }: SqliteSessionOptions, place: FilePlace) {
    this.#dataSource = dataSource;
    this.file = file;
    this.#connect = connect;
    this.#place = place;
  }

  static async open(options: SqliteSessionOptions): Promise<SqliteSession> {
    return new SqliteSession(options, await FilePlace.of(options.file));
  }

  get dataSource(): DataSource {
    return this.#dataSource;
  }

  /** From now on the monitor runs, and waits for no lock for long. */
  async hold(source: Source): Promise<void> {
    const { id, name } = source;
    await this.#dataSource.query(`PRAGMA busy_timeout = ${LOCK_TIMEOUT}`);
    this.#source = source;
    if (this.file === ':memory:' || this.#locks.has(id)) return;
    const lock = await FileLock.take(`${this.file}-source-${id}.lock`);
    if (!lock)
      throw new DatabaseError(
        `database ${this.file}: another pinger runs as source ${name}; give this one a name of its own (--source)`,
        false,
      );
    this.#locks.set(id, lock);
  }

  async append(
    manager: EntityManager,
    origin: ResultOrigin,
    rows: readonly EncodedResult[],
  ): Promise<Appended> {
    const appended = await this.#results.append(manager, origin, rows);
    await this.#place.check();
    return appended;
  }

  /** Nothing tells of edits: whoever waits for some asks again and again. */
  async news(): Promise<void> {
    if (!(await this.#place.isLeft())) return;
    // Where no file is there, or another database, this says so.
    const next = await this.#connect();
    try {
      await this.#checkIdentity(next);
      await next.query('PRAGMA synchronous = NORMAL');
      await next.query(`PRAGMA busy_timeout = ${LOCK_TIMEOUT}`);
    } catch (error) {
      await next.destroy();
      throw error;
    }
    const last = this.#dataSource;
    this.#dataSource = next;
    this.#results = new SqliteResults();
    this.#place = await FilePlace.of(this.file);
    await last.destroy();
  }

  /** Throws DatabaseError where a file is not this session's database, be it as it was some time ago. */
  async #checkIdentity(dataSource: DataSource): Promise<void> {
    const { id = 0, key, name } = this.#source ?? {};
    const [row]: { key: string | null }[] = await dataSource
      .query('SELECT key FROM sources WHERE id = $1', [id])
      .catch(() => []);
    if (key && row?.key === key) return;
    throw new DatabaseError(
      `database ${this.file}: another database has taken its place, which does not know source ${name}; start pinger anew to use that`,
      false,
    );
  }

  async close(): Promise<void> {
    for (const lock of this.#locks.values()) await lock.release();
    await this.#dataSource.destroy();
  }
}
