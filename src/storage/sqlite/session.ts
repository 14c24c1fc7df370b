import type { DataSource, EntityManager } from 'typeorm';
import type { Source } from '../../entities/source.ts';
import type { StoreSession } from '../dialect.ts';
import { DatabaseError } from '../store.ts';
import { FileLock } from './file-lock.ts';

/** Short, so that reads on the one connection pass a write that waits for another process's lock. ms */
const LOCK_TIMEOUT = 100;

/** One statement a batch: the rows travel as one JSON text, some seven times cheaper than a parameter a value. */
const APPEND = `INSERT INTO results (destination_id, rtime, address, rtt, rtype, rcode, icmptype, rid, rseq, datamatch, rttl,
    outcome, doubt, source_id, rsite, rhost)
  SELECT value ->> 0, CAST(value ->> 1 AS INTEGER), value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, ?1,
    coalesce((SELECT location FROM sources WHERE id = ?1), ?2), coalesce((SELECT host FROM sources WHERE id = ?1), ?3)
  FROM jsonb_each(?4)`;

/** A monitor's connection to a file. */
export class SqliteSession implements StoreSession {
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

  async append(manager: EntityManager, { id, location, host }: Source, rows: string): Promise<void> {
    await manager.query(APPEND, [id, location, host, rows]);
  }

  /** Nothing tells of edits: whoever waits for some asks again and again. */
  async news(): Promise<void> {}

  async close(): Promise<void> {
    for (const lock of this.#locks.values()) await lock.release();
    await this.dataSource.destroy();
  }
}
