import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Result } from '../../src/entities/result.ts';
import { timeoutResult } from '../../src/probing/results.ts';
import type { Batch } from '../../src/storage/batch.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { databaseName } from '../../src/storage/database-url.ts';
import { type EncodedResult, encodeResult, type NewResult } from '../../src/storage/store.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { onPostgres, shell, temporaryDatabase } from '../support/databases.ts';
import { route, settings } from '../support/probes.ts';

let url: string;
let store: TypeormStore;

beforeEach(async () => {
  url = await temporaryDatabase();
  store = new TypeormStore(url);
  await store.open();
});
afterEach(() => store.close());

const result = (changed: Partial<NewResult> = {}): EncodedResult =>
  encodeResult({
    ...timeoutResult(
      { settings: settings(), route: route(), rseq: 1 } as Parameters<typeof timeoutResult>[0],
      1n,
      null,
    ),
    ...changed,
  });

let number = 0;
const batch = (...rows: EncodedResult[]): Batch => ({ writer: 'test', number: ++number, rows });

describe('results', () => {
  test('rtime is exact to the nanosecond through write and read, and rtt to below a microsecond', async () => {
    const here = await store.source('here');
    const times = fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n });
    const written = fc.sample(fc.tuple(times, fc.double({ min: 0, max: 1e7, noNaN: true })), 500);
    await store.append(here, batch(...written.map(([rtime, rtt]) => result({ rtime, rtt }))));

    const database = await openDatabase(url, { create: false, lockTimeout: 1000 });
    const read = await database.getRepository(Result).find({ order: { id: 'ASC' } });
    await database.destroy();
    expect(read.map(({ rtime }) => rtime)).toEqual(written.map(([rtime]) => rtime));
    read.forEach(({ rtt }, n) => {
      expect(Math.abs((rtt as number) - (written[n]?.[1] as number))).toBeLessThan(1e-4);
    });
    expect(await shell(url, 'SELECT rtime FROM results ORDER BY id LIMIT 1')).toBe(String(written[0]?.[0]));
  });

  test('every column comes back as it was, with the columns of the source', async () => {
    await store.source('here');
    await shell(url, 'UPDATE sources SET location = 31, host = 7');
    const rows = [
      result({
        destination_id: 9,
        rtime: 1_763_931_234_123_456_789n,
        address: '2001:db8::1',
        rtt: 0.0123456,
        rtype: 58,
        rcode: 3,
        icmptype: 1,
        rid: 65_535,
        rseq: 65_535,
        datamatch: false,
        rttl: 255,
        outcome: 'unreachable',
      }),
      result(),
    ];
    await store.append(await store.source('here'), batch(...rows));
    const columns = `rtime, address, rsite, rhost, rtt, rtype, rcode, icmptype, rid, rseq, datamatch, rttl,
      destination_id, source_id, outcome`;
    expect((await shell(url, `SELECT ${columns} FROM results ORDER BY id`)).split('\n')).toEqual([
      '1763931234123456789|2001:db8::1|31|7|0.012346|58|3|1|65535|65535|0|255|9|1|unreachable',
      '1||31|7||||||1|||1|1|timeout',
    ]);
  });

  test("the source's columns are those of its row at that time, and those it started with once the row is gone", async () => {
    const here = await store.source('here');
    await store.append(here, batch(result()));
    await shell(url, 'UPDATE sources SET location = 31, host = 7');
    await store.append(here, batch(result()));
    await shell(url, 'DELETE FROM sources');
    await store.append(here, batch(result()));
    expect((await shell(url, 'SELECT rsite, rhost, source_id FROM results')).split('\n')).toEqual([
      '0|0|1',
      '31|7|1',
      '0|0|1',
    ]);
  });

  test('a batch is stored once, however often it is tried; another writer begins anew', async () => {
    const here = await store.source('here');
    const there = await store.source('there');
    const numbered = (writer: string, number: number, rseq: number) => ({
      writer,
      number,
      rows: [result({ rseq })],
    });
    for (const [writer, number, rseq] of [
      ['a', 1, 10],
      ['a', 1, 11],
      ['a', 3, 12],
      ['a', 2, 13],
      ['b', 1, 14],
      ['b', 1, 15],
    ] as const)
      await store.append(here, numbered(writer, number, rseq));
    await store.append(there, numbered('b', 1, 16));
    expect((await shell(url, 'SELECT rseq FROM results ORDER BY id')).split('\n')).toEqual([
      '10',
      '12',
      '14',
      '16',
    ]);
  });

  test('a batch of which one row cannot be stored leaves no trace, and may be tried again', async () => {
    const here = await store.source('here');
    const bad = { writer: 'a', number: 1, rows: [result(), 'no JSON'] };
    await expect(store.append(here, bad)).rejects.toThrow('database');
    await store.append(here, { ...bad, rows: [result()] });
    expect(await shell(url, 'SELECT count(*) FROM results')).toBe('1');
  });

  test('a locked database is a failure that passes, and takes no row', async () => {
    const here = await store.source('here');
    const other = await openDatabase(url, { create: false, lockTimeout: 0 });
    const runner = other.createQueryRunner();
    for (const sql of onPostgres ? ['BEGIN', 'LOCK TABLE results'] : ['BEGIN IMMEDIATE'])
      await runner.query(sql);
    await expect(store.append(here, batch(result()))).rejects.toMatchObject({
      transient: true,
      message: `database ${databaseName(url)}: locked by another process`,
    });
    await runner.query('COMMIT');
    await runner.release();
    await other.destroy();
    await store.append(here, batch(result()));
    expect(await shell(url, 'SELECT count(*) FROM results')).toBe('1');
  });
});

describe('sources', () => {
  test('each name has one row, with a sourceid of its own', async () => {
    const names = ['a', 'b', 'c', 'a'];
    const sources = [];
    for (const name of names) sources.push(await store.source(name));
    expect(sources.map(({ sourceid }) => sourceid)).toEqual([0, 1, 2, 0]);
    expect(sources[3]?.id).toBe(sources[0]?.id);
  });

  test('a 257th is refused in one line', async () => {
    await shell(
      url,
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 255)
       INSERT INTO sources (sourceid, name) SELECT i, 'source ' || i FROM n`,
    );
    await expect(store.source('one more')).rejects.toThrow('all 256 sourceids are taken');
  });

  test.skipIf(onPostgres)('one whose sourceid is no whole number is refused in one line', async () => {
    await shell(url, "INSERT INTO sources (sourceid, name) VALUES (2.5, 'half')");
    await expect(store.source('half')).rejects.toThrow(
      'source half: sourceid 2.5: expected a whole number from 0 to 255',
    );
  });
});
