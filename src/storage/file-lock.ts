import { stat, unlink, writeFile } from 'node:fs/promises';
import sqlite3 from 'sqlite3';

/** A lock that lasts as long as its process, however that ends: SQLite's own on a file that is empty, which works wherever SQLite does. */
export class FileLock {
  readonly #path: string;
  readonly #database: sqlite3.Database;

  private constructor(path: string, database: sqlite3.Database) {
    this.#path = path;
    this.#database = database;
  }

  /** Undefined where somebody has it. Rejects with the driver's error where the file cannot be made. */
  static async take(path: string): Promise<FileLock | undefined> {
    for (;;) {
      // Not opened where it is there: closing it again would give up a lock that this very process may have on it.
      await writeFile(path, '', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      const before = await inodeOf(path);
      const database = await opened(path);
      try {
        database.configure('busyTimeout', BUSY_TIMEOUT);
        // Nothing is ever written. On a disk that is full there is no room for a journal, either.
        await executed(database, 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      } catch (error) {
        await closed(database);
        if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return undefined;
        throw error;
      }
      // Whoever had it before may have removed the file meanwhile, and a third may have locked a new one.
      if (before !== undefined && before === (await inodeOf(path))) return new FileLock(path, database);
      await closed(database);
    }
  }

  async release(): Promise<void> {
    await unlink(this.#path).catch(() => undefined);
    await closed(this.#database);
  }
}

/** Two that come at the same moment stand in each other's way for a moment, ms. */
const BUSY_TIMEOUT = 200;

const inodeOf = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(() => undefined))?.ino;

const opened = (path: string): Promise<sqlite3.Database> =>
  new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(database)));
  });

const executed = (database: sqlite3.Database, sql: string): Promise<void> =>
  new Promise((resolve, reject) => {
    database.exec(sql, (error: Error | null) => (error ? reject(error) : resolve()));
  });

const closed = (database: sqlite3.Database): Promise<void> =>
  new Promise((resolve) => void database.close(() => resolve()));
