import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryDatabase } from '../support/databases.ts';
import { addResults, connection, objects, pinger } from './support.ts';

let database: string;

const at = (time: string) => (BigInt(Date.parse(time)) * 1_000_000n).toString();

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1');
  await pinger(database, 'destinations', 'add', '192.0.2.1', '--interval', '5s', '--size', '3');
  const dataSource = await connection(database);
  await addResults(dataSource, [
    { destination_id: 1, rtime: at('2025-03-01T10:00:01Z'), rtt: 5 },
    { destination_id: 1, rtime: at('2025-03-01T10:59:59Z'), rtt: null, outcome: 'timeout' },
    { destination_id: 1, rtime: at('2025-03-01T12:30:00Z'), rtt: 7 },
    { destination_id: 1, rtime: at('2025-03-02T00:00:00Z'), rtt: 9 },
  ]);
});

const DAY = ['--since', '2025-03-01T00:00Z', '--until', '2025-03-02T00:00Z'];

describe('pinger history', () => {
  test('shows each step with results', async () => {
    const { code, stdout } = await pinger(database, 'history', '1', ...DAY, '--step', '1h');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ +/).slice(0, 5))).toEqual([
      ['from', 'sent', 'received', 'loss', 'min'],
      ['2025-03-01T10:00:00Z', '2', '1', '50.0%', '5.000'],
      ['2025-03-01T12:00:00Z', '1', '1', '0%', '7.000'],
      [''],
    ]);
  });

  test('has the same figures as JSON', async () => {
    const rows = objects(await pinger(database, 'history', '1', ...DAY, '--points', '2', '--json'));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      start: '2025-03-01T00:00:00Z',
      step: 43_200_000,
      sent: 2,
      lost: 1,
      avg: 5,
    });
    expect(rows[1]).toMatchObject({ start: '2025-03-01T12:00:00Z', sent: 1, p99: 7 });
  });

  test.each([
    [
      ['history', '1', '--since', '2025-03-02', '--until', '2025-03-01'],
      2,
      '--since is not before --until\n',
    ],
    [['history', '7'], 1, /^there is no destination 7/],
    [['history', '1', '--points', '0'], 2, /--points <n>.*expected 1 to 100000/],
    [['history', '1', '--step', 'soon'], 2, /"soon" is not a time/],
  ])('%j ends with %i and one line', async (args, code, message) => {
    const ended = await pinger(database, ...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('says when there is nothing', async () => {
    const { code, stdout } = await pinger(database, 'history', '1', '--since', '1h');
    expect([code, stdout]).toEqual([0, 'There are no results in this time.\n']);
  });
});
