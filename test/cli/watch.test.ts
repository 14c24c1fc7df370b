import type { DataSource } from 'typeorm';
import { beforeEach, expect, test } from 'vitest';
import { start } from '../support/command.ts';
import { onPostgres, temporaryDatabase } from '../support/databases.ts';
import { connection, pinger } from './support.ts';

let database: string;
let dataSource: DataSource;

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', 'example.com');
  dataSource = await connection(database);
  await dataSource.query("INSERT INTO sources (sourceid, name) VALUES (1, 'here')");
  const now = BigInt(Date.now()) * 1_000_000n;
  await dataSource.query(`UPDATE sources SET seen = ${now}`);
  await dataSource.query(`INSERT INTO results (rtime, destination_id, source_id, outcome, rtt) VALUES
    (${now}, 1, 1, 'reply', 12.5), (${now}, 1, 1, 'reply', 13.5), (${now}, 2, 1, 'timeout', NULL), (${now}, 2, 1, 'timeout', NULL),
    (${now}, 2, 1, 'timeout', NULL)`);
});

/** Runs the command as a pipe does, to its end. */
const watch = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  start(['watch', ...args], { env: { PINGER_DATABASE: database, LANG: 'C.UTF-8', COLUMNS: '100', ...env } })
    .finished;

test('--once prints one frame as plain text', async () => {
  const { code, stdout, stderr } = await watch(['--once']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain('\x1b');
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[1]).toBe('■ 1 down  ● 1 up');
  expect(lines[2]).toMatch(/^ {2}state▲ +destination +loss +rtt ms +avg +p95 +jitter +probes +seen$/);
  expect(lines[3]).toMatch(/^■ down +example\.com +100% +- +- +- +- +╳╳╳ +-$/);
  expect(lines[4]).toMatch(/^● up +192\.0\.2\.1 +0% +13\.50 +13\.00 +13\.50 +1\.00 +▁▄ +(now|\d+s)$/);
});

test('--once says on standard error that no monitor runs', async () => {
  await dataSource.query('UPDATE sources SET seen = 1732000000000000000');
  const { code, stdout, stderr } = await watch(['--once']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^no monitor seems to run \(here: heard of \d+d ago\)\n$/),
  });
  expect(stdout).toContain('example.com');
});

test('a locale that is not UTF-8 gets ASCII', async () => {
  const { stdout } = await watch(['--once'], { LANG: 'C' });
  expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
  expect(stdout).toContain('X down');
});

test.each([
  [['--troubles'], ['example.com']],
  [['--filter', '192.'], ['192.0.2.1']],
  [
    ['--sort', 'destination'],
    ['192.0.2.1', 'example.com'],
  ],
  [
    ['--sort', 'destination', '--reverse'],
    ['example.com', '192.0.2.1'],
  ],
  [
    ['--sort', 'loss', '--source', 'here'],
    ['example.com', '192.0.2.1'],
  ],
])('--once %j', async (args, shown) => {
  const { stdout } = await watch(['--once', ...args]);
  const rows = stdout.trimEnd().split('\n').slice(3);
  expect(rows.map((row) => row.split(/ +/)[2])).toEqual(shown);
});

test.each([
  [
    [],
    2,
    'pinger: standard output is no terminal to draw on: use --once, "pinger stats" or "pinger run --json"\n',
  ],
  [
    ['--once', '--source', 'x'],
    1,
    'pinger: there is no source x; "pinger sources list" shows those there are\n',
  ],
  [['--interval', '1ms'], 2, /^pinger: .*"1ms": expected 100ms to 1h\n$/],
  [['--sort', 'colour'], 2, /^pinger: .*--sort.*\n$/],
])('%j ends with code %i and one line', async (args, code, message) => {
  const ended = await watch(args);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
  expect(ended.stderr).toMatch(message);
});

test.skipIf(onPostgres)('a database that is not there is an error before anything is drawn', async () => {
  const { code, stderr } = await watch(['--once', '--database', 'sqlite:/nowhere/at/all.db']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^pinger: database .*\n$/) });
});
