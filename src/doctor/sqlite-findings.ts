import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { APPLICATION_ID } from '../entities/index.ts';
import { SqliteConnection } from '../storage/sqlite/connection.ts';
import { oneLine } from '../storage/text.ts';
import { destinationFindings, migrationFinding, type Query, resultFinding } from './contents.ts';
import { type Finding, type Load, mebibytes, NO_LOAD } from './finding.ts';

/** Less free space than this soon ends storing, and this much less ends it now: bytes. */
const LITTLE = 2 ** 30;
const NOTHING = 32 * 2 ** 20;

/** A log that is longer than this has not been able to begin anew: bytes. */
const LONG_LOG = 256 * 2 ** 20;

export interface DatabaseExamined {
  findings: Finding[];
  load: Load;
}

/** A SQLite file, which is only read. `now`: ms since the Unix epoch. */
export async function examineSqlite(file: string, now: number): Promise<DatabaseExamined> {
  const check = 'database';
  const found = await stat(file).catch(() => undefined);
  const space = await spaceFinding(file);
  if (!found) {
    const none: Finding = {
      check,
      status: 'warn',
      message: `${file}: there is none yet`,
      advice: '"pinger run" makes it',
    };
    return { findings: [none, ...space], load: NO_LOAD };
  }
  let connection: SqliteConnection | undefined;
  try {
    connection = await SqliteConnection.open(file);
    const opened = connection;
    const query: Query = (sql, parameters) => opened.query(sql, parameters);
    return await examine(file, query, space, now);
  } catch (error) {
    const message = `${file}: ${oneLine((error as Error).message)}`;
    return {
      findings: [{ check, status: 'fail', message, advice: adviceFor(error) }, ...space],
      load: NO_LOAD,
    };
  } finally {
    await connection?.close();
  }
}

const adviceFor = (error: unknown): string =>
  /CORRUPT|NOTADB/.test(String((error as { code?: unknown }).code))
    ? 'restore a backup, or move it away to start anew'
    : 'look at the file and its folder: who owns them, and who may read and write';

async function examine(file: string, query: Query, space: Finding[], now: number): Promise<DatabaseExamined> {
  const check = 'database';
  const [version] = await query('SELECT sqlite_version() AS version');
  const tables = new Set((await query('SELECT name FROM sqlite_schema')).map(({ name }) => String(name)));
  const [id] = await query('PRAGMA application_id');
  if (tables.size > 0 && id?.application_id !== APPLICATION_ID) {
    const message = `${file}: not pinger's`;
    return {
      findings: [{ check, status: 'fail', message, advice: 'name another with --database' }, ...space],
      load: NO_LOAD,
    };
  }
  const bytes = (await stat(file)).size;
  const findings: Finding[] = [
    { check, status: 'ok', message: `${file}: ${mebibytes(bytes)}, SQLite ${version?.version}` },
    await writableFinding(file),
    await integrityFinding(query),
    ...space,
    ...(await logFinding(file)),
    ...(await spillFindings(file)),
  ];
  if (tables.size === 0) return { findings, load: NO_LOAD };
  const migrated = await migrationFinding(query, tables);
  const { findings: ofDestinations, load } = await destinationFindings(query);
  const results = tables.has('located_results') ? [await resultFinding(query, load, now)] : [];
  return { findings: [...findings, migrated, ...ofDestinations, ...results], load };
}

async function writableFinding(file: string): Promise<Finding> {
  const check = 'permissions';
  for (const path of [file, dirname(resolve(file))])
    try {
      await access(path, constants.R_OK | constants.W_OK);
    } catch {
      const advice = 'run as the user who owns it, or have its owner changed';
      return { check, status: 'fail', message: `this user may not write to ${path}`, advice };
    }
  return { check, status: 'ok', message: 'this user may write to the file and its folder' };
}

async function integrityFinding(query: Query): Promise<Finding> {
  const check = 'integrity';
  const [row] = await query('PRAGMA quick_check(1)');
  if (row?.quick_check === 'ok') return { check, status: 'ok', message: 'every page and every row is sound' };
  const message = `damaged: ${oneLine(String(row?.quick_check))}`;
  return { check, status: 'fail', message, advice: 'restore a backup, or move it away to start anew' };
}

async function spaceFinding(file: string): Promise<Finding[]> {
  const check = 'disk space';
  const folder = dirname(resolve(file));
  const space = await statfs(folder).catch(() => undefined);
  if (!space)
    return [
      { check, status: 'fail', message: `the folder ${folder} does not exist`, advice: `mkdir -p ${folder}` },
    ];
  const free = space.bavail * space.bsize;
  const message = `${mebibytes(free)} free in ${folder}`;
  if (free >= LITTLE) return [{ check, status: 'ok', message }];
  return [
    {
      check,
      status: free < NOTHING ? 'fail' : 'warn',
      message,
      advice: 'make room, or keep results for a shorter time',
    },
  ];
}

async function logFinding(file: string): Promise<Finding[]> {
  const check = 'write-ahead log';
  const log = await stat(`${file}-wal`).catch(() => undefined);
  if (!log) return [];
  const message = mebibytes(log.size);
  if (log.size < LONG_LOG) return [{ check, status: 'ok', message }];
  return [
    {
      check,
      status: 'warn',
      message: `${message}: somebody reads the database without an end`,
      advice: 'end what has it open; it shrinks by itself',
    },
  ];
}

/** Folders beside the database in which results wait for it. */
async function spillFindings(file: string): Promise<Finding[]> {
  const folder = dirname(resolve(file));
  const prefix = `${basename(file)}.`;
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => name.startsWith(prefix) && name.endsWith('.spill'),
  );
  return Promise.all(
    names.map(async (name): Promise<Finding> => {
      const waiting = await sizeOf(join(folder, name));
      if (waiting === 0) return { check: 'spill', status: 'ok', message: `${name}: nothing waits` };
      const message = `${name}: ${mebibytes(waiting)} of results wait for the database`;
      return {
        check: 'spill',
        status: 'warn',
        message,
        advice: 'a running pinger stores them once the database takes them',
      };
    }),
  );
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
