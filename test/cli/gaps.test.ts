import { expect, test } from 'vitest';
import { temporaryDatabase } from '../support/databases.ts';
import { connection, objects, pinger } from './support.ts';

async function monitored(): Promise<string> {
  const database = await temporaryDatabase();
  const dataSource = await connection(database);
  await dataSource.query(
    "INSERT INTO sources (id, sourceid, name) VALUES (1, 1, 'probe-1'), (2, 2, 'probe-2')",
  );
  // 2024-11-19T07:06:40Z, and 1 ns that a double would lose.
  await dataSource.query(`INSERT INTO gaps (source_id, start, "end", reason) VALUES
    (1, 1732000000000000001, 1732007500000000001, 'down'),
    (2, 1732000100000000000, 1732000103500000000, 'cut_off'),
    (3, 1732000200000000000, 1732000260000000000, 'suspended'),
    (1, 1732000300000000000, 1732000300000000000, 'suspended'),
    (1, 1732000300000000000, 1732000360000000000, 'nonsense')`);
  return database;
}

test('is a table of when sources could not probe', async () => {
  const { stdout, code } = await pinger(await monitored(), 'gaps');
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['source', 'start', 'end', 'duration', 'reason'],
    [
      'probe-1',
      expect.stringMatching(/^2024-11-\d\d \d\d:\d6:40\.000$/),
      expect.any(String),
      '2h 5m',
      'down',
    ],
    ['probe-2', expect.any(String), expect.any(String), '3.5s', 'cut_off'],
    ['#3', expect.any(String), expect.any(String), '1m', 'suspended'],
  ]);
});

test('has exact times with --json, as far as they were asked for', async () => {
  const database = await monitored();
  expect(objects(await pinger(database, 'gaps', '--json', '--source', 'probe-1'))).toEqual([
    {
      source_id: 1,
      source: 'probe-1',
      start: '1732000000000000001',
      end: '1732007500000000001',
      reason: 'down',
    },
  ]);
  const span = ['--since', '2024-11-19T07:08:21Z', '--until', '2024-11-19T07:08:22Z'];
  expect(objects(await pinger(database, 'gaps', '--json', ...span))).toMatchObject([
    { source_id: 1, start: '1732000101000000000', end: '1732000102000000000' },
    { source_id: 2, start: '1732000101000000000', end: '1732000102000000000' },
  ]);
});

test('says that there is none', async () => {
  const database = await temporaryDatabase();
  await connection(database);
  expect(await pinger(database, 'gaps')).toMatchObject({ code: 0, stdout: 'There are no gaps.\n' });
  expect(await pinger(database, 'gaps', '--source', 'x')).toMatchObject({
    code: 1,
    stderr: 'there is no source x; "pinger sources list" shows those there are\n',
  });
});
