import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { databaseName } from '../../src/storage/database-url.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { Running } from '../support/command.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';

let url: string;

beforeEach(async () => {
  url = await temporaryDatabase();
});

const opened = async (): Promise<TypeormStore> => {
  const store = new TypeormStore(url);
  await store.open();
  onTestFinished(() => store.close());
  return store;
};

const refusal = (name: string) => ({
  name: 'DatabaseError',
  message: `database ${databaseName(url)}: another pinger runs as source ${name}; give this one a name of its own (--source)`,
  transient: false,
});

test('fifty that start at once get a row and a sourceid each', async () => {
  await (await openDatabase(url, { create: true, lockTimeout: 1000 })).destroy();
  const stores = await Promise.all(Array.from({ length: 50 }, opened));
  const sources = await Promise.all(stores.map((store, n) => store.source(`source ${n}`)));
  expect(new Set(sources.map(({ sourceid }) => sourceid)).size).toBe(50);
  expect(await shell(url, 'SELECT count(*), count(DISTINCT sourceid) FROM sources')).toBe('50|50');
}, 60_000);

test('those that make the database at once do not disturb each other', async () => {
  const stores = await Promise.all(Array.from({ length: 5 }, opened));
  const sources = await Promise.all(stores.map((store, n) => store.source(`source ${n}`)));
  expect(sources.map(({ sourceid }) => sourceid).sort()).toEqual([0, 1, 2, 3, 4]);
}, 30_000);

describe('one process a source', () => {
  test('a second one is refused in one line, and another source is not', async () => {
    const [first, second] = [await opened(), await opened()];
    await first.source('here');
    await expect(second.source('here')).rejects.toMatchObject(refusal('here'));
    await second.source('there');
    await expect(first.source('there')).rejects.toMatchObject(refusal('there'));
  });

  test('whoever asks again has it already', async () => {
    const store = await opened();
    expect(await store.source('here')).toEqual(await store.source('here'));
  });

  test('it is free when the first one closes', async () => {
    const [first, second] = [await opened(), await opened()];
    await first.source('here');
    await first.close();
    await second.source('here');
    const third = await opened();
    await expect(third.source('here')).rejects.toMatchObject(refusal('here'));
  });

  test('of many at once one gets it', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, opened));
    const got = await Promise.allSettled(stores.map((store) => store.source('here')));
    expect(got.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('it is free when a process is killed, and not before', async () => {
    const script = `
      const { TypeormStore } = await import(${JSON.stringify(join(process.cwd(), 'dist/storage/typeorm-store.js'))});
      const store = new TypeormStore(process.argv[1]);
      await store.open();
      await store.source('here');
      console.log('held');
      setInterval(() => {}, 1000);`;
    const other = new Running(
      spawn(process.execPath, ['--input-type=module', '-e', script, url], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    onTestFinished(() => void other.child.kill('SIGKILL'));
    await other.until(/held/);
    const store = await opened();
    await expect(store.source('here')).rejects.toMatchObject(refusal('here'));
    other.child.kill('SIGKILL');
    await other.finished;
    // A server notices a moment later that the connection has been closed.
    for (const end = Date.now() + 5000; ; )
      try {
        await store.source('here');
        break;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
  });
});
