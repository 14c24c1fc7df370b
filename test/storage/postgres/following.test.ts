import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { ResultsFollower } from '../../../src/results/follower.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { temporaryDatabase } from '../../support/databases.ts';

test('results of several sources are followed without missing those that are committed late', async () => {
  const url = await temporaryDatabase();
  const dataSource = await openDatabase(url, { create: true, lockTimeout: 1000 });
  onTestFinished(() => dataSource.destroy());
  const [slow, quick] = [new Client(url), new Client(url)];
  for (const client of [slow, quick]) {
    await client.connect();
    onTestFinished(() => client.end());
  }
  const store = (by: Client, source: number | null, count = 1) =>
    by.query('INSERT INTO results (rtime, source_id) SELECT 1, $1::integer FROM generate_series(1, $2)', [
      source,
      count,
    ]);
  await store(quick, 1);
  const follower = await ResultsFollower.from(dataSource, {});
  const next = async (limit = 100) => (await follower.next(limit)).map(({ id }) => id);
  await slow.query('BEGIN');
  await store(slow, 1);
  await store(quick, 2);
  expect(await next()).toEqual([3]);
  await store(quick, 2, 2);
  await store(quick, null);
  await store(quick, 3);
  expect(await next(3)).toEqual([4, 5, 6]);
  await slow.query('COMMIT');
  expect(await next(1)).toEqual([2]);
  expect(await next()).toEqual([7]);
  expect(await next()).toEqual([]);
});

test('those that a filter leaves out are passed over', async () => {
  const url = await temporaryDatabase();
  const dataSource = await openDatabase(url, { create: true, lockTimeout: 1000 });
  onTestFinished(() => dataSource.destroy());
  const follower = await ResultsFollower.from(dataSource, { outcomes: ['timeout'], destinations: [7, 8] });
  await dataSource.query(`INSERT INTO results (rtime, source_id, destination_id, outcome)
    SELECT i, i % 3, i % 10, CASE i % 2 WHEN 0 THEN 'timeout' ELSE 'reply' END FROM generate_series(1, 40) AS i`);
  expect((await follower.next(3)).map(({ rtime }) => rtime)).toEqual(['8', '18', '28']);
  expect((await follower.next(3)).map(({ rtime }) => rtime)).toEqual(['38']);
});
