import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { onPostgres, shell, temporaryDatabase } from '../support/databases.ts';

let url: string;
let store: TypeormStore;

beforeEach(async () => {
  url = await temporaryDatabase();
  store = new TypeormStore(url);
  await store.open();
});
afterEach(() => store.close());

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
