import type { DataSource, DataSourceOptions } from 'typeorm';
import { migrations } from '../entities/index.ts';
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts';
import type { Contents, Dialect, OpenOptions } from './dialect.ts';
import { DatabaseError, NoDatabaseError } from './store.ts';

/** Each loaded when it is needed: whoever uses one database does without the other's driver. */
export const dialectOf = async ({ type }: DatabaseUrl): Promise<Dialect> =>
  type === 'sqlite'
    ? (await import('./sqlite/dialect.ts')).SQLITE
    : (await import('./postgres/dialect.ts')).POSTGRES;

/** TypeORM's options for a database, as its command line needs them too. Throws DatabaseError for a URL of another kind. */
export async function dataSourceOptions(url: string): Promise<DataSourceOptions> {
  const database = parseDatabaseUrl(url);
  return (await dialectOf(database)).dataSourceOptions(database);
}

/** Connects to a database and migrates it. Throws DatabaseError, before anything was changed in what is not pinger's. */
export async function openDatabase(url: string, options: OpenOptions): Promise<DataSource> {
  const database = parseDatabaseUrl(url);
  const dialect = await dialectOf(database);
  let dataSource: DataSource | undefined;
  try {
    dataSource = await dialect.connect(database, options);
    const contents = await contentsOf(dialect, dataSource, database.name);
    if (contents) await check(dialect, dataSource, contents);
    else if (!options.create) throw new NoDatabaseError(database.name);
    await dialect.migrating(dataSource, () => migrate(dataSource as DataSource));
    return dataSource;
  } catch (error) {
    await dataSource?.destroy();
    throw error instanceof DatabaseError ? error : dialect.databaseError(error, database.name, true);
  }
}

/** Any error of a driver's as a DatabaseError. */
export async function databaseError(error: unknown, url: string): Promise<DatabaseError> {
  if (error instanceof DatabaseError) return error;
  const database = parseDatabaseUrl(url);
  return (await dialectOf(database)).databaseError(error, database.name, false);
}

/** Undefined where there is no table, but for one that is ready to take note of migrations. */
async function contentsOf(
  dialect: Dialect,
  dataSource: DataSource,
  name: string,
): Promise<Contents | undefined> {
  const tables = await dialect.tables(dataSource);
  const done: { name: string }[] = tables.includes('migrations')
    ? await dataSource.query('SELECT name FROM migrations ORDER BY id')
    : [];
  if (tables.every((table) => table === 'migrations') && done.length === 0) return undefined;
  return { name, tables, migrated: new Set(done.map((migration) => migration.name)) };
}

/** The tables that every version of pinger has made. */
const FIRST_TABLES = ['sources', 'destinations', 'results'];

/** Refuses what somebody else made, what a newer pinger made, and what lacks a table. */
async function check(dialect: Dialect, dataSource: DataSource, contents: Contents): Promise<void> {
  await dialect.checkContents(dataSource, contents);
  const { name, tables, migrated } = contents;
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = [...migrated].find((migration) => !known.has(migration));
  if (unknown !== undefined)
    throw new DatabaseError(
      `database ${name}: made by a newer version of pinger (it has ${unknown}); update pinger`,
      false,
    );
  const made =
    migrated.size < known.size ? FIRST_TABLES : dataSource.entityMetadatas.map((entity) => entity.tableName);
  const missing = made.find((table) => !tables.includes(table));
  if (missing !== undefined)
    throw new DatabaseError(
      `database ${name}: the table ${missing} is missing, although it was made once; restore a backup, or start anew with an empty database`,
      false,
    );
}

async function migrate(dataSource: DataSource): Promise<void> {
  if (await dataSource.showMigrations()) await dataSource.runMigrations();
}
