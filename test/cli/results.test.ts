import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryDatabase } from '../support/databases.ts';
import { addResults, connection, objects, pinger } from './support.ts';

let database: string;
let dataSource: DataSource;

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', 'example.com');
  await pinger(database, 'destinations', 'add', 'example.com', '-6');
  dataSource = await connection(database);
});

/** 2024-11-19T07:06:40Z and so many ms, as rtime. */
const at = (ms: number): string => `${1_732_000_000_000 + ms}000000`;

const ids = async (...args: string[]) =>
  objects(await pinger(database, 'results', '--json', ...args)).map(({ id }) => id);

test('shows all columns, and rtime to the nanosecond', async () => {
  const row = {
    rtime: '1732000000123199999',
    address: '192.0.2.1',
    rsite: 3,
    rhost: 4,
    rtt: 0.123457,
    rtype: 1,
    rcode: 0,
    icmptype: 0,
    rid: 1792,
    rseq: 65_535,
    datamatch: 1,
    doubt: 'delayed',
    rttl: 64,
    destination_id: 1,
    source_id: 7,
  };
  await addResults(dataSource, [
    row,
    { rtime: '9223372036854775807', destination_id: 99, outcome: 'timeout' },
  ]);
  const [first, second] = objects(await pinger(database, 'results', '--json'));
  expect(first).toEqual({ ...row, id: 1, destination: '192.0.2.1', outcome: 'reply', datamatch: true });
  expect(second).toEqual({
    ...Object.fromEntries(Object.keys(row).map((column) => [column, null])),
    id: 2,
    rtime: '9223372036854775807',
    destination_id: 99,
    destination: '#99',
    outcome: 'timeout',
  });
});

test('is an aligned table without colours', async () => {
  const midnight = new Date().setHours(0, 0, 0, 0);
  await addResults(dataSource, [
    { rtime: `${midnight - 1}999999`, outcome: 'timeout', rseq: 1 },
    {
      rtime: `${midnight + 12}345678`,
      address: '192.0.2.1',
      rtt: 0.0514,
      rseq: 2,
      rttl: 64,
      icmptype: 0,
      rcode: 0,
      datamatch: 1,
    },
    {
      rtime: `${midnight + 13}000000`,
      address: '2001:db8::ffff:1',
      outcome: 'unreachable',
      destination_id: 99,
      icmptype: 1,
      rcode: 4,
      rtt: 1234.5,
    },
    {
      rtime: `${midnight + 14}000000`,
      address: '192.0.2.1',
      rtt: 12.3456,
      datamatch: 0,
      doubt: 'delayed',
      destination_id: null,
    },
  ]);
  const lines = (await pinger(database, 'results')).stdout.split('\n');
  const yesterday = new Date(midnight - 1);
  const day = [yesterday.getFullYear(), yesterday.getMonth() + 1, yesterday.getDate()]
    .map((number) => String(number).padStart(2, '0'))
    .join('-');
  expect(lines).toEqual([
    'time                     destination   from              outcome         seq     rtt ms  ttl  type/code  data     doubt',
    `${day} 23:59:59.999  192.0.2.1     -                 timeout           1          -    -          -  -`,
    '00:00:00.012             192.0.2.1     192.0.2.1         reply             2      0.051   64        0/0  ok',
    '00:00:00.013             #99           2001:db8::ffff:1  unreachable       -   1234.500    -        1/4  -',
    '00:00:00.014             -             192.0.2.1         reply             -     12.346    -          -  corrupt  delayed',
    '',
  ]);
});

