import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryDatabase } from '../support/databases.ts';
import { connection, destinationsOf, pinger } from './support.ts';

let database: string;

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', 'example.com', '--name', 'first');
  await pinger(database, 'destinations', 'add', 'example.com', '-6');
});

const rows = async () => destinationsOf(await connection(database));

describe('destinations set', () => {
  test('changes what is given, and nothing else', async () => {
    const before = await rows();
    const options = ['--interval', '5s', '--timeout', '20', '--ttl', '9', '--data', 'abc', '--name', ''];
    expect(await pinger(database, 'destinations', 'set', '1', ...options)).toEqual({
      code: 0,
      stdout: 'Destination 1 (192.0.2.1): changed.\n',
      stderr: '',
    });
    const [first, ...others] = await rows();
    expect(first).toEqual({ ...before[0], interval: 5000, timeout: 20, ttl: 9, data: 'abc', name: null });
    expect(others).toEqual(before.slice(1));
  });

  test('takes addresses, which may stand for several rows, and counts each row once', async () => {
    const { stdout } = await pinger(database, 'destinations', 'set', 'EXAMPLE.com', '2', '--size', '3');
    expect(stdout).toBe('Destination 2 (example.com): changed.\nDestination 3 (example.com): changed.\n');
    expect((await rows()).map(({ data }) => data)).toEqual(['', '012', '012']);
  });

  test('takes names as it takes addresses, and so do the commands that only read', async () => {
    const { stdout } = await pinger(database, 'destinations', 'set', 'First', '--size', '3');
    expect(stdout).toBe('Destination 1 (192.0.2.1): changed.\nDestination 2 (example.com): changed.\n');
    const stats = await pinger(database, 'stats', '--destination', 'first', '--json');
    const found = stats.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(found.map(({ destination_id }) => destination_id)).toEqual([1, 2]);
    await pinger(database, 'destinations', 'set', '2', '--name', 'second');
    expect(await pinger(database, 'history', 'second')).toMatchObject({ code: 0, stderr: '' });
  });

  test('takes a URL as the address, which says protocol and port, too', async () => {
    const ended = await pinger(database, 'destinations', 'set', '1', '--address', 'udp://[2001:db8::1]:53');
    expect(ended.stdout).toBe('Destination 1 (udp://[2001:db8::1]:53): changed.\n');
    expect((await rows())[0]).toMatchObject({ address: '2001:db8::1', protocol: 4, port: 53 });
  });

  test('to ICMP leaves a port in the row, and the row is the same destination without it', async () => {
    await pinger(database, 'destinations', 'set', '1', '--protocol', 'tcp', '--port', '80');
    await pinger(database, 'destinations', 'set', '1', '--protocol', 'icmp');
    expect((await pinger(database, 'destinations', 'add', '192.0.2.1')).stdout).toMatch(/^Already there/);
  });

  test('changes address and protocol together', async () => {
    await pinger(database, 'destinations', 'set', '1', '--address', '::1', '--protocol', 'icmp6');
    expect((await rows())[0]).toMatchObject({ address: '::1', protocol: 6 });
  });

  test.each([
    [['1', '3', '--address', '192.0.2.7'], 1, 'destination 3: address 192.0.2.7 is IPv4'],
    [['1', '--address', '::1'], 1, 'destination 1: address ::1 is IPv6'],
    [['1', '--address', 'no name'], 1, 'neither an IP address nor a host name'],
    [['1', '--protocol', 'icmp6'], 1, 'is IPv4: protocol 6'],
    [['1', '9', '--ttl', '3'], 1, 'there is no destination 9;'],
    [['1', 'example.org', '--ttl', '3'], 1, 'there is no destination example.org;'],
    [['1', '99999999999999999999', '--ttl', '3'], 1, 'there is no destination 99999999999999999999;'],
    [['1', '--size', '65500'], 1, 'at most 65499 fit a packet'],
    [['1'], 2, 'nothing to change'],
    [['1', '--ttl', '0'], 2, 'expected a whole number from 1 to 255'],
    [['1', '--address', 'tcp://192.0.2.1'], 1, 'destination 1: port is missing: protocol 2 (TCP) needs one'],
    [['1', '--address', 'tcp://192.0.2.1:80', '--port', '81'], 2, 'does not go with port 81'],
    [['1', '--protocol', 'gre'], 2, 'Allowed choices are icmp, tcp, udp, icmp6, tcp6, udp6'],
    [['1', '--protocol', 'udp'], 1, 'destination 1: port is missing: protocol 1 (UDP) needs one'],
    [['1', '--port', '70000'], 2, 'port 70000: expected a whole number from 1 to 65535'],
    [['--ttl', '3'], 2, 'missing required argument'],
  ])('%j changes nothing and takes one line', async (args, code, message) => {
    const before = await rows();
    const ended = await pinger(database, 'destinations', 'set', ...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(await rows()).toEqual(before);
  });

  test('rights a row that could not be probed', async () => {
    const dataSource = await connection(database);
    await dataSource.query('UPDATE destinations SET interval = 0, ttl = 0 WHERE id = 1');
    expect((await pinger(database, 'destinations', 'set', '1', '--interval', '1s')).stderr).toContain(
      'ttl 0',
    );
    expect((await pinger(database, 'destinations', 'set', '1', '--interval', '1s', '--ttl', '1')).code).toBe(
      0,
    );
    expect((await rows())[0]).toMatchObject({ interval: 1000, ttl: 1 });
  });
});

test('remove takes rows away and leaves their results', async () => {
  const dataSource = await connection(database);
  await dataSource.query('INSERT INTO results (rtime, destination_id) VALUES (1, 1)');
  expect((await pinger(database, 'destinations', 'remove', '1', 'example.com')).stdout.split('\n')).toEqual([
    'Destination 1 (192.0.2.1): removed; its results stay.',
    'Destination 2 (example.com): removed; its results stay.',
    'Destination 3 (example.com): removed; its results stay.',
    '',
  ]);
  expect(await rows()).toEqual([]);
  expect(await dataSource.query('SELECT count(*) AS n FROM results')).toEqual([{ n: 1 }]);
});

test('pause and resume switch rows, and write only where that changes something', async () => {
  const dataSource = await connection(database);
  const edits = async () => (await dataSource.query('SELECT count(*) AS n FROM destination_changes'))[0].n;
  const before = await edits();
  expect((await pinger(database, 'destinations', 'pause', '1', '1')).stdout).toBe(
    'Destination 1 (192.0.2.1): paused.\n',
  );
  expect((await pinger(database, 'destinations', 'pause', '1')).code).toBe(0);
  expect((await rows()).map(({ active }) => active)).toEqual([0, 1, 1]);
  expect((await pinger(database, 'destinations', 'resume', '1', '2')).stdout).toContain(
    'Destination 2 (example.com): resumed.',
  );
  expect((await rows()).map(({ active }) => active)).toEqual([1, 1, 1]);
  expect((await edits()) - before).toBe(2);
});

test.each(['remove', 'pause', 'resume'])(
  '%s changes nothing when one of the ids is unknown',
  async (command) => {
    await pinger(database, 'destinations', 'pause', '2');
    const before = await rows();
    const ended = await pinger(database, 'destinations', command, '1', '2', '7');
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no destination 7; "pinger destinations list" shows those there are\n',
    });
    expect(await rows()).toEqual(before);
    expect((await pinger(await temporaryDatabase(), 'destinations', command, '1')).stderr).toContain(
      'there is none yet',
    );
  },
);
