import sqlite3 from 'sqlite3';
import { DataSource, QueryFailedError } from 'typeorm';
import { entities, migrations } from '../../entities/index.ts';
import type { DatabaseUrl } from '../database-url.ts';
import type { Dialect } from '../dialect.ts';
import { SILENT } from '../silent-logger.ts';
import { DatabaseError } from '../store.ts';
import { oneLine } from '../text.ts';
import { checkContents, checkFile } from './file.ts';
import { SqliteSession } from './session.ts';

/**
 * TypeORM asks the driver to be verbose, which makes a stack trace at each call for the case that it fails: *measured*, 0.1 ms
 * a statement.
 */
const TERSE = { ...sqlite3, verbose: () => sqlite3 };

/** What makes writing cheaper where a crash of the host may take the whole database: KiB in memory, pages of the log. */
const EPHEMERAL = ['synchronous = OFF', 'cache_size = -65536', 'wal_autocheckpoint = 20000'];

/** A database in a file of this host's. */
export const SQLITE: Dialect = {
  dataSourceOptions: (database) => ({
    type: 'sqlite',
    database: fileOf(database),
    driver: TERSE,
    entities,
    migrations,
    migrationsTransactionMode: 'all',
  }),

  async connect(database, { create, lockTimeout }) {
    const file = fileOf(database);
    if (file !== ':memory:') await checkFile(file, create);
    const dataSource = new DataSource({ ...SQLITE.dataSourceOptions(database), logger: SILENT });
    try {
      await dataSource.initialize();
      await dataSource.query(`PRAGMA busy_timeout = ${lockTimeout}`);
      await dataSource.query('PRAGMA schema_version');
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      const { code } = (error instanceof QueryFailedError ? error.driverError : error) as { code?: unknown };
      if (code !== 'SQLITE_NOTADB') throw error;
      throw new DatabaseError(`database ${file}: not a SQLite database`, false, { cause: error });
    }
    return dataSource;
  },

  async tables(dataSource) {
    const tables: { name: string }[] = await dataSource.query(
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'",
    );
    return tables.map(({ name }) => name);
  },

  checkContents,

  async migrating(dataSource, migrate) {
    // Before anything is written: what is deleted later can then be given back in small steps. Another file would have to be locked.
    const [{ page_count }] = await dataSource.query('PRAGMA page_count');
    if (page_count === 0) await dataSource.query('PRAGMA auto_vacuum = INCREMENTAL');
    // Readers and the one writer do not wait for each other, and a commit survives the death of the process.
    await dataSource.query('PRAGMA journal_mode = WAL');
    await dataSource.query('PRAGMA synchronous = NORMAL');
    try {
      await migrate();
    } catch (error) {
      // Another pinger that starts at the same moment may have been faster.
      if (await dataSource.showMigrations()) throw error;
    }
  },

  databaseError(error, name) {
    const cause = error instanceof QueryFailedError ? error.driverError : error;
    const code = (cause as { code?: unknown }).code;
    const message = oneLine(cause instanceof Error ? cause.message : String(cause));
    if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
      return new DatabaseError(
        `database ${name}: damaged (${message}); restore a backup, or move it away to start anew`,
        false,
        { cause },
      );
    if (code === 'SQLITE_BUSY')
      return new DatabaseError(`database ${name}: locked by another process`, true, { cause });
    return new DatabaseError(`database ${name}: ${message}`, TRANSIENT.has(String(code)), { cause });
  },

  async openSession(dataSource, { database, ephemeral }) {
    if (ephemeral) for (const each of EPHEMERAL) await dataSource.query(`PRAGMA ${each}`);
    const connect = () => SQLITE.connect(database, { create: false, lockTimeout: 0 });
    return SqliteSession.open({ dataSource, file: fileOf(database), connect });
  },
};

const fileOf = (database: DatabaseUrl): string => {
  if (database.type === 'sqlite') return database.file;
  throw new Error(`${database.name} is not SQLite's`);
};

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
