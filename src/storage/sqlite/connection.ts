import sqlite3 from 'sqlite3';

/** How long a statement waits for another process's lock, ms. */
const LOCK_TIMEOUT = 10_000;

type Rows = Record<string, unknown>[];

/** Copies a database page by page: https://www.sqlite.org/backup.html. The driver has it without saying so. */
export interface PageCopy {
  /** So many pages at most; calls back with whether that was all. */
  step(pages: number, done: (error: Error | null, completed: boolean) => void): void;
  finish(done: (error: Error | null) => void): void;
}

/** A connection to a SQLite file as it is: nothing is migrated, and nothing written but by statements. */
export class SqliteConnection {
  readonly #database: sqlite3.Database;

  private constructor(database: sqlite3.Database) {
    this.#database = database;
  }

  /** Rejects with the driver's error. */
  static open(file: string, { writable = false } = {}): Promise<SqliteConnection> {
    return new Promise((resolve, reject) => {
      const mode = writable ? sqlite3.OPEN_READWRITE : sqlite3.OPEN_READONLY;
      const database = new sqlite3.Database(file, mode, (error) => {
        if (error) return reject(error);
        database.configure('busyTimeout', LOCK_TIMEOUT);
        resolve(new SqliteConnection(database));
      });
    });
  }

  query(sql: string, parameters: readonly unknown[] = []): Promise<Rows> {
    return new Promise((resolve, reject) => {
      this.#database.all(sql, parameters, (error: Error | null, rows: Rows) =>
        error ? reject(error) : resolve(rows),
      );
    });
  }

  copyTo(file: string): PageCopy {
    return (this.#database as unknown as { backup(file: string): PageCopy }).backup(file);
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#database.close((error) => (error ? reject(error) : resolve()));
    });
  }
}
