import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Source } from '../../../src/entities/source.ts';
import { TypeormStore } from '../../../src/storage/typeorm-store.ts';
import { shell, temporaryDatabase } from '../../support/databases.ts';

let url: string;
let store: TypeormStore;
let here: Source;

beforeEach(async () => {
  url = await temporaryDatabase();
  store = new TypeormStore(url);
  await store.open();
  onTestFinished(() => store.close());
  here = await store.source('here');
});

const client = async (of = url): Promise<Client> => {
  const one = new Client(of);
  await one.connect();
  onTestFinished(() => one.end());
  return one;
};

/** Follows the feed as a monitor does: the ids of all destinations that it has told of since. */
async function follow(revision: number, until: () => boolean): Promise<Set<number>> {
  const ids = new Set<number>();
  for (let last = false; ; ) {
    const delta = await store.changes(here, revision);
    expect(delta).toBeDefined();
    for (const { id } of delta?.changed ?? []) ids.add(id);
    revision = delta?.revision ?? revision;
    if (delta?.more) continue;
    if (last) return ids;
    last = until();
  }
}

describe('the order of edits', () => {
  test('an edit waits for one that was begun before it, so that none is seen too late', async () => {
    const [first, second] = [await client(), await client()];
    const { revision } = await store.destinations(here);
    await first.query('BEGIN');
    await first.query("INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    let done = false;
    const later = second.query("INSERT INTO destinations (address) VALUES ('192.0.2.2')").then(() => {
      done = true;
    });
    await sleep(200);
    expect(done).toBe(false);
    expect((await store.changes(here, revision))?.changed).toEqual([]);
    await first.query('COMMIT');
    await later;
    const delta = await store.changes(here, revision);
    expect(delta?.changed.map(({ address }) => address).sort()).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test('whoever edits at the same time, and takes some of it back: a reader misses none and reads nothing anew', async () => {
    // A feed that has nothing yet cannot tell an edit that was taken back from one that was deleted.
    await shell(url, "INSERT INTO destinations (address) VALUES ('first.example')");
    const { revision } = await store.destinations(here);
    const writers = await Promise.all(Array.from({ length: 8 }, () => client()));
    let running = true;
    const followed = follow(revision, () => !running);
    await Promise.all(
      writers.map(async (writer, w) => {
        for (let n = 0; n < 25; n++) {
          await writer.query('BEGIN');
          await writer.query('INSERT INTO destinations (address) VALUES ($1)', [`host-${w}-${n}.example`]);
          await sleep(((w * 7 + n * 3) % 5) - 1);
          await writer.query((w + n) % 4 === 0 ? 'ROLLBACK' : 'COMMIT');
        }
      }),
    );
    running = false;
    const ids = (await shell(url, "SELECT id FROM destinations WHERE address LIKE 'host-%' ORDER BY id"))
      .split('\n')
      .map(Number);
    expect(ids).toHaveLength(150);
    expect([...(await followed)].sort((a, b) => a - b)).toEqual(ids);
  });

  test('edits in both orders of rows do not block each other for good', async () => {
    await shell(url, "INSERT INTO destinations (address) VALUES ('a.example'), ('b.example')");
    const [first, second] = [await client(), await client()];
    const update = (by: Client, id: number) =>
      by.query('UPDATE destinations SET ttl = ttl + 1 WHERE id = $1', [id]);
    for (const one of [first, second]) await one.query('BEGIN');
    await update(first, 1);
    const waiting = update(second, 2);
    await update(first, 2);
    await first.query('COMMIT');
    await waiting;
    await update(second, 1);
    await second.query('COMMIT');
    expect(await shell(url, 'SELECT ttl FROM destinations ORDER BY id')).toBe('66\n66');
  });
});

describe('what is told', () => {
  test('an edit by any client is heard of at once, and nothing is asked for until then', async () => {
    const { revision } = await store.destinations(here);
    while (await store.edited(revision));
    let heard = false;
    const edited = store.edited(revision).then((is) => {
      heard = true;
      return is;
    });
    await sleep(500);
    expect(heard).toBe(false);
    const before = performance.now();
    await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    expect(await edited).toBe(true);
    // It would be found without having been heard of as well, but only after 5 s.
    expect(performance.now() - before).toBeLessThan(2000);
  });

  test('a table emptied at one stroke', async () => {
    await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.1'), ('192.0.2.2')");
    const { revision } = await store.destinations(here);
    await shell(url, 'TRUNCATE destinations');
    expect((await store.changes(here, revision))?.removed).toEqual([1, 2]);
  });

  test('an insert that becomes an update', async () => {
    await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    const { revision } = await store.destinations(here);
    await shell(
      url,
      "INSERT INTO destinations (id, address) VALUES (1, 'x.example'), (7, 'y.example') ON CONFLICT (id) DO UPDATE SET ttl = 9",
    );
    expect((await store.changes(here, revision))?.changed).toMatchObject([
      { id: 1, ttl: 9 },
      { id: 7, ttl: 64 },
    ]);
  });

  test('edits by who may edit destinations and nothing else', async () => {
    const role = `editor_${process.pid}`;
    await shell(
      url,
      `CREATE ROLE ${role} LOGIN PASSWORD 'secret'; GRANT SELECT, INSERT, UPDATE, DELETE ON destinations TO ${role};
       GRANT USAGE ON SEQUENCE destinations_id_seq TO ${role}`,
    );
    onTestFinished(async () => void (await shell(url, `DROP OWNED BY ${role}; DROP ROLE ${role}`)));
    const { revision } = await store.destinations(here);
    const limited = new URL(url);
    limited.username = role;
    limited.password = 'secret';
    const editor = new Client(limited.href);
    await editor.connect();
    await editor.query("INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    await expect(editor.query('DELETE FROM destination_changes')).rejects.toThrow('permission denied');
    await editor.end();
    expect((await store.changes(here, revision))?.changed).toMatchObject([{ address: '192.0.2.1' }]);
  });
});

test('an id that was given by hand is not given out again', async () => {
  await shell(url, "INSERT INTO destinations (id, address) VALUES (3, '192.0.2.3')");
  const { added } = await store.addDestinations([
    { address: '192.0.2.1', protocol: 3 },
    { address: '192.0.2.2', protocol: 3 },
  ]);
  expect(added.map(({ id }) => id)).toEqual([4, 5]);
});
