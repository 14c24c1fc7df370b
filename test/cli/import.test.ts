import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { isMade, onPostgres, temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { connection, destinationsOf, pinger } from './support.ts';

const folder = temporaryFolder();
const DATA = join(import.meta.dirname, '../import/data');

let database: string;

beforeEach(async () => {
  database = await temporaryDatabase();
});

/** A file in the test's folder. */
const written = (name: string, content: string | Uint8Array): string => {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
};

const rows = async () => destinationsOf(await connection(database));
const addresses = async () => (await rows()).map(({ address }) => address);

/** 997 good lines and three bad ones. */
function mostlyGood(): string {
  const lines = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  lines[99] = '10.0.0.300';
  lines[499] = 'no_such..name';
  lines[998] = '2001:db8::zz';
  return `${lines.join('\n')}\n`;
}

describe('three bad lines of 1,000', () => {
  const TOLD = (path: string) => [
    `${path}:100: address "10.0.0.300": not an IPv4 address (four numbers from 0 to 255)`,
    `${path}:500: address "no_such..name": neither an IP address nor a host name`,
    `${path}:999: address "2001:db8::zz": not an IPv6 address`,
  ];

  test('are told, and the 997 others added', async () => {
    const path = written('hosts.txt', mostlyGood());
    const ended = await pinger(database, 'import', path);
    expect(ended).toEqual({
      code: 1,
      stdout: `Added 997 destinations from ${path} (fping); 0 there already, 3 lines left out.\n`,
      stderr: [...TOLD(path), `${path} (fping): 3 lines left out, as told above`, ''].join('\n'),
    });
    expect(await rows()).toHaveLength(997);
    const again = await pinger(database, 'import', path);
    expect(again.stdout).toBe(
      `Added 0 destinations from ${path} (fping); 997 there already, 3 lines left out.\n`,
    );
  });

  test('keep everything out with --strict', async () => {
    const path = written('hosts.txt', mostlyGood());
    expect(await pinger(database, 'import', path, '--strict')).toEqual({
      code: 1,
      stdout: '',
      stderr: [...TOLD(path), `${path}: nothing is added: 3 lines cannot be taken`, ''].join('\n'),
    });
    await pinger(database, 'destinations', 'add', '192.0.2.1');
    expect(await addresses()).toEqual(['192.0.2.1']);
  });
});

test.skipIf(onPostgres)('a dry run makes not even a database', async () => {
  const path = written('hosts.txt', '192.0.2.1\n');
  expect((await pinger(database, 'import', path, '--dry-run')).stdout).toContain(
    'Would add 1 destination from',
  );
  expect(await isMade(database)).toBe(false);
});

test('a dry run shows what would be added, and adds nothing', async () => {
  await pinger(database, 'destinations', 'add', '192.0.2.2');
  const path = written('hosts.txt', '192.0.2.1\nexample.com\n192.0.2.1\n192.0.2.2\n');
  const ended = await pinger(database, 'import', path, '--dry-run', '-6', '--interval', '5s');
  expect(ended.stdout.split('\n')).toEqual([
    '+ 192.0.2.1 (ICMP), interval 5s, timeout 1s',
    '+ example.com (ICMP6), interval 5s, timeout 1s',
    `Would add 2 destinations from ${path} (fping); 1 there already, 1 repeated, 0 lines left out.`,
    '',
  ]);
  expect(await addresses()).toEqual(['192.0.2.2']);
});

test('options are for what the file does not say', async () => {
  const path = written('a.csv', 'address,interval\n192.0.2.1,2s\n192.0.2.2,\n');
  const options = ['--interval', '9s', '--timeout', '300', '--ttl', '9', '--size', '3'];
  expect((await pinger(database, 'import', path, ...options)).code).toBe(0);
  expect(await rows()).toMatchObject([
    { interval: 2000, timeout: 300, ttl: 9, data: '012' },
    { interval: 9000, timeout: 300, ttl: 9, data: '012' },
  ]);
});

test.each([
  ['hosts.txt', 5, 0],
  ['smokeping.conf', 6, 1],
  ['smokeping_prober.yml', 5, 1],
  ['prometheus.yml', 3, 1],
  ['destinations.csv', 4, 1],
])('%s becomes rows that can be probed', async (name, count, code) => {
  const ended = await pinger(database, 'import', join(DATA, name));
  expect(ended.stdout).toContain(`Added ${count} destinations from`);
  expect(ended.code).toBe(code);
  expect(await rows()).toHaveLength(count);
  expect((await pinger(database, 'destinations', 'list')).stdout).not.toMatch(/expected|needs/);
});

test('blackbox takes modules from a file, and a list by one of them', async () => {
  const modules = ['--modules', join(DATA, 'blackbox.yml')];
  await pinger(database, 'import', join(DATA, 'prometheus.yml'), ...modules);
  expect(await rows()).toMatchObject([
    { address: '192.0.2.30', protocol: 3, interval: 15_000, timeout: 2000 },
    { address: 'router.example.net', protocol: 3 },
    { address: '2001:db8::30', protocol: 6 },
    { address: 'router.example.net', protocol: 6, ttl: 32, timeout: 30_000, interval: 60_000 },
    { address: 'bastion.example.net', protocol: 2, port: 22 },
    { address: '2001:db8::22', protocol: 5, port: 2222 },
  ]);
  expect((await rows())[3]?.data).toHaveLength(100);
  const list = written('list.txt', '192.0.2.99:22\n');
  expect((await pinger(database, 'import', list, ...modules, '--module', 'ssh_banner')).code).toBe(0);
  expect((await rows()).at(-1)).toMatchObject({ address: '192.0.2.99', port: 22, timeout: 3000 });
});

test('destinations that were exported as CSV come back as they were', async () => {
  await pinger(database, 'destinations', 'add', 'example.com', '-6', '--name', 'a "b",\nc', '--data', ' x ');
  await pinger(database, 'destinations', 'add', 'tcp://192.0.2.1:80', '--paused', '--interval', '1500');
  const path = join(folder(), 'all.csv');
  await pinger(database, 'export', 'destinations', '-o', path);
  const before = await rows();
  database = await temporaryDatabase();
  expect((await pinger(database, 'import', path)).stderr).toBe('');
  expect(await rows()).toEqual(before);
});

describe('text', () => {
  const latin = Buffer.from('address,name\n192.0.2.1,Z\xfcrich\n', 'latin1');

  test.each([
    ['CRLF', Buffer.from('address,name\r\n192.0.2.1,Zürich\r\n'), ''],
    ['a byte order mark', Buffer.from('\ufeffaddress,name\n192.0.2.1,Zürich'), ''],
    ['UTF-16', Buffer.from('\ufeffaddress,name\r\n192.0.2.1,Zürich\r\n', 'utf16le'), ''],
    ['Windows-1252', latin, ':2: not UTF-8: taken for Windows-1252\n'],
  ])('with %s is read', async (_, content, told) => {
    const path = written('a.csv', content);
    const ended = await pinger(database, 'import', path);
    expect(ended).toMatchObject({ code: 0, stderr: told === '' ? '' : path + told });
    expect(await rows()).toMatchObject([{ address: '192.0.2.1', name: 'Zürich' }]);
  });

  const garbage = Uint8Array.from(
    { length: 5000 },
    (_, index) => ((index * 7919) % 31) + 1 + ((index % 7) << 5),
  );

  test.each([
    ['empty', new Uint8Array(), 1, 'empty'],
    [
      'of zeros',
      new Uint8Array(10),
      1,
      'not text (a zero byte at offset 0): expected UTF-8, or UTF-16 with a byte order mark',
    ],
    ['binary', garbage, 1, 'not text (control characters throughout): expected UTF-8'],
    [
      'prose',
      Buffer.from('Dear all,\nwe move to another address.\n'),
      2,
      'format not recognised: expected --format fping, smokeping, smokeping_prober, blackbox, csv',
    ],
    [
      'for apply',
      Buffer.from('destinations:\n  - address: 192.0.2.1\n'),
      2,
      'has destinations: as "pinger apply" takes them',
    ],
  ])('that is %s takes one line', async (_, content, code, message) => {
    const path = written('file', content);
    expect(await pinger(database, 'import', path)).toEqual({
      code,
      stdout: '',
      stderr: `${path}: ${message}\n`,
    });
  });

  test('that is too large, a folder or not there takes one line', async () => {
    const path = written('large.txt', '192.0.2.1\n');
    truncateSync(path, 64 * 2 ** 20 + 1);
    const told = async (file: string) => (await pinger(database, 'import', file)).stderr;
    expect(await told(path)).toBe(`${path}: too large: expected at most 64 MiB\n`);
    mkdirSync(join(folder(), 'd'));
    expect(await told(join(folder(), 'd'))).toBe(`${join(folder(), 'd')}: a folder: expected a file\n`);
    expect(await told(join(folder(), 'x'))).toBe(`${join(folder(), 'x')}: there is no such file\n`);
  });

  test('of which nothing can be taken is told, but not without an end', async () => {
    const path = written('bad.csv', `address\n${'-bad-\n'.repeat(1000)}`);
    const { code, stderr } = await pinger(database, 'import', path);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(102);
    expect(stderr).toContain(`${path}: and 900 more lines of that kind\n`);
  });

  test('that is broken YAML is told by line and column', async () => {
    const path = written(
      'broken.yml',
      readFileSync(join(DATA, 'smokeping_prober.yml'), 'utf8').replace('[192', '[[192'),
    );
    const { code, stderr } = await pinger(database, 'import', path);
    expect(code).toBe(1);
    expect(stderr.split('\n')[0]).toMatch(/^.*broken\.yml:\d+: column \d+: .*expected/);
  });
});

test('names of files and what is in them are shown in one line', async () => {
  const path = join(folder(), 'a\nb.txt');
  copyFileSync(join(DATA, 'hosts.txt'), path);
  const { stdout } = await pinger(database, 'import', path);
  expect(stdout.trim().split('\n')).toHaveLength(1);
});
