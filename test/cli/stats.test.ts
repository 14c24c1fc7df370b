import { describe, expect, test } from 'vitest';
import { formatStatistics } from '../../src/cli/statistics-table.ts';
import { mosOf, ratingOf } from '../../src/statistics/mos.ts';
import { statisticsOf } from '../../src/statistics/statistics.ts';
import { Summary } from '../../src/statistics/summary.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { addResults, connection, objects, pinger } from './support.ts';

async function monitored(): Promise<string> {
  const database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', '2001:db8::1');
  const now = Date.now();
  await addResults(await connection(database), [
    ...[1, 2, 3, 4.5].map((rtt, rseq) => ({
      rtt,
      rseq,
      rtime: `${now}000000`,
      datamatch: rtt === 3 ? 0 : 1,
    })),
    { rtt: 9, rseq: 100, rtime: `${now - 7_200_000}000000` },
    { outcome: 'timeout', rtime: `${now}000000` },
    { outcome: 'late', rtime: `${now}000000`, rtt: 1200 },
    { outcome: 'timeout', rtime: `${now}000000`, destination_id: 77 },
  ]);
  return database;
}

test('is an aligned table without colours, with columns for rare counts where there are any', async () => {
  const { stdout, code } = await pinger(await monitored(), 'stats', '--since', '1h');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'destination  sent   loss  burst  min ms    avg    p95    p99    max   ipdv  avail  mos  late  corrupt',
    '192.0.2.1       5  20.0%      1   1.000  2.625  4.500  4.500  4.500  1.167   100%  2.5     1        1',
    '2001:db8::1     0      -      0       -      -      -      -      -      -      -    -     0        0',
    '#77             1   100%      1       -      -      -      -      -      -     0%    -     0        0',
    '',
  ]);
});

test('prints numbers with --json', async () => {
  const database = await monitored();
  const [first, second, third] = objects(await pinger(database, 'stats', '--json'));
  const rating = ratingOf({ delay: 3.9 / 2 + 60, loss: 1 / 6, burstRatio: 5 / 6 });
  expect(first).toEqual({
    destination_id: 1,
    destination: '192.0.2.1',
    sent: 6,
    received: 5,
    lost: 1,
    undetermined: 0,
    loss: 1 / 6,
    loss_periods: 1,
    longest_loss_period: 1,
    min: 1,
    avg: expect.closeTo(3.9, 12),
    max: 9,
    stddev: expect.closeTo(Math.sqrt(7.84), 12),
    p50: expect.closeTo(3, 1),
    p95: 9,
    p99: 9,
    pdv_p95: 8,
    pdv_p99: 8,
    ipdv_mean: expect.closeTo(3.5 / 3, 12),
    ipdv_max: 1.5,
    availability: 1,
    minutes_observed: 2,
    minutes_available: 2,
    r_estimate: expect.closeTo(rating, 9),
    mos_estimate: expect.closeTo(mosOf(rating), 9),
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

test('tells every figure with its unit and definition where details are asked for', async () => {
  const database = await monitored();
  const { stdout } = await pinger(database, 'stats', '--since', '1h', '--destination', '1', '--details');
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('192.0.2.1');
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}loss +20\.0% {2}lost \/ \(received \+ lost\) \(RFC 7680\)$/),
      expect.stringMatching(/^ {2}ipdv_max +1\.500 ms {2}largest .*RFC 3393/),
      expect.stringMatching(/^ {2}mos_estimate +\d\.\d\d {2}estimate: .*ITU-T G\.107/),
    ]),
  );
  // Every figure that --json has, and no other.
  const [{ destination_id, destination, ...figures }] = objects(
    await pinger(database, 'stats', '--json', '--destination', '1'),
  ) as [Record<string, unknown>];
  const named = lines.slice(1, -1).map((line) => line.trim().split(' ')[0]);
  expect(named.sort()).toEqual(Object.keys(figures).sort());
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('shows how many results are undetermined or in doubt, where any is', async () => {
  const database = await monitored();
  await addResults(await connection(database), [
    { outcome: 'timeout', doubt: 'dropped', destination_id: 2 },
    { outcome: 'late', doubt: 'delayed', rtt: 1200, destination_id: 2 },
  ]);
  const { stdout } = await pinger(database, 'stats');
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => line.split(/ +/).slice(-2))).toEqual([
    ['undetermined', 'doubtful'],
    ['0', '0'],
    ['1', '2'],
    ['0', '0'],
  ]);
  const rows = objects(await pinger(database, 'stats', '--json'));
  expect(rows.map(({ doubtful, loss }) => [doubtful, loss])).toEqual([
    [0, 1 / 6],
    [2, null],
    [0, 1],
  ]);
});

