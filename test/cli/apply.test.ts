import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { isMade, onPostgres, temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { connection, destinationsOf, pinger } from './support.ts';

const folder = temporaryFolder();

let database: string;
let path: string;

beforeEach(async () => {
  database = await temporaryDatabase();
  path = join(folder(), 'destinations.yaml');
});

const rows = async () => destinationsOf(await connection(database));

/** How many edits the table has had. */
const edits = async () =>
  (await (await connection(database)).query('SELECT count(*) AS n FROM destination_changes'))[0].n;

const apply = (yaml: string, ...options: string[]) => {
  writeFileSync(path, yaml);
  return pinger(database, 'apply', path, ...options);
};

const FILE = `# What the office probes
defaults:
  interval: 5s
  size: 3
destinations:
  - address: 192.0.2.1
    name: gateway
  - address: tcp://example.com:443
    timeout: 300ms
    data: hello
  - address: example.com
    protocol: icmp6
    interval: 1500
    active: false
  - address: 2001:db8::1
    ttl: 9
`;

test('fills an empty table, and changes nothing the second time', async () => {
  const ended = await apply(FILE);
  expect(ended).toEqual({
    code: 0,
    stdout: [
      '+ 192.0.2.1 (ICMP, name gateway, interval 5s, data 012)',
      '+ tcp://example.com:443 (TCP, interval 5s, timeout 300ms, data hello)',
      '+ example.com (ICMP6, interval 1.5s, data 012, active false)',
      '+ 2001:db8::1 (ICMP6, interval 5s, ttl 9, data 012)',
      '4 added, 0 changed, 0 removed, 0 as they are.',
      '',
    ].join('\n'),
    stderr: '',
  });
  expect(await rows()).toMatchObject([
    {
      address: '192.0.2.1',
      protocol: 3,
      name: 'gateway',
      interval: 5000,
      timeout: 1000,
      data: '012',
      active: 1,
    },
    { address: 'example.com', protocol: 2, port: 443, interval: 5000, timeout: 300, data: 'hello' },
    { address: 'example.com', protocol: 6, interval: 1500, active: 0 },
    { address: '2001:db8::1', protocol: 6, ttl: 9 },
  ]);
  const before = await edits();
  expect((await apply(FILE)).stdout).toBe('0 added, 0 changed, 0 removed, 4 as they are.\n');
  expect(await edits()).toBe(before);
});

test('changes what differs, finds rows by name, then by address, and leaves the others alone', async () => {
  await apply(FILE);
  const before = await edits();
  const changed = FILE.replace('192.0.2.1', '192.0.2.7')
    .replace('timeout: 300ms', 'timeout: 2s\n    name: web')
    .replace('    active: false\n', '')
    .replace('2001:db8::1', '2001:0DB8:0::1');
  expect(await apply(changed)).toEqual({
    code: 0,
    stdout: [
      '~ 192.0.2.1 #1: address 192.0.2.1 → 192.0.2.7',
      '~ tcp://example.com:443 #2: timeout 300ms → 2s, name - → web',
      '~ example.com #3: active false → true',
      '0 added, 3 changed, 0 removed, 1 as they are.',
      '',
    ].join('\n'),
    stderr: '',
  });
  expect((await edits()) - before).toBe(3);
  expect(await rows()).toMatchObject([
    { id: 1, address: '192.0.2.7' },
    { id: 2, timeout: 2000, name: 'web' },
    { id: 3, active: 1 },
    { id: 4, address: '2001:db8::1' },
  ]);
});

describe('what is not in the file', () => {
  const LESS = 'destinations:\n  - address: 192.0.2.1\n    name: gateway\n    interval: 5s\n    size: 3\n';

  test('is removed only by who agrees', async () => {
    await apply(FILE);
    const refused = await apply(LESS);
    expect(refused.code).toBe(1);
    expect(refused.stdout.split('\n')).toEqual([
      '- tcp://example.com:443 #2',
      '- example.com #3',
      '- 2001:db8::1 #4',
      '',
    ]);
    expect(refused.stderr).toBe(
      'nothing is changed: 3 destinations would be removed; --yes agrees to that\n',
    );
    expect(await rows()).toHaveLength(4);
    expect((await apply(LESS, '--yes')).stdout).toContain('0 added, 0 changed, 3 removed, 1 as they are.');
    expect(await rows()).toMatchObject([{ id: 1, address: '192.0.2.1' }]);
  });

  test.skipIf(onPostgres)('goes in one transaction with everything else', async () => {
    await apply(FILE);
    const dataSource = await connection(database);
    await dataSource.query(
      "CREATE TRIGGER refuse BEFORE INSERT ON destinations WHEN NEW.address = '192.0.2.9' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    const before = await rows();
    const ended = await apply(`${LESS.replace('5s', '9s')}  - address: 192.0.2.9\n`, '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(await rows()).toEqual(before);
  });
});

test.skipIf(onPostgres)('a dry run makes not even a database', async () => {
  expect((await apply(FILE, '--dry-run')).stdout).toContain(
    'Would be 4 added, 0 changed, 0 removed, 0 as they are.',
  );
  expect(await apply(FILE, '--check')).toMatchObject({ code: 1 });
  expect(await isMade(database)).toBe(false);
});

test('a dry run changes nothing; --check tells by the exit code whether there is a difference', async () => {
  await apply(FILE);
  expect(await apply(FILE, '--check')).toMatchObject({ code: 0, stderr: '' });
  const less = 'destinations: []\n';
  expect(await apply(less, '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Would be 0 added, 0 changed, 4 removed, 0 as they are.'),
    stderr: '',
  });
  expect(await apply(less, '--check')).toMatchObject({
    code: 1,
    stderr: `the table is not as ${path} says\n`,
  });
  expect(await rows()).toHaveLength(4);
});

test('a file with errors changes nothing, and every one is told by line', async () => {
  await apply(FILE);
  const before = await rows();
  const wrong = `defaults:
  interval: soon
destinations:
  - address: 192.0.2.1
    protocl: tcp
  - name: nowhere
  - address: 192.0.2.2
    ttl: 300
  - 192.0.2.3
`;
  const { code, stdout, stderr } = await apply(wrong, '--yes');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    `${path}:2: column 13: interval soon: expected a time with a unit, such as 200ms, 1.5s or 1h, of whole milliseconds from 1ms to 24.8d`,
    expect.stringMatching(/:5: column 5: unknown key protocl: expected /),
    expect.stringMatching(/:6: column 5: missing key address: expected a host name, an IP address or a URL$/),
    expect.stringMatching(/:8: column 10: ttl 300: expected a whole number from 1 to 255$/),
    expect.stringMatching(/:9: column 5: destinations 192.0.2.3: expected keys with values: address, name, /),
    `${path}: nothing is changed because of 5 errors`,
    '',
  ]);
  expect(await rows()).toEqual(before);
});

