import { open } from 'node:fs/promises';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';

/** Gives a folder free. */
export type Unlock = () => Promise<void>;

/**
 * Takes a folder for this process, by a lock on the file `lock` in it that the operating system takes back when the process
 * ends, however it does: SQLite's own, which works wherever SQLite does. Undefined where another process has it.
 */
export async function lockFolder(folder: string): Promise<Unlock | undefined> {
  const file = join(folder, 'lock');
  // SQLite would not say why it cannot make it.
  await (await open(file, 'a')).close();
  const database = await opened(file);
  const unlock = () => new Promise<void>((resolve) => database.close(() => resolve()));
  try {
    // Nothing is ever written: the file stays empty. In a disk that is full there is no room for a journal, either.
    await executed(database, 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return unlock;
  } catch (error) {
    await unlock();
    if ((error as NodeJS.ErrnoException).code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
}

const opened = (file: string): Promise<sqlite3.Database> =>
  new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(database)));
  });

const executed = (database: sqlite3.Database, sql: string): Promise<void> =>
  new Promise((resolve, reject) => {
    database.exec(sql, (error) => (error ? reject(error) : resolve()));
  });