test('ends with --until, and refuses one that comes before --since', async () => {
  const database = await monitored();
  const [first] = objects(await pinger(database, 'stats', '--until', '1h', '--json'));
  expect(first).toMatchObject({ sent: 1, max: 9 });
  expect(await pinger(database, 'stats', '--since', '1h', '--until', '2h')).toEqual({
    code: 2,
    stdout: '',
    stderr: '--until has to be later than --since\n',
  });
});

describe('of several sources', () => {
  const shared = async (): Promise<string> => {
    const database = await temporaryDatabase();
    const dataSource = await connection(database);
    await dataSource.query(
      "INSERT INTO sources (id, sourceid, name) VALUES (4, 1, 'north'), (9, 2, 'south'), (11, 3, NULL)",
    );
    await dataSource.query("INSERT INTO destinations (id, address) VALUES (1, '192.0.2.1')");
    await addResults(dataSource, [
      { source_id: 4, rtt: 10 },
      { source_id: 4, outcome: 'timeout' },
      { source_id: 9, rtt: 20 },
      { source_id: 11, rtt: 30 },
      { rtt: 40 },
    ]);
    return database;
  };
  const seen = async (...args: string[]) =>
    objects(await pinger(await shared(), 'stats', '--json', ...args)).map(
      ({ source, source_id, sent, max }) => ({
        source,
        source_id,
        sent,
        max,
      }),
    );

  test('all are together', async () => {
    expect(await seen()).toEqual([{ source: undefined, source_id: undefined, sent: 5, max: 40 }]);
  });

  test('or each by itself', async () => {
    expect(await seen('--by-source')).toEqual([
      { source: 'north', source_id: 4, sent: 2, max: 10 },
      { source: 'south', source_id: 9, sent: 1, max: 20 },
      { source: null, source_id: 11, sent: 1, max: 30 },
      { source: null, source_id: null, sent: 1, max: 40 },
    ]);
    const { stdout } = await pinger(await shared(), 'stats', '--by-source');
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['destination', 'source', 'sent'],
      ['192.0.2.1', 'north', '2'],
      ['192.0.2.1', 'south', '1'],
      ['192.0.2.1', '#11', '1'],
      ['192.0.2.1', '-', '1'],
      [''],
    ]);
  });

  test('or one alone', async () => {
    expect(await seen('--source', 'south')).toMatchObject([{ sent: 1, max: 20 }]);
    expect(await seen('--source', '11')).toMatchObject([{ sent: 1, max: 30 }]);
    expect(await pinger(await shared(), 'stats', '--source', 'west')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no source west; "pinger sources list" shows those there are\n',
    });
  });
});

test('says how long a source could not probe in that time', async () => {
  const database = await monitored();
  const dataSource = await connection(database);
  const now = Date.now();
  const gap = (from: number, to: number, reason: string, source = 1) =>
    dataSource.query('INSERT INTO gaps (source_id, start, "end", reason) VALUES ($1, $2, $3, $4)', [
      source,
      `${now - from}000000`,
      `${now - to}000000`,
      reason,
    ]);
  await dataSource.query("INSERT INTO sources (id, sourceid, name) VALUES (1, 1, 'probe-1')");
  await gap(10 * 3_600_000, 7.5 * 3_600_000, 'down');
  await gap(7_200_000, 3_000_000, 'down');
  await gap(1_000_000, 400_000, 'suspended');
  await gap(900_000, 899_500, 'cut_off', 2);
  const lines = async (...args: string[]) =>
    (await pinger(database, 'stats', ...args)).stdout.split('\n').filter((line) => line.startsWith('Source'));
  const end = 'of this time, which counts neither as loss nor as an outage.';
  expect(await lines()).toEqual([`Source probe-1 was down for 3h 40m, suspended for 10m ${end}`]);
  expect(await lines('--since', new Date(now - 3_600_000).toISOString())).toEqual([
    `Source probe-1 was down for 10m, suspended for 10m ${end}`,
  ]);
  expect(await lines('--since', '5m')).toEqual([]);
  const rows = objects(await pinger(database, 'stats', '--json')).filter(({ type }) => type === 'gaps');
  expect(rows).toEqual([
    { type: 'gaps', source_id: 1, source: 'probe-1', down: 13_200_000, suspended: 600_000, cut_off: 0 },
    { type: 'gaps', source_id: 2, source: null, down: 0, suspended: 0, cut_off: 500 },
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
    const summary = new Summary();
    for (let n = 0; n < sent; n++)
      summary.add({
        outcome: n < lost ? 'timeout' : 'reply',
        doubt: null,
        rtt: null,
        rseq: n,
        corrupt: false,
      });
    const statistics = statisticsOf(summary);
    expect(
      formatStatistics([{ label: 'x', statistics }])
        .split('\n')[1]
        ?.split(/ +/)[2],
    ).toBe(shown);
  },
);
