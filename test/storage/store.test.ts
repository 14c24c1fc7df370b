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

describe('destinations', () => {
  const OWN_COLUMNS = 'active, address, protocol, interval, timeout, ttl, data';

  test("a shell's INSERT needs no more than the user's own columns, or the address alone", async () => {
    const here = await store.source('here');
    await shell(
      url,
      `INSERT INTO destinations (${OWN_COLUMNS}) VALUES (true, '192.0.2.1', 3, 500, 1000, 64, 'abc')`,
    );
    await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.2')");
    const { rows } = await store.destinations(here);
    expect(rows).toMatchObject([
      {
        id: 1,
        active: true,
        address: '192.0.2.1',
        protocol: 3,
        interval: 500,
        timeout: 1000,
        ttl: 64,
        data: 'abc',
      },
      {
        id: 2,
        active: true,
        address: '192.0.2.2',
        protocol: 3,
        interval: 1000,
        timeout: 1000,
        ttl: 64,
        data: '',
      },
    ]);
  });

  test('those that are there are not added again', async () => {
    await store.addDestinations([{ address: '192.0.2.1', protocol: 3, interval: 5 }]);
    const again = await store.addDestinations([
      { address: '192.0.2.1', protocol: 3 },
      { address: '192.0.2.2', protocol: 3 },
      { address: '192.0.2.2', protocol: 3 },
    ]);
    expect(again.existing).toMatchObject([{ id: 1, interval: 5 }]);
    expect(again.added).toMatchObject([{ id: 2, address: '192.0.2.2' }]);
    expect(await shell(url, 'SELECT count(*) FROM destinations')).toBe('2');
  });

  test('those of another source are not seen', async () => {
    const here = await store.source('here');
    const there = await store.source('there');
    await shell(
      url,
      `INSERT INTO destinations (address, source_id) VALUES ('a', NULL), ('b', ${here.id}), ('c', ${there.id})`,
    );
    const addresses = async (of: typeof here) =>
      (await store.destinations(of)).rows.map(({ address }) => address);
    expect(await addresses(here)).toEqual(['a', 'b']);
    expect(await addresses(there)).toEqual(['a', 'c']);
  });
});

describe('the change feed', () => {
  test('tells of every edit that any tool makes, and of nothing else', async () => {
    const here = await store.source('here');
    await shell(url, "INSERT INTO destinations (address) VALUES ('a'), ('b'), ('c'), ('d')");
    const { revision } = await store.destinations(here);
    await shell(url, "UPDATE destinations SET ttl = 9 WHERE address = 'b'");
    await shell(url, "DELETE FROM destinations WHERE address = 'c'");
    await shell(url, "INSERT INTO destinations (address) VALUES ('e')");
    await shell(url, "UPDATE destinations SET id = 40 WHERE address = 'd'");
    const delta = await store.changes(here, revision);
    expect(delta?.changed.map(({ id, address }) => `${id} ${address}`).sort()).toEqual([
      '2 b',
      '40 d',
      '5 e',
    ]);
    expect(delta?.removed).toEqual([3, 4]);
    expect(await store.changes(here, delta?.revision ?? 0)).toMatchObject({
      changed: [],
      removed: [],
      more: false,
    });
  });

  test('comes in portions', async () => {
    const here = await store.source('here');
    await store.addDestinations(
      Array.from({ length: 450 }, (_, n) => ({ address: `h${n}.example`, protocol: 3 })),
    );
    const sizes: number[] = [];
    for (let revision = 0, more = true; more; ) {
      const delta = await store.changes(here, revision);
      sizes.push(delta?.changed.length ?? 0);
      revision = delta?.revision ?? 0;
      more = delta?.more === true;
    }
    expect(sizes).toEqual([200, 200, 50]);
  });

  test('says so when it no longer reaches back far enough', async () => {
    const here = await store.source('here');
    await shell(url, "INSERT INTO destinations (address) VALUES ('a'), ('b'), ('c')");
    await shell(url, 'DELETE FROM destination_changes WHERE revision < 3');
    expect(await store.changes(here, 1)).toBeUndefined();
    expect((await store.changes(here, 2))?.changed).toHaveLength(1);
  });

  test('says so when somebody has emptied it', async () => {
    const here = await store.source('here');
    await shell(url, "INSERT INTO destinations (address) VALUES ('a'), ('b'), ('c')");
    await shell(
      url,
      `DELETE FROM destination_changes; ${
        onPostgres
          ? 'ALTER SEQUENCE destination_changes_revision_seq RESTART'
          : "DELETE FROM sqlite_sequence WHERE name = 'destination_changes'"
      }`,
    );
    expect(await store.changes(here, 3)).toBeUndefined();
    const { revision } = await store.destinations(here);
    expect(await store.changes(here, revision)).toMatchObject({ changed: [] });
  });

  test('does not grow for ever', async () => {
    await shell(
      url,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000)
       INSERT INTO destination_changes (destination_id, op) SELECT i, 'update' FROM n`,
    );
    const again = new TypeormStore(url);
    await again.open();
    await again.close();
    expect(await shell(url, 'SELECT count(*), max(revision) FROM destination_changes')).toBe('100000|150000');
  });
});
