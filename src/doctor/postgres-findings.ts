import pg from 'pg';
import { databaseName } from '../storage/database-url.ts';
import { destinationFindings, migrationFinding, type Query, resultFinding } from './contents.ts';
import { type Finding, mebibytes, NO_LOAD } from './finding.ts';
import type { DatabaseExamined } from './sqlite-findings.ts';

/** How long the server gets to answer, ms. */
const ANSWER_TIMEOUT = 5000;

/** A database on a server, which is only read. `now`: ms since the Unix epoch. */
export async function examinePostgres(url: string, now: number): Promise<DatabaseExamined> {
  const check = 'database';
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_TIMEOUT,
    query_timeout: ANSWER_TIMEOUT,
  });
  // What ends a connection is told by the statement that it ends.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const query: Query = async (sql, parameters = []) => (await client.query(sql, [...parameters])).rows;
    return await examine(databaseName(url), query, now);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const why = message || code || 'no answer';
    const advice = 'is the server running, and are host, port, user, password and database right?';
    return {
      findings: [{ check, status: 'fail', message: `${databaseName(url)}: ${why}`, advice }],
      load: NO_LOAD,
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function examine(name: string, query: Query, now: number): Promise<DatabaseExamined> {
  const check = 'database';
  const [about] = await query(
    "SELECT current_setting('server_version') AS version, CAST(pg_database_size(current_database()) AS double precision) AS size",
  );
  const rows = await query(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ANY (current_schemas(false))',
  );
  const tables = new Set(rows.map((row) => String(row.name)));
  const opened = `${name}: ${mebibytes(Number(about?.size))}, PostgreSQL ${about?.version}`;
  if (!tables.has('destinations')) {
    const none: Finding = {
      check,
      status: 'warn',
      message: `${opened}, nothing of pinger's yet`,
      advice: '"pinger run" makes it',
    };
    return { findings: [none], load: NO_LOAD };
  }
  const migrated = await migrationFinding(query, tables);
  const { findings, load } = await destinationFindings(query);
  const results = tables.has('located_results') ? [await resultFinding(query, load, now)] : [];
  return { findings: [{ check, status: 'ok', message: opened }, migrated, ...findings, ...results], load };
}
