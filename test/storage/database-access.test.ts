import { renameSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { type DatabaseAccess, SeparateAccess, sharedAccess } from '../../src/storage/database-access.ts';
import { databaseFile, databaseName } from '../../src/storage/database-url.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { onPostgres, temporaryDatabase } from '../support/databases.ts';

const opened = async (url: string): Promise<TypeormStore> => {
  const store = new TypeormStore(url);
  await store.open();
  onTestFinished(() => store.close());
  return store;
};

const separate = (url: string): DatabaseAccess => {
  const access = new SeparateAccess(url);
  onTestFinished(() => access.close());
  return access;
};

const INSERT = "INSERT INTO destinations (address) VALUES ('192.0.2.1')";

const count = (access: DatabaseAccess): Promise<number> =>
  access.read(async (dataSource) => (await dataSource.query('SELECT count(*) AS n FROM destinations'))[0].n);

/** What holds of any way to a database. */
async function expectTurns(access: DatabaseAccess): Promise<void> {
  await access.edit((manager) => manager.query(INSERT));
  expect(await count(access)).toBe(1);
  await expect(
    access.edit(async (manager) => {
      await manager.query(INSERT);
      throw new RangeError('taken back');
    }),
  ).rejects.toThrow(new RangeError('taken back'));
  await expect(access.read((dataSource) => dataSource.query('SELECT nothing'))).rejects.toMatchObject({
    name: 'DatabaseError',
  });
  const found = await Promise.all([
    ...Array.from({ length: 10 }, () => count(access)),
    ...Array.from({ length: 10 }, () => access.edit((manager) => manager.query(INSERT)).then(() => 0)),
  ]);
  expect(found).toHaveLength(20);
  expect(await count(access)).toBe(11);
}

test('readers and editors of a database take turns, and an edit that fails leaves nothing', async () => {
  const url = await temporaryDatabase();
  await opened(url);
  await expectTurns(separate(url));
});

test('a reader does not wait for a writer', async () => {
  const url = await temporaryDatabase();
  const store = await opened(url);
  const access = separate(url);
  let end = () => {};
  const writing = store.edit(async (manager) => {
    await manager.query(INSERT);
    await new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  expect(await count(access)).toBe(0);
  end();
  await writing;
  expect(await count(access)).toBe(1);
});

test('a database that is not there yet is one when it is made', async () => {
  const url = await temporaryDatabase();
  const access = separate(url);
  await expect(count(access)).rejects.toThrow(`database ${databaseName(url)}: there is none yet`);
  await opened(url);
  expect(await count(access)).toBe(0);
});

test.skipIf(onPostgres)('one in memory is shared with its monitor', async () => {
  await expectTurns(sharedAccess(await opened('sqlite::memory:')));
});

test.skipIf(onPostgres)(
  'another file in the place of the one that was read is read from then on',
  async () => {
    const [url, other] = [await temporaryDatabase(), await temporaryDatabase()];
    for (const each of [url, other]) await (await opened(each)).close();
    const access = separate(url);
    expect(await count(access)).toBe(0);
    const another = separate(other);
    await another.edit((manager) => manager.query(INSERT));
    await another.close();
    renameSync(databaseFile(other), databaseFile(url));
    expect(await count(access)).toBe(1);
  },
);
