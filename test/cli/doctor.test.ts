import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/files.ts';
import { sqlite } from '../support/sqlite-shell.ts';
import { addResults, connection, type Ended, objects, pinger } from './support.ts';

const folder = temporaryFolder();

let file: string;
let database: string;

beforeEach(() => {
  file = join(folder(), 'test.db');
  database = `sqlite:${file}`;
});

const examine = (url = database): Promise<Ended> => pinger(url, 'doctor', '--json');

/** What was found of one check, as `status: message`. */
const found = (ended: Ended, check: string): string[] =>
  objects(ended)
    .filter((finding) => finding.check === check)
    .map(({ status, message }) => `${status}: ${message}`);

test('without a database the host is looked at, and nothing is made', async () => {
  const ended = await examine();
  expect(found(ended, 'database')).toEqual([`warn: ${file}: there is none yet`]);
  for (const check of [
    'raw sockets',
    'datagram sockets',
    'transport',
    'clock',
    'receive buffer',
    'ICMP limits',
    'source ports',
    'open files',
    'memory',
    'IPv6',
    'resolver',
    'disk space',
  ])
    expect(found(ended, check)).toHaveLength(1);
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
});

test('is a line for each check, and an exit code', async () => {
  await pinger(database, 'destinations', 'add', '192.0.2.1');
  const { stdout, code, stderr } = await pinger(database, 'doctor');
  const lines = stdout.trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^(ok {2}|warn|fail) {2}\w[\w -]* {2,}\S/);
  const failed = lines.filter((line) => line.startsWith('fail')).length;
  expect(code).toBe(failed > 0 ? 1 : 0);
  expect(stderr === '').toBe(failed === 0);
});

describe('a database', () => {
  beforeEach(async () => {
    await pinger(database, 'destinations', 'add', '192.0.2.1', 'tcp://192.0.2.2:443', '--interval', '200ms');
  });

  test('that is sound', async () => {
    const dataSource = await connection(database);
    await addResults(dataSource, [{ rtime: `${Date.now()}000000` }]);
    const ended = await examine();
    expect(found(ended, 'database')[0]).toMatch(/^ok: .*test\.db: \d.* MiB, SQLite 3\.\d+/);
    expect(found(ended, 'integrity')).toEqual(['ok: every page and every row is sound']);
    expect(found(ended, 'migrations')[0]).toMatch(/^ok: all \d+ have run$/);
    expect(found(ended, 'destinations')).toEqual(['ok: 2 of 2 are probed, 10 probes a second']);
    expect(found(ended, 'results')[0]).toMatch(/^ok: the newest is \d s old$/);
    expect(found(ended, 'write-ahead log')[0]).toMatch(/^ok: [\d.]+ MiB$/);
  });

  test('with rows that cannot be probed, and results that are old', async () => {
    const dataSource = await connection(database);
    await dataSource.query("UPDATE destinations SET interval = 'often' WHERE id = 2");
    await addResults(dataSource, [{ rtime: `${Date.now() - 7_300_000}000000` }]);
    const ended = await examine();
    expect(found(ended, 'destinations')).toEqual([
      'warn: destination 2 cannot be probed: interval "often": expected a whole number from 1 to 2147483647 ms',
      'ok: 1 of 2 are probed, 5 probes a second',
    ]);
    expect(found(ended, 'results')).toEqual(['warn: the newest is 2 h old']);
  });

  test('of another version', async () => {
    sqlite(file, 'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)');
    const before = readFileSync(file);
    expect(found(await examine(), 'migrations')[0]).toMatch(/^warn: 1 of \d+ have not run yet$/);
    expect(readFileSync(file).equals(before)).toBe(true);
    sqlite(file, "INSERT INTO migrations (timestamp, name) VALUES (9, 'Future9')");
    const ended = await examine();
    expect(found(ended, 'migrations')).toEqual(['fail: made by a newer version of pinger (it has Future9)']);
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^\d+ checks? failed, as told above\n$/),
    });
  });

  test('with results that wait for it', async () => {
    for (const name of ['a', 'b']) mkdirSync(`${file}.${name}.spill`);
    writeFileSync(`${file}.b.spill/segment`, Buffer.alloc(2 ** 20));
    expect(found(await examine(), 'spill')).toEqual([
      'ok: test.db.a.spill: nothing waits',
      'warn: test.db.b.spill: 1 MiB of results wait for the database',
    ]);
  });

  test('that is damaged', async () => {
    const bytes = readFileSync(file);
    const page = Array.from({ length: bytes.length / 4096 }, (_, index) => index).find(
      (index) => index > 0 && bytes[index * 4096] === 10,
    );
    bytes.fill(0xff, (page as number) * 4096, (page as number) * 4096 + 4000);
    writeFileSync(file, bytes);
    const ended = await examine();
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /"status":"fail","message":"[^"]*(damaged|malformed)[^"]*","advice":"restore a backup/,
    );
  });
});

test.each([
  ['SELECT 1', 'text', 'file is not a database', 'restore a backup, or move it away to start anew'],
  ['CREATE TABLE a (b)', 'sqlite', "not pinger's", 'name another with --database'],
])('%s in a file makes no database of pinger’s', async (sql, kind, message, advice) => {
  if (kind === 'sqlite') sqlite(file, sql);
  else writeFileSync(file, sql.repeat(1000));
  const ended = await examine();
  expect(ended.code).toBe(1);
  const [finding] = objects(ended);
  expect(finding).toMatchObject({ check: 'database', status: 'fail', advice });
  expect(finding?.message).toContain(message);
});

test('a folder that does not exist is told', async () => {
  const ended = await examine(`sqlite:${join(folder(), 'missing', 'test.db')}`);
  expect(found(ended, 'disk space')).toEqual([
    `fail: the folder ${join(folder(), 'missing')} does not exist`,
  ]);
});

test('a database in memory is none to look at', async () => {
  expect(found(await examine('sqlite::memory:'), 'database')).toEqual([
    'ok: in memory: results are gone with the process',
  ]);
});

test.runIf(process.getuid?.() === 0)(
  'who is not root is told what would be allowed, and by what',
  async () => {
    const script = `
    const { examine } = await import('${join(import.meta.dirname, '../../dist/doctor/examine.js')}');
    const { SystemClock } = await import('${join(import.meta.dirname, '../../dist/io/clock.js')}');
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    console.log(JSON.stringify(await examine({ database: 'sqlite::memory:', clock: new SystemClock(), now: 0 })));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    const raw = JSON.parse(output).find(({ check }: { check: string }) => check === 'raw sockets');
    expect(raw.status).not.toBe('ok');
    expect(raw.message).toMatch(/^not allowed \(E(PERM|ACCES)\): /);
    expect(raw.advice).toBe(`sudo setcap cap_net_raw+ep ${process.execPath}`);
  },
);
