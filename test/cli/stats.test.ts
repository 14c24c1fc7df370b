import { expect, test } from 'vitest';
import { formatStatistics } from '../../src/cli/statistics-table.ts';
import { statisticsOf } from '../../src/statistics/statistics.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { addResults, connection, objects, pinger } from './support.ts';

async function monitored(): Promise<string> {
  const database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', '2001:db8::1');
  const now = Date.now();
  await addResults(await connection(database), [
    ...[1, 2, 3, 4.5].map((rtt) => ({ rtt, rtime: `${now}000000`, datamatch: rtt === 3 ? 0 : 1 })),
    { rtt: 9, rtime: `${now - 7_200_000}000000` },
    { outcome: 'timeout', rtime: `${now}000000` },
    { outcome: 'late', rtime: `${now}000000`, rtt: 1200 },
    { outcome: 'timeout', rtime: `${now}000000`, destination_id: 77 },
  ]);
  return database;
}

test('is an aligned table without colours', async () => {
  const { stdout, code } = await pinger(await monitored(), 'stats', '--since', '1h');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'destination  sent  received   loss  min ms    avg    max  stddev    p50    p95    p99  late  duplicate  corrupt  unsent',
    '192.0.2.1       5         4  20.0%   1.000  2.625  4.500   1.293  2.000  4.500  4.500     1          0        1       0',
    '2001:db8::1     0         0      -       -      -      -       -      -      -      -     0          0        0       0',
    '#77             1         0   100%       -      -      -       -      -      -      -     0          0        0       0',
    '',
  ]);
});

test('prints numbers with --json', async () => {
  const database = await monitored();
  const [first, second, third] = objects(await pinger(database, 'stats', '--json'));
  expect(first).toEqual({
    destination_id: 1,
    destination: '192.0.2.1',
    sent: 6,
    received: 5,
    lost: 1,
    loss: 1 / 6,
    min: 1,
    avg: 3.9,
    max: 9,
    stddev: expect.closeTo(Math.sqrt(7.84), 12),
    p50: 3,
    p95: 9,
    p99: 9,
    late: 1,
    duplicate: 0,
    corrupt: 1,
    unsent: 0,
    doubtful: 0,
    reply: 5,
    refused: 0,
    unreachable: 0,
    ttl_exceeded: 0,
    timeout: 1,
  });
  expect(second).toMatchObject({ destination: '2001:db8::1', sent: 0, loss: null, avg: null });
  expect(third).toMatchObject({ destination_id: 77, destination: '#77', loss: 1 });
});

test('shows how many results are in doubt, where any is', async () => {
  const database = await monitored();
  await addResults(await connection(database), [
    { outcome: 'timeout', doubt: 'dropped', destination_id: 2 },
    { outcome: 'late', doubt: 'delayed', rtt: 1200, destination_id: 2 },
  ]);
  const { stdout } = await pinger(database, 'stats');
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => line.split(/ +/).at(-1))).toEqual(['doubtful', '0', '2', '0']);
  const rows = objects(await pinger(database, 'stats', '--json'));
  expect(rows.map(({ doubtful, loss }) => [doubtful, loss])).toEqual([
    [0, 1 / 6],
    [2, 1],
    [0, 1],
  ]);
});

test('of some destinations only', async () => {
  const database = await monitored();
  const of = async (destination: string) =>
    objects(await pinger(database, 'stats', '--json', '--destination', destination)).map(
      (row) => row.destination_id,
    );
  expect(await of('2001:DB8:0::1')).toEqual([2]);
  expect(await of('77')).toEqual([77]);
  expect(await pinger(database, 'stats', '--destination', '78')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'there is no destination 78; "pinger destinations list" shows those there are\n',
  });
});

test('tells destinations with one address apart', async () => {
  const database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', 'example.com', '192.0.2.1');
  await pinger(database, 'destinations', 'add', 'example.com', '-6');
  const { stdout } = await pinger(database, 'stats');
  expect(stdout.split('\n').map((line) => line.split('  ')[0])).toEqual([
    'destination',
    'example.com #1',
    '192.0.2.1',
    'example.com #3',
    '',
  ]);
});

test('of nothing at all', async () => {
  const database = await temporaryDatabase();
  await connection(database);
  expect((await pinger(database, 'stats')).stdout).toBe('There are no destinations and no results yet.\n');
  expect((await pinger(database, 'stats', '--json')).stdout).toBe('');
  expect(await pinger(await temporaryDatabase(), 'stats')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is none yet'),
  });
});

test.each([
  [1, 0, '0%'],
  [10_000, 1, '<0.1%'],
  [3, 1, '33.3%'],
  [10_000, 9_999, '>99.9%'],
  [2, 2, '100%'],
])(
  'of %i sent and %i lost the loss reads so that only none is 0% and only all is 100%',
  (sent, lost, shown) => {
    const zero = { refused: 0, unreachable: 0, ttl_exceeded: 0, late: 0, duplicate: 0, unsent: 0 };
    const none = { min: null, avg: null, max: null, stddev: null, p50: null, p95: null, p99: null };
    const statistics = statisticsOf(
      { ...zero, reply: sent - lost, timeout: lost },
      { corrupt: 0, doubtful: 0 },
      none,
    );
    expect(
      formatStatistics([{ label: 'x', statistics }])
        .split('\n')[1]
        ?.split(/ +/)[3],
    ).toBe(shown);
  },
);
