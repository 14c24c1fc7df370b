import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database.ts';
import { dropOldPartition, makePartitions } from '../../../src/storage/postgres/partitions.ts';
import { shell, temporaryDatabase } from '../../support/databases.ts';

const SECOND = 1_000_000_000n;
const at = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;
const NOON = at('2026-03-01T12:00Z');

let url: string;
let dataSource: DataSource;

beforeEach(async () => {
  url = await temporaryDatabase();
  dataSource = await openDatabase(url, { create: true, lockTimeout: 1000 });
  onTestFinished(() => dataSource.destroy());
});

const insert = (...times: bigint[]) =>
  shell(
    url,
    `INSERT INTO results (rtime, destination_id) VALUES ${times.map((time) => `(${time}, 1)`).join(', ')}`,
  );

/** Where the rows are, and in which order they were stored. */
const rows = async () =>
  (await shell(url, 'SELECT id, tableoid::regclass FROM results ORDER BY id')).split('\n');

const partitions = async () =>
  (
    await shell(
      url,
      "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'results'::regclass ORDER BY inhrelid::regclass::text",
    )
  ).split('\n');

describe('partitions', () => {
  test('are made for today and two days ahead, however many make them', async () => {
    const others = await Promise.all(
      Array.from({ length: 5 }, () => openDatabase(url, { create: false, lockTimeout: 5000 })),
    );
    await Promise.all(others.map((other) => makePartitions(other, NOON)));
    for (const other of others) await other.destroy();
    expect(await partitions()).toEqual([
      'results_20260301',
      'results_20260302',
      'results_20260303',
      'results_default',
    ]);
  });

  test('take a day from its first to its last nanosecond; what has none is stored all the same', async () => {
    await makePartitions(dataSource, NOON);
    await insert(
      at('2026-03-01T00:00Z') - 1n,
      at('2026-03-01T00:00Z'),
      at('2026-03-02T00:00Z') - 1n,
      at('2026-03-02T00:00Z'),
      at('2031-01-01T00:00Z'),
      -5n,
      2n ** 63n - 1n,
    );
    expect(await rows()).toEqual([
      '1|results_default',
      '2|results_20260301',
      '3|results_20260301',
      '4|results_20260302',
      '5|results_default',
      '6|results_default',
      '7|results_default',
    ]);
  });

  test('get the rows of their days that came before them, with their ids', async () => {
    await insert(NOON, NOON - 3n * 86_400n * SECOND, NOON + 400n * 86_400n * SECOND, 5n);
    await makePartitions(dataSource, NOON);
    expect(await rows()).toEqual([
      '1|results_20260301',
      '2|results_20260226',
      '3|results_default',
      '4|results_default',
    ]);
  });

  test('of another span, which somebody has made, stay as they are', async () => {
    await shell(
      url,
      `CREATE TABLE results_march PARTITION OF results FOR VALUES FROM (${at('2026-03-01')}) TO (${at('2026-04-01')})`,
    );
    await makePartitions(dataSource, at('2026-03-30T12:00Z'));
    expect(await partitions()).toEqual(['results_20260401', 'results_default', 'results_march']);
  });

  test('do not wait for ever for one who reads', async () => {
    const reader = dataSource.createQueryRunner();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM results');
    const impatient = await openDatabase(url, { create: false, lockTimeout: 200 });
    await expect(makePartitions(impatient, NOON)).rejects.toThrow('lock timeout');
    await reader.query('COMMIT');
    await reader.release();
    await makePartitions(impatient, NOON);
    await impatient.destroy();
    expect(await partitions()).toHaveLength(4);
  });
});

describe('old results', () => {
  const drop = () => dataSource.transaction((manager) => dropOldPartition(manager, NOON));
  const rolledUpTo = (source: number, id: number) =>
    shell(
      url,
      `INSERT INTO rollup_progress VALUES (${source}, ${id}, ${id})
        ON CONFLICT (source_id) DO UPDATE SET result_id = excluded.result_id`,
    );

  test('go with their partitions, the oldest first, as soon as all are in roll-ups', async () => {
    await makePartitions(dataSource, at('2026-02-26T12:00Z'));
    await makePartitions(dataSource, NOON);
    const times = ['2026-02-26T01:00Z', '2026-02-26T02:00Z', '2026-02-28T23:00Z', '2026-03-01T01:00Z'].map(
      at,
    );
    await shell(
      url,
      `INSERT INTO results (rtime, destination_id, source_id) VALUES
        (${times[0]}, 1, 1), (${times[1]}, 1, 2), (${times[2]}, 1, 1), (${times[3]}, 1, 1)`,
    );
    await rolledUpTo(1, 9);
    // The second source's is in no roll-up yet; the empty day goes.
    expect([await drop(), await drop(), await drop()]).toEqual([true, true, false]);
    expect(await rows()).toEqual(['1|results_20260226', '2|results_20260226', '4|results_20260301']);
    await rolledUpTo(2, 1);
    expect(await drop()).toBe(false);
    await rolledUpTo(2, 2);
    expect([await drop(), await drop()]).toEqual([true, false]);
    // Of a day that is not over.
    expect(await rows()).toEqual(['4|results_20260301']);
  });

  test('that name no source are in no roll-up', async () => {
    await makePartitions(dataSource, at('2026-02-20T12:00Z'));
    await insert(at('2026-02-20T01:00Z'));
    expect([await drop(), await drop(), await drop()]).toEqual([true, true, false]);
    expect(await rows()).toEqual(['1|results_20260220']);
  });
});

describe('the indexes', () => {
  const plan = async (sql: string) => {
    await makePartitions(dataSource, NOON);
    return shell(url, `SET enable_seqscan = off; EXPLAIN ${sql}`);
  };

  test.each([
    ['the newest of all', 'SELECT id FROM results ORDER BY id DESC LIMIT 5', 'pkey'],
    [
      'of one destination',
      'SELECT id FROM results WHERE destination_id = 7 AND rtime > 5 ORDER BY rtime DESC LIMIT 5',
      'destination_id_rtime',
    ],
    [
      'of a source, after an id',
      'SELECT id FROM results WHERE source_id = 2 AND id > 5 ORDER BY id LIMIT 5',
      'source_id_id',
    ],
  ])('find %s without sorting', async (_, sql, index) => {
    const found = await plan(sql);
    expect(found).toContain(`results_20260301_${index}`);
    expect(found).not.toMatch(/-> +Sort/);
  });

  test('days that are out of question are not looked at', async () => {
    const found = await plan(`SELECT count(*) FROM results WHERE rtime >= ${at('2026-03-03')}`);
    expect(found).toContain('results_20260303');
    expect(found).not.toContain('results_20260301');
  });
});