test('rows that cannot be probed, and sources that there are not, are errors, too', async () => {
  const wrong = `destinations:
  - address: 192.0.2.1
    protocol: icmp6
  - address: example.com
    protocol: tcp
  - address: example.com
    port: 80
  - address: a..b
  - address: gre://192.0.2.1
  - address: 192.0.2.1
    source: nobody
  - {address: 192.0.2.1, size: 65510}
`;
  const { code, stderr } = await apply(wrong);
  expect(code).toBe(1);
  expect(stderr.split('\n').map((line) => line.replace(path, ''))).toEqual([
    ':2: address 192.0.2.1 is IPv4: it does not go with icmp6',
    ':4: port is missing: protocol 2 (TCP) needs one, from 1 to 65535',
    ':6: port 80: icmp has no ports; tcp and udp have',
    ':8: address "a..b": neither an IP address nor a host name',
    ':9: address gre://192.0.2.1: expected tcp://, udp:// or icmp://, or a host name or IP address alone',
    ':10: source nobody: there is no such source; "pinger sources list" shows those there are',
    expect.stringMatching(/^:12: data is 65510 bytes long: at most \d+ fit/),
    ': nothing is changed because of 7 errors',
    '',
  ]);
  expect(await rows()).toEqual([]);
});

test.each([
  ['', 'empty'],
  ['# nothing\n', ':1: column 1: nothing in it: expected a file with destinations'],
  ['- a\n', ':1: expected keys with values: defaults, destinations'],
  ['destinations: 7\n', ':1: column 15: destinations 7: expected a list'],
  ['defaults: {ttl: 3}\n', ':1: column 1: missing key destinations: expected a list'],
  ['destinations: [\n', /^.*:1: column \d+: a list or keys without an end: expected \]/],
])('%j is refused in a line that says where and why', async (yaml, message) => {
  const { code, stderr } = await apply(yaml);
  expect(code).toBe(1);
  const [first = ''] = stderr.split('\n');
  if (typeof message === 'string') expect(first.replace(`${path}: `, '').replace(path, '')).toBe(message);
  else expect(first).toMatch(message);
});

test('ten thousand rows', async () => {
  const all = Array.from(
    { length: 10_000 },
    (_, index) => `  - address: 10.1.${index >> 8}.${index & 255}\n`,
  );
  const yaml = `destinations:\n${all.join('')}`;
  expect((await apply(yaml)).stdout).toContain('10000 added, 0 changed, 0 removed, 0 as they are.');
  const half = yaml
    .replace('destinations:', 'defaults: {ttl: 5}\ndestinations:')
    .split('\n')
    .slice(0, 5002)
    .join('\n');
  expect((await apply(half, '--yes')).stdout).toContain(
    '0 added, 5000 changed, 5000 removed, 0 as they are.',
  );
  expect(await rows()).toHaveLength(5000);
});
