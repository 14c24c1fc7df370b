import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import { databaseFile } from '../../src/storage/database-url.ts';
import { sqliteMeanwhile } from './sqlite-shell.ts';

/** Which database the tests that ask for one are run on. */
export const onPostgres = process.env.PINGER_TEST_DATABASE === 'postgres';

let made = 0;

/** The URL of a database of the test's own, which goes when the test ends. There is nothing in it; of SQLite, not even a file. */
export async function temporaryDatabase(): Promise<string> {
  if (!onPostgres) {
    const folder = mkdtempSync(join(tmpdir(), 'pinger-database-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return `sqlite:${join(folder, 'test.db')}`;
  }
  const name = `test_${process.pid}_${made++}`;
  await query(inject('postgres'), `CREATE DATABASE ${name}`);
  onTestFinished(async () => void (await query(inject('postgres'), `DROP DATABASE ${name} WITH (FORCE)`)));
  return inject('postgres').replace(/[^/]*$/, name);
}

/** Whether there is a database at a URL: a file, or tables of pinger's. */
export async function isMade(url: string): Promise<boolean> {
  if (url.startsWith('sqlite:')) return existsSync(databaseFile(url));
  return (await query(url, "SELECT 1 FROM pg_class WHERE relname = 'destinations'")).length > 0;
}

/** Runs SQL as a user's shell does; a row comes back as a line, its values between bars, of which yes is 1, no 0 and null nothing. */
export async function shell(url: string, sql: string): Promise<string> {
  if (url.startsWith('sqlite:')) return sqliteMeanwhile(databaseFile(url), sql);
  return (await query(url, sql)).map((row) => row.map(shown).join('|')).join('\n');
}

const shown = (value: unknown): string =>
  typeof value === 'boolean' ? String(Number(value)) : String(value ?? '');

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new Client(url);
  await client.connect();
  try {
    const results = await client.query({ text: sql, rowMode: 'array' });
    return ([results].flat().at(-1)?.rows as unknown[][] | undefined) ?? [];
  } finally {
    await client.end();
  }
}
