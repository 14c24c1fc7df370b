import type { Socket } from 'node:net';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities, migrations } from '../../entities/index.ts';
import type { DatabaseUrl } from '../database-url.ts';
import type { Dialect } from '../dialect.ts';
import { SILENT } from '../silent-logger.ts';
import { DatabaseError } from '../store.ts';
import { type ConnectionLimits, type ConnectionUse, connectionOptions, settingsOf } from './connection.ts';
import { databaseError } from './errors.ts';
import { PostgresSession } from './session.ts';

/** The oldest that is still maintained: https://www.postgresql.org/support/versioning/ */
const OLDEST_VERSION = 14;

/** One that writes, and one that reads meanwhile or waits for a lock. */
const POOL_SIZE = 2;

const UNLIMITED = { lockTimeout: 0, answerTimeout: 0 };

/** A server that many sources share. */
export const POSTGRES: Dialect = {
  dataSourceOptions: (database) => optionsOf(database, UNLIMITED),
  connect: (database, { lockTimeout, answerTimeout = 0, opened }) =>
    connect(database, { lockTimeout, answerTimeout }, opened),

  async tables(dataSource) {
    const tables: { name: string }[] = await dataSource.query(TABLES);
    return tables.map(({ name }) => name);
  },

  async checkContents(_, { name, tables, migrated }) {
    if (migrated.has('Tables1732000000000')) return;
    throw new DatabaseError(
      `database ${name}: not pinger's (it has the tables ${tables.slice(0, 3).join(', ')}); make a database, or a schema, for pinger alone`,
      false,
    );
  },

  async migrating(dataSource, migrate) {
    // On a connection of its own: migrations begin and end their transactions themselves.
    await dataSource.transaction(async (manager) => {
      await manager.query(
        "SELECT pg_advisory_xact_lock(hashtext('pinger.migrations'), hashtext(current_schema()))",
      );
      await migrate();
    });
  },

  databaseError,

  async openSession(unlimited, { database, answerTimeout }) {
    await unlimited.destroy();
    return PostgresSession.open({
      url: urlOf(database),
      name: database.name,
      answerTimeout,
      connect: (limits, opened) => connect(database, limits, opened),
    });
  },
};

/** The schema's own tables: partitions are their table's, and extensions may have brought others. */
const TABLES = `SELECT relname AS name FROM pg_class
  WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = CAST('pg_class' AS regclass) AND objid = pg_class.oid AND deptype = 'e')
  ORDER BY relname`;

const urlOf = (database: DatabaseUrl): string => {
  if (database.type === 'postgres') return database.url;
  throw new Error(`${database.name} is not PostgreSQL's`);
};

function optionsOf(database: DatabaseUrl, limits: ConnectionLimits & ConnectionUse): DataSourceOptions {
  const settings = settingsOf(limits);
  return {
    type: 'postgres',
    entities,
    migrations,
    migrationsTransactionMode: 'all',
    installExtensions: false,
    applicationName: 'pinger',
    poolSize: POOL_SIZE,
    // The driver reads the URL itself: TypeORM does not know its parameters.
    extra: {
      // Long before the connection counts as dead, since nothing moves on it.
      ...(limits.answerTimeout > 0 ? { idleTimeoutMillis: limits.answerTimeout / 2 } : {}),
      ...connectionOptions(urlOf(database), limits),
      onConnect: (client: { query(sql: string): Promise<unknown> }) => client.query(settings),
    },
  };
}

/** Connects to a server that pinger can use. Throws DatabaseError, and the driver's errors. */
async function connect(
  database: DatabaseUrl,
  limits: ConnectionLimits,
  told?: (socket: Socket) => void,
): Promise<DataSource> {
  let sockets: Socket[] | undefined = [];
  const opened = (socket: Socket) => {
    sockets?.push(socket);
    told?.(socket);
  };
  const dataSource = new DataSource({ ...optionsOf(database, { ...limits, opened }), logger: SILENT });
  try {
    await dataSource.initialize();
    sockets = undefined;
    const [server] = await dataSource.query(
      "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version, current_schema() AS schema",
    );
    const problem = problemOfServer(server);
    if (problem !== undefined) throw new DatabaseError(`database ${database.name}: ${problem}`, false);
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    for (const socket of sockets ?? []) socket.destroy();
    throw error;
  }
}

/** What a server says of itself. */
export interface Server {
  /** Such as 140005 for 14.5. */
  number: string;
  version: string;
  /** Where tables are made that are named without one; null where there is none. */
  schema: string | null;
}

/** Why a server cannot be used; undefined when it can. */
export function problemOfServer({ number, version, schema }: Server): string | undefined {
  if (Number(number) < OLDEST_VERSION * 10_000)
    return `the server is PostgreSQL ${version}; pinger needs ${OLDEST_VERSION} or newer`;
  return schema === null
    ? 'search_path names no schema that there is; make it with CREATE SCHEMA'
    : undefined;
}
