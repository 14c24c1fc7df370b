import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions, QueryFailedError } from 'typeorm';
import { APPLICATION_ID, entities, migrations } from '../entities/index.ts';
import { DatabaseError } from './store.ts';

/** The default database: a file in the current folder. */
export const DEFAULT_DATABASE = 'sqlite:pinger.db';

/** The largest file that is checked whole at every start, bytes; it takes about 0.1 s. */
const CHECKED_WHOLE = 64 * 2 ** 20;

/** The file that a URL names, or `:memory:`. Throws DatabaseError for a URL of another kind. */
export function databaseFile(url: string): string {
  const match = /^sqlite:(?:\/\/)?(.+)$/.exec(url);
  if (!match?.[1])
    throw new DatabaseError(
      `database "${url}": expected sqlite:PATH, such as ${DEFAULT_DATABASE}, or sqlite::memory:`,
      false,
    );
  return match[1];
}

/**
 * TypeORM asks the driver to be verbose, which makes a stack trace at each call for the case that it fails: *measured*, 0.1 ms
 * a statement.
 */
const TERSE = { ...sqlite3, verbose: () => sqlite3 };

/** TypeORM's options for a database, as its command line needs them too. */
export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'sqlite',
    database: databaseFile(url),
    driver: TERSE,
    entities,
    migrations,
    migrationsTransactionMode: 'all',
  };
}

export interface OpenOptions {
  /** Make the database when there is none. */
  create: boolean;
  /** How long a statement waits for another process's lock, ms. */
  lockTimeout: number;
}

/** Connects to a database and migrates it. Throws DatabaseError, before anything was changed in a file that is not pinger's. */
export async function openDatabase(url: string, { create, lockTimeout }: OpenOptions): Promise<DataSource> {
  const file = databaseFile(url);
  if (file !== ':memory:') await checkFile(file, create);
  const dataSource = new DataSource(dataSourceOptions(url));
  try {
    await dataSource.initialize();
    await dataSource.query(`PRAGMA busy_timeout = ${lockTimeout}`);
    await checkContents(dataSource, file);
    // Before anything is written: what is deleted later can then be given back in small steps. A file with tables in it stays as it is.
    await dataSource.query('PRAGMA auto_vacuum = INCREMENTAL');
    // Readers and the one writer do not wait for each other, and a commit survives the death of the process.
    await dataSource.query('PRAGMA journal_mode = WAL');
    await dataSource.query('PRAGMA synchronous = NORMAL');
    await migrate(dataSource);
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw databaseError(error, file);
  }
}

async function checkFile(file: string, create: boolean): Promise<void> {
  const shown = `database ${file}`;
  const found = await stat(file).catch(() => undefined);
  const folder = dirname(resolve(file));
  if (!found) {
    if (!create) throw new DatabaseError(`${shown}: there is none yet; "pinger run" makes it`, false);
    await access(folder, constants.W_OK).catch((error) => {
      const why = error.code === 'ENOENT' ? 'does not exist' : 'cannot be written to';
      throw new DatabaseError(`${shown}: the folder ${folder} ${why}`, false);
    });
    return;
  }
  if (!found.isFile()) throw new DatabaseError(`${shown}: not a file`, false);
  await access(file, constants.R_OK | constants.W_OK).catch(() => {
    throw new DatabaseError(`${shown}: this user may not read and write it`, false);
  });
  await access(folder, constants.W_OK).catch(() => {
    throw new DatabaseError(
      `${shown}: the folder ${folder} cannot be written to, and SQLite keeps its journal there`,
      false,
    );
  });
  const head = Buffer.alloc(16);
  const handle = await open(file, 'r');
  const { bytesRead } = await handle.read(head, 0, head.length, 0).finally(() => handle.close());
  if (bytesRead > 0 && head.toString('latin1') !== 'SQLite format 3\0')
    throw new DatabaseError(`${shown}: not a SQLite database`, false);
}

/** Refuses what somebody else made, and what a newer pinger made. */
async function checkContents(dataSource: DataSource, file: string): Promise<void> {
  const tables: { name: string }[] = await dataSource.query(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  if (tables.length === 0) return;
  const [{ application_id }] = await dataSource.query('PRAGMA application_id');
  if (application_id !== APPLICATION_ID) {
    const names = tables.map(({ name }) => name).slice(0, 3);
    throw new DatabaseError(
      `database ${file}: not pinger's (it has the tables ${names.join(', ')}); name another file`,
      false,
    );
  }
  const [{ size }] = await dataSource.query(
    'SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size',
  );
  const [check] = size <= CHECKED_WHOLE ? await dataSource.query('PRAGMA quick_check(1)') : [];
  if (check && check.quick_check !== 'ok')
    throw new DatabaseError(
      `database ${file}: damaged (${oneLine(check.quick_check)}); restore a backup, or move it away to start anew`,
      false,
    );

  const known = new Set(migrations.map(({ name }) => name));
  const done: { name: string }[] = tables.some(({ name }) => name === 'migrations')
    ? await dataSource.query('SELECT name FROM migrations ORDER BY id')
    : [];
  const unknown = done.find(({ name }) => !known.has(name));
  if (unknown)
    throw new DatabaseError(
      `database ${file}: made by a newer version of pinger (it has ${unknown.name}); update pinger`,
      false,
    );
}

async function migrate(dataSource: DataSource): Promise<void> {
  if (!(await dataSource.showMigrations())) return;
  try {
    await dataSource.runMigrations();
  } catch (error) {
    // Another pinger that starts at the same moment may have been faster.
    if (await dataSource.showMigrations()) throw error;
  }
}

/** SQLite's result codes for what passes: https://www.sqlite.org/rescode.html */
const TRANSIENT = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_NOMEM',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]);

/** Any error of the driver's as a DatabaseError. */
export function databaseError(error: unknown, file: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const code = (cause as { code?: unknown }).code;
  const message = oneLine(cause instanceof Error ? cause.message : String(cause));
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return new DatabaseError(
      `database ${file}: damaged (${message}); restore a backup, or move it away to start anew`,
      false,
      { cause },
    );
  if (code === 'SQLITE_BUSY')
    return new DatabaseError(`database ${file}: locked by another process`, true, { cause });
  return new DatabaseError(`database ${file}: ${message}`, TRANSIENT.has(String(code)), { cause });
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
