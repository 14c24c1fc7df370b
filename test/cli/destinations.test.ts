import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { BAD_ADDRESSES } from '../support/bad-addresses.ts';
import { isMade, onPostgres, shell, temporaryDatabase } from '../support/databases.ts';
import { connection, destinationsOf, objects, pinger } from './support.ts';

describe('destinations add', () => {
  test('makes the database and adds addresses and names with their protocol', async () => {
    const database = await temporaryDatabase();
    const { code, stdout, stderr } = await pinger(
      database,
      'destinations',
      'add',
      '127.0.0.1',
      '::1',
      'example.com',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'Added 127.0.0.1 (ICMP) as destination 1.',
      'Added ::1 (ICMP6) as destination 2.',
      'Added example.com (ICMP) as destination 3.',
      '',
    ]);
    expect(await destinationsOf(await connection(database))).toMatchObject([
      {
        address: '127.0.0.1',
        protocol: 3,
        interval: 1000,
        timeout: 1000,
        ttl: 64,
        data: '',
        active: 1,
        name: null,
      },
      { address: '::1', protocol: 6 },
      { address: 'example.com', protocol: 3 },
    ]);
  });

  test('takes every option', async () => {
    const database = await temporaryDatabase();
    const options = [
      '-6',
      '-i',
      '5s',
      '-t',
      '1500ms',
      '--ttl',
      '3',
      '--data',
      'grüße',
      '--name',
      'web',
      '--paused',
    ];
    const { stdout } = await pinger(database, 'destinations', 'add', 'example.com', ...options);
    expect(stdout).toBe('Added example.com (ICMP6) as destination 1, paused.\n');
    await pinger(database, 'destinations', 'add', '192.0.2.1', '--size', '40');
    expect(await destinationsOf(await connection(database))).toMatchObject([
      { protocol: 6, interval: 5000, timeout: 1500, ttl: 3, data: 'grüße', name: 'web', active: 0 },
      { data: '0123456789abcdefghijklmnopqrstuvwxyz0123' },
    ]);
  });

  test('takes ports and URLs, and tells destinations apart by them', async () => {
    const database = await temporaryDatabase();
    const { stdout } = await pinger(
      database,
      'destinations',
      'add',
      'tcp://192.0.2.1:443',
      'tcp://192.0.2.1:80',
      'udp://192.0.2.1:443',
      'tcp://[2001:db8::1]:443',
      'tcp6://example.com:443',
      'icmp://192.0.2.1',
    );
    expect(stdout.trim().split('\n')).toEqual([
      'Added tcp://192.0.2.1:443 (TCP) as destination 1.',
      'Added tcp://192.0.2.1:80 (TCP) as destination 2.',
      'Added udp://192.0.2.1:443 (UDP) as destination 3.',
      'Added tcp://[2001:db8::1]:443 (TCP6) as destination 4.',
      'Added tcp6://example.com:443 (TCP6) as destination 5.',
      'Added 192.0.2.1 (ICMP) as destination 6.',
    ]);
    const more = ['--protocol', 'tcp', '--port', '443'];
    const again = await pinger(database, 'destinations', 'add', '192.0.2.1', 'example.com', '-6', ...more);
    expect(again).toMatchObject({ code: 2, stderr: 'address 192.0.2.1 is IPv4: it does not go with -6\n' });
    const six = await pinger(database, 'destinations', 'add', 'example.com', '-6', ...more);
    expect(six.stdout).toBe(
      'Already there: tcp6://example.com:443 (TCP6) is destination 5, with its own settings.\n',
    );
    expect(await destinationsOf(await connection(database))).toMatchObject([
      { protocol: 2, port: 443 },
      { protocol: 2, port: 80 },
      { protocol: 1, port: 443 },
      { protocol: 5, port: 443, address: '2001:db8::1' },
      { protocol: 5, port: 443, address: 'example.com' },
      { protocol: 3, port: null },
    ]);
    const paused = await pinger(database, 'destinations', 'pause', 'tcp://192.0.2.1:443');
    expect(paused.stdout).toBe('Destination 1 (tcp://192.0.2.1:443): paused.\n');
    const resumed = await pinger(database, 'destinations', 'resume', 'TCP6://[2001:DB8:0::1]:443/');
    expect(resumed.stdout).toBe('Destination 4 (tcp://[2001:db8::1]:443): resumed.\n');
    const all = await pinger(database, 'destinations', 'pause', '192.0.2.1');
    expect(all.stdout.trim().split('\n')).toHaveLength(4);
  });

  test('adds nothing a second time, however it is spelled', async () => {
    const database = await temporaryDatabase();
    await pinger(database, 'destinations', 'add', '::1', 'example.com', '--ttl', '9');
    const again = await pinger(
      database,
      'destinations',
      'add',
      '0:0::1',
      'Example.com',
      '192.0.2.1',
      '192.0.2.1',
    );
    expect(again).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'Added 192.0.2.1 (ICMP) as destination 3.',
        'Already there: ::1 (ICMP6) is destination 1, with its own settings.',
        'Already there: example.com (ICMP) is destination 2, with its own settings.',
        '',
      ].join('\n'),
    });
    expect((await pinger(database, 'destinations', 'add', '::1', '--name', 'gateway')).stdout).toBe(
      'Already there: ::1 (ICMP6) is destination 1, with its own settings.\n"pinger destinations set" changes those.\n',
    );
    await pinger(database, 'destinations', 'add', 'example.com', '-6');
    await pinger(database, 'destinations', 'add', 'fe80::1%eth0', 'fe80::1%eth1');
    expect(await destinationsOf(await connection(database))).toHaveLength(6);
  });

  test.each([
    [['::1', '-4'], 'address ::1 is IPv6: it does not go with -4'],
    [['127.0.0.1', '-6'], 'address 127.0.0.1 is IPv4: it does not go with -6'],
    [['1.2.3'], 'not an IPv4 address'],
    [['exa mple'], 'neither an IP address nor a host name'],
    [[''], 'address is empty'],
    [['127.0.0.1', '--ttl', '256'], 'expected a whole number from 1 to 255'],
    [['127.0.0.1', '--interval', '0'], 'expected a whole number from 1 to'],
    [['127.0.0.1', '--interval', 'often'], '"often" is not a time'],
    [['127.0.0.1', '--timeout', '30d'], 'expected a whole number from 1 to'],
    [['127.0.0.1', '--size', '65500'], 'at most 65499 fit a packet'],
    [['127.0.0.1', '--size', '999999999999'], 'at most 65527 bytes fit a packet'],
    ...BAD_ADDRESSES,
    [['127.0.0.1', '--data', 'x', '--size', '3'], 'cannot be used with'],
    [['example.com', '-4', '-6'], 'cannot be used with'],
  ])('of %j with others nothing is added, and one line says why', async (args, message) => {
    const database = await temporaryDatabase();
    const ended = await pinger(database, 'destinations', 'add', ...args, 'example.org');
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(await isMade(database)).toBe(false);
  });

  test('adds nothing whose data fits no packet', async () => {
    const database = await temporaryDatabase();
    const ended = await pinger(database, 'destinations', 'add', '127.0.0.1', '--data', 'é'.repeat(32_750));
    expect(ended).toMatchObject({
      code: 2,
      stderr: 'data is 65500 bytes long: at most 65499 fit a packet of protocol 3 (ICMP)\n',
    });
    expect(await isMade(database)).toBe(false);
  });

  test('asks for an address', async () => {
    const ended = await pinger(await temporaryDatabase(), 'destinations', 'add');
    expect(ended).toMatchObject({ code: 2, stderr: "error: missing required argument 'address'\n" });
  });

  test('waits for a writer, and reads pass it', async () => {
    const database = await temporaryDatabase();
    await pinger(database, 'destinations', 'add', '192.0.2.1');
    const monitor = (await connection(database)).createQueryRunner();
    await monitor.query(onPostgres ? 'BEGIN' : 'BEGIN IMMEDIATE');
    await monitor.query("UPDATE destinations SET name = 'busy'");
    expect(objects(await pinger(database, 'destinations', 'list', '--json'))).toMatchObject([{ name: null }]);
    const adding = pinger(database, 'destinations', 'add', '192.0.2.2');
    await sleep(300);
    await monitor.query('COMMIT');
    await monitor.release();
    expect(await adding).toMatchObject({ code: 0, stdout: 'Added 192.0.2.2 (ICMP) as destination 2.\n' });
  });
});

