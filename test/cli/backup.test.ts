import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { backup } from '../../src/cli/backup.ts';
import { start, until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets } from '../support/privileges.ts';
import { sqlite } from '../support/sqlite-shell.ts';
import { addResults, connection, destinationsOf, pinger } from './support.ts';

const folder = temporaryFolder();

let database: string;
let copy: string;

beforeEach(() => {
  database = `sqlite:${join(folder(), 'live.db')}`;
  copy = join(folder(), 'copy.db');
});

test('a copy has every row, is one file, and pinger works with it', async () => {
  await pinger(database, 'destinations', 'add', '192.0.2.1', 'example.com');
  // Open, so that what is in the write-ahead log stays there.
  const dataSource = await connection(database);
  await addResults(dataSource, [{ rtt: 1.5 }, { outcome: 'timeout' }]);
  const ended = await pinger(database, 'backup', copy);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatch(/^Backed up .*live\.db to .*copy\.db: \d+\.\d MiB, checked\.\n$/);
  expect(readdirSync(folder()).filter((name) => !name.startsWith('live.db'))).toEqual(['copy.db']);
  expect(await destinationsOf(await connection(`sqlite:${copy}`))).toEqual(await destinationsOf(dataSource));
  const results = (url: string) => pinger(url, 'results', '--json');
  expect((await results(`sqlite:${copy}`)).stdout).toBe((await results(database)).stdout);
});

test('what is there already is replaced with --force only, and never the database itself', async () => {
  await pinger(database, 'destinations', 'add', '192.0.2.1');
  writeFileSync(copy, 'precious');
  expect(await pinger(database, 'backup', copy)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${copy}: is there already; --force replaces it\n`,
  });
  expect(readFileSync(copy, 'utf8')).toBe('precious');
  expect((await pinger(database, 'backup', copy, '--force')).code).toBe(0);
  expect(sqlite(copy, 'SELECT address FROM destinations')).toBe('192.0.2.1');
  const self = join(folder(), 'live.db');
  expect(await pinger(database, 'backup', self, '--force')).toEqual({
    code: 2,
    stdout: '',
    stderr: `${self}: is the database itself: expected another file\n`,
  });
});

test.each([
  ['missing.db', 'there is none; expected --database sqlite:PATH'],
  ['other.db', "not pinger's; name another file"],
  [
    'text.db',
    'damaged (SQLITE_NOTADB: file is not a database); restore a backup, or move it away to start anew',
  ],
])('of %s there is none: one line, and nothing is left behind', async (name, message) => {
  sqlite(join(folder(), 'other.db'), 'CREATE TABLE a (b)');
  writeFileSync(join(folder(), 'text.db'), 'this is no database, whatever it is called '.repeat(100));
  const before = readdirSync(folder());
  const ended = await pinger(`sqlite:${join(folder(), name)}`, 'backup', copy);
  expect(ended).toEqual({ code: 1, stdout: '', stderr: `database ${join(folder(), name)}: ${message}\n` });
  expect(readdirSync(folder())).toEqual(before);
});

test('of a damaged database is refused by the check', async () => {
  await pinger(
    database,
    'destinations',
    'add',
    ...Array.from({ length: 600 }, (_, index) => `192.0.2.${index % 256}`),
    ...Array.from({ length: 250 }, (_, index) => `198.51.100.${index}`),
  );
  const file = join(folder(), 'live.db');
  const bytes = readFileSync(file);
  // A page of the table's rows, which says first that it is one.
  const page = Array.from({ length: bytes.length / 4096 }, (_, index) => index).findLast(
    (index) => bytes[index * 4096] === 13 && bytes.includes('198.51.100.', index * 4096),
  );
  bytes.fill(0xff, (page as number) * 4096, (page as number) * 4096 + 200);
  writeFileSync(file, bytes);
  const ended = await pinger(database, 'backup', copy);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^database .*live\.db: .*damaged \(.*\).*\n$/);
  expect(readdirSync(folder()).filter((name) => !name.startsWith('live.db'))).toEqual([]);
});

test('servers, databases in memory and folders are no files to copy', async () => {
  await expect(backup('dump', 'postgres://user:secret@db.example/pinger')).rejects.toThrow(
    'backup copies SQLite files; of PostgreSQL, pg_dump does: pg_dump --format=custom --file=dump --dbname=postgres://user@db.example/pinger',
  );
  expect((await pinger('sqlite::memory:', 'backup', copy)).stderr).toContain(
    'expected --database sqlite:PATH',
  );
  await pinger(database, 'destinations', 'add', '192.0.2.1');
  mkdirSync(copy);
  expect((await pinger(database, 'backup', copy)).stderr).toBe(
    `${copy}: a folder: expected the path of a file\n`,
  );
});

test.runIf(canOpenRawSockets())(
  'while a monitor writes, of one moment, and nothing of its results is missing',
  async () => {
    const running = start(['run', '127.0.0.1', '--interval', '5ms', '--quiet', '--database', database]);
    const count = (file: string) => Number(sqlite(file, 'SELECT count(*) FROM results'));
    await running.until(/Ctrl-C ends/);
    await until(() => count(join(folder(), 'live.db')) > 100);
    const before = count(join(folder(), 'live.db'));
    expect((await pinger(database, 'backup', copy)).code).toBe(0);
    const after = count(join(folder(), 'live.db'));
    await until(() => count(join(folder(), 'live.db')) > after + 100);
    running.child.kill('SIGINT');
    const { code } = await running.finished;
    expect(code).toBe(0);
    expect(sqlite(copy, 'PRAGMA integrity_check')).toBe('ok');
    expect(count(copy)).toBeGreaterThanOrEqual(before);
    expect(count(copy)).toBeLessThanOrEqual(after);
    // Every sequence is there up to the last one.
    expect(
      sqlite(
        copy,
        'SELECT max(rseq) - min(rseq) + 1 = count(DISTINCT rseq) FROM results WHERE destination_id = 1',
      ),
    ).toBe('1');
  },
);
