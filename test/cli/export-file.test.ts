import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { addResults, connection, pinger } from './support.ts';

const folder = temporaryFolder();

let database: string;

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1');
  await addResults(await connection(database), [{ rtt: 1.5 }]);
});

test('that is there is replaced with --force only', async () => {
  const path = join(folder(), 'out.csv');
  writeFileSync(path, 'precious');
  const refused = await pinger(database, 'export', 'results', '--output', path);
  expect(refused).toEqual({
    code: 1,
    stdout: '',
    stderr: `${path}: is there already; --force replaces it\n`,
  });
  expect(readFileSync(path, 'utf8')).toBe('precious');
  expect((await pinger(database, 'export', 'results', '--output', path, '--force')).code).toBe(0);
  expect(readFileSync(path, 'utf8')).toMatch(/^id,/);
  expect(readdirSync(folder())).toEqual(['out.csv']);
});

test.each([
  ['missing/out.csv', 'the folder does not exist'],
  ['folder', 'a folder: expected the path of a file'],
])('%s cannot be written: one line, and nothing is left behind', async (name, message) => {
  mkdirSync(join(folder(), 'folder'));
  const path = join(folder(), name);
  const ended = await pinger(database, 'export', 'results', '--output', path);
  expect(ended).toEqual({ code: 1, stdout: '', stderr: `${path}: ${message}\n` });
  expect(readdirSync(folder())).toEqual(['folder']);
});

test('of a device that is full takes one line', async () => {
  const ended = await pinger(database, 'export', 'results', '--output', '/dev/full');
  expect(ended).toEqual({ code: 1, stdout: '', stderr: '/dev/full: no space left on the device\n' });
  expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
});

test('is of the format that its name says, unless told otherwise', async () => {
  const named = join(folder(), 'out.ndjson');
  await pinger(database, 'export', 'results', '--output', named);
  expect(readFileSync(named, 'utf8')).toMatch(/^\{"id":1,/);
  await pinger(database, 'export', 'results', '--output', named, '--force', '--format', 'csv');
  expect(readFileSync(named, 'utf8')).toMatch(/^id,/);
});

test('there is no file where there is no database', async () => {
  const path = join(folder(), 'out.csv');
  const ended = await pinger(await temporaryDatabase(), 'export', 'results', '--output', path);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('there is none yet');
  expect(existsSync(path)).toBe(false);
});