describe('destinations list', () => {
  test('tells what to do about an empty table, and prints nothing with --json', async () => {
    const database = await temporaryDatabase();
    await connection(database);
    expect((await pinger(database, 'destinations', 'list')).stdout).toContain(
      'pinger destinations add example.com',
    );
    expect((await pinger(database, 'destinations', 'list', '--json')).stdout).toBe('');
  });

  test('is an aligned table', async () => {
    const database = await temporaryDatabase();
    await pinger(
      database,
      'destinations',
      'add',
      '127.0.0.1',
      '--size',
      '56',
      '--name',
      'here',
      '-i',
      '200ms',
    );
    await pinger(database, 'destinations', 'add', '2001:db8::1', '--paused', '-t', '1h');
    expect((await pinger(database, 'destinations', 'list')).stdout.split('\n')).toEqual([
      'id  active  address      protocol  port  interval  timeout  ttl  size  name  problem',
      ' 1  yes     127.0.0.1    ICMP         -     200ms       1s   64    56  here',
      ' 2  paused  2001:db8::1  ICMP6        -        1s       1h   64     0  -',
      '',
    ]);
  });

  test('prints the columns as they are with --json', async () => {
    const database = await temporaryDatabase();
    await pinger(database, 'destinations', 'add', '127.0.0.1', '--data', 'grüße');
    expect(objects(await pinger(database, 'destinations', 'list', '--json'))).toEqual([
      {
        id: 1,
        active: true,
        address: '127.0.0.1',
        protocol: 3,
        interval: 1000,
        timeout: 1000,
        ttl: 64,
        data: 'grüße',
        port: null,
        name: null,
        source_id: null,
        size: 7,
        problem: null,
      },
    ]);
  });

  test('shows rows whose columns have what no probe can do', async () => {
    const database = await temporaryDatabase();
    await connection(database);
    for (const row of [
      "(address, interval, name) VALUES ('192.0.2.1', -7, 'two\n\x1b[2Jlines')",
      "(address, protocol, ttl) VALUES ('', 9, 3000)",
      "(address) VALUES ('::1')",
    ])
      await shell(database, `INSERT INTO destinations ${row}`);
    const lines = (await pinger(database, 'destinations', 'list')).stdout.trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/ -7ms .* two\\x0a\\x1b\[2Jlines +interval -7: expected a whole number/);
    expect(lines[2]).toMatch(/ 9 .* 3000 .* protocol 9: expected 1 \(UDP\), 2 \(TCP\), 3/);
    expect(lines[3]).toMatch(/ address ::1 is IPv6: .* or use protocol 6 \(ICMP6\)$/);
  });

  // Columns of a server's take nothing but what their type says.
  test.skipIf(onPostgres)('shows what a SQL shell wrote, and why it cannot be probed', async () => {
    const database = await temporaryDatabase();
    await connection(database);
    for (const row of [
      "(address, interval, name) VALUES ('192.0.2.1', 'often', 'two' || char(10) || char(27) || '[2Jlines')",
      "(address, protocol, ttl) VALUES (x'ff', 9, 3000)",
      "(address, timeout) VALUES ('192.0.2.3', 1.5)",
      "(address) VALUES ('::1')",
      "(address, data) VALUES ('192.0.2.5', zeroblob(70000))",
    ])
      await shell(database, `INSERT INTO destinations ${row}`);
    const { stdout } = await pinger(database, 'destinations', 'list');
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatch(/ often .* two\\x0a\\x1b\[2Jlines +interval "often": expected a whole number/);
    expect(lines[2]).toMatch(/ 9 .* 3000 .* protocol 9: expected 1 \(UDP\), 2 \(TCP\), 3/);
    expect(lines[3]).toMatch(/ 1\.5ms .* timeout 1\.5: expected a whole number/);
    expect(lines[4]).toMatch(/ address ::1 is IPv6: .* or use protocol 6 \(ICMP6\)$/);
    expect(lines[5]).toMatch(/ 70000 .* data is 70000 bytes long/);
    const rows = objects(await pinger(database, 'destinations', 'list', '--json'));
    expect(rows[0]).toMatchObject({
      interval: 'often',
      problem: expect.stringContaining('interval "often"'),
    });
  });

  test('says that a row belongs to a source that there is none of, and takes its negative id', async () => {
    const database = await temporaryDatabase();
    await connection(database);
    await shell(database, "INSERT INTO destinations (id, address, source_id) VALUES (-5, '192.0.2.1', 77)");
    const { stdout } = await pinger(database, 'destinations', 'list');
    expect(stdout).toMatch(/-5 +yes +192\.0\.2\.1 .* source_id 77: there is no such source\n/);
    expect(await pinger(database, 'destinations', 'remove', '--', '-5')).toMatchObject({ code: 0 });
  });

  test('has no colours where the output is no terminal', async () => {
    const database = await temporaryDatabase();
    await pinger(database, 'destinations', 'add', '192.0.2.1', '--paused');
    expect((await pinger(database, 'destinations', 'list')).stdout).not.toContain('\x1b');
  });

  test('makes no database', async () => {
    const database = await temporaryDatabase();
    const { code, stderr } = await pinger(database, 'destinations', 'list');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^database .*: there is none yet.*\n$/);
    expect(await isMade(database)).toBe(false);
  });
});
