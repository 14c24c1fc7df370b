import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { hasProgram } from './privileges.ts';

/** For hosts without the sqlite3 shell: the same from a process of its own, through the driver. */
const STAND_IN = `
  const { default: sqlite3 } = await import('sqlite3');
  const [file, sql] = process.argv.slice(1);
  const database = new sqlite3.Database(file);
  database.configure('busyTimeout', 5000);
  database.all(sql, (error, rows) => {
    if (error) throw error;
    for (const row of rows ?? []) console.log(Object.values(row).map((value) => value ?? '').join('|'));
  });`;

const OUTPUT = { encoding: 'utf8', maxBuffer: 2 ** 26 } as const;

const shell = hasProgram('sqlite3');

/** What runs SQL as a user would; rows come back as the shell prints them. */
const command = (file: string, sql: string): [string, string[]] =>
  shell
    ? ['sqlite3', ['-cmd', '.timeout 5000', file, sql]]
    : [process.execPath, ['--input-type=module', '-e', STAND_IN, file, sql]];

/** Runs SQL in the sqlite3 shell. What this process does meanwhile stands still. */
export const sqlite = (file: string, sql: string): string =>
  execFileSync(...command(file, sql), OUTPUT).trim();

/** The same, while this process goes on. */
export const sqliteMeanwhile = async (file: string, sql: string): Promise<string> =>
  (await promisify(execFile)(...command(file, sql), OUTPUT)).stdout.trim();