describe('which results', () => {
  beforeEach(async () => {
    await addResults(
      dataSource,
      Array.from({ length: 60 }, (_, index) => ({
        rtime: at(index),
        destination_id: (index % 3) + 1,
        outcome: ['reply', 'timeout', 'late', 'refused'][index % 4],
      })),
    );
  });

  test('the newest 20, oldest first', async () => {
    expect(await ids()).toEqual(Array.from({ length: 20 }, (_, index) => 41 + index));
  });

  test('as many as --limit says', async () => {
    expect(await ids('--limit', '3')).toEqual([58, 59, 60]);
    expect(await ids('-n', '0')).toEqual([]);
    expect(await ids('-n', '1000')).toHaveLength(60);
  });

  test('of a destination, by id or address', async () => {
    expect(await ids('--destination', '1', '-n', '2')).toEqual([55, 58]);
    expect(await ids('--destination', 'Example.com', '-n', '3')).toEqual([57, 59, 60]);
  });

  test('of a destination that was removed', async () => {
    await pinger(database, 'destinations', 'remove', '2');
    const rows = objects(await pinger(database, 'results', '--json', '--destination', '2', '-n', '1'));
    expect(rows).toMatchObject([{ id: 59, destination_id: 2, destination: '#2' }]);
  });

  test('with an outcome', async () => {
    expect(await ids('--outcome', 'timeout', '-n', '2')).toEqual([54, 58]);
    expect(await ids('--outcome', 'timeout,late', '-n', '2')).toEqual([58, 59]);
    expect(await ids('--outcome', 'timeout', '--outcome', 'late', '-n', '2')).toEqual([58, 59]);
    expect(await ids('--outcome', 'unsent')).toEqual([]);
  });

  test('since a time', async () => {
    expect(await ids('--since', new Date(1_732_000_000_057).toISOString())).toEqual([58, 59, 60]);
    expect(await ids('--since', '1h')).toEqual([]);
    expect(await ids('--since', '100000d', '-n', '1')).toEqual([60]);
    await addResults(dataSource, [{ rtime: `${Date.now() - 3_000_000}000000`, destination_id: null }]);
    expect(await ids('--since', '1h')).toEqual([61]);
  });

  test('all of these together', async () => {
    const since = new Date(1_732_000_000_030).toISOString();
    const expected = Array.from({ length: 60 }, (_, index) => index)
      .filter((index) => index % 3 === 0 && index % 4 === 1 && index >= 30)
      .map((index) => index + 1);
    expect(await ids('--destination', '1', '--outcome', 'timeout', '--since', since)).toEqual(expected);
    expect(await ids('--destination', '1', '--outcome', 'timeout', '--since', since, '-n', '1')).toEqual(
      expected.slice(-1),
    );
  });

  test('in the order of their times', async () => {
    await addResults(dataSource, [{ rtime: at(58) }, { rtime: at(57) }]);
    expect(await ids('-n', '4')).toEqual([62, 59, 61, 60]);
    expect(await ids('-n', '3', '--destination', '1')).toEqual([58, 62, 61]);
  });

  test('more than one page of them', async () => {
    await dataSource.query(`WITH RECURSIVE n (i) AS (SELECT 60 UNION ALL SELECT i + 1 FROM n WHERE i < 2499)
      INSERT INTO results (rtime, destination_id) SELECT 1732000000000000000 + CAST(i AS bigint) * 1000000, 1 FROM n`);
    expect(await ids('-n', '5000')).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
  });
});

test.each([
  [
    ['--outcome', 'lost'],
    2,
    '"lost" is not an outcome: expected reply, refused, unreachable, ttl_exceeded, timeout',
  ],
  [['--outcome', 'reply,'], 2, '"" is not an outcome'],
  [['--since', 'yesterday'], 2, '"yesterday" is no time'],
  [['--since', '2024-13-01'], 2, '"2024-13-01" is no time'],
  [['--limit', '-1'], 2, 'is not a whole number'],
  [['--destination', '77'], 1, 'there is no destination 77;'],
  [['--destination', 'example.org'], 1, 'there is no destination example.org;'],
  [['--database', 'mysql:x'], 2, 'expected sqlite:PATH'],
])('%j is refused in one line', async (args, code, message) => {
  const ended = await pinger(database, 'results', ...args);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test('says when there is none, and nothing with --json', async () => {
  expect(await pinger(database, 'results')).toMatchObject({
    code: 0,
    stdout: 'There are no such results.\n',
  });
  expect(await pinger(database, 'results', '--json')).toMatchObject({ code: 0, stdout: '' });
  expect(await pinger(await temporaryDatabase(), 'results')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is none yet'),
  });
});
