import { expect, onTestFinished, test } from 'vitest';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { questionAbout, setActive } from '../../src/watch/pause.ts';
import { Reader } from '../../src/watch/reader.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { connection, pinger } from './support.ts';

test('destinations are paused and resumed together, and only those that are not so already', async () => {
  const database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', '192.0.2.2', '192.0.2.3', '198.51.100.1');
  await pinger(database, 'destinations', 'pause', '2');
  const access = new SeparateAccess(database);
  onTestFinished(() => access.close());
  const reader = new Reader({ access });
  await reader.begin();
  const dataSource = await connection(database);
  const edits = async () => {
    const [{ n }] = await dataSource.query('SELECT count(*) AS n FROM destination_changes');
    return n as number;
  };
  const paused = async () =>
    (
      await dataSource.query(
        "SELECT id FROM destinations WHERE CAST(active AS text) IN ('0', 'false') ORDER BY id",
      )
    ).map(({ id }: { id: number }) => id);
  const members = () => reader.watched.rows.filter(({ neighbourhood }) => neighbourhood === '192.0.2.0/24');

  const question = questionAbout(members(), 'them');
  expect(question).toEqual({ title: '2 destinations of them', ids: [1, 3], isActive: true });
  const before = await edits();
  await access.edit((manager) => setActive(manager, [1, 2, 3], false));
  expect(await paused()).toEqual([1, 2, 3]);
  expect(await edits()).toBe(before + 2);
  await reader.read();
  expect(members().map(({ state }) => state)).toEqual(['paused', 'paused', 'paused']);
  expect(questionAbout(members(), 'them')).toMatchObject({ ids: [1, 2, 3], isActive: false });
  await access.edit((manager) => setActive(manager, [1, 2, 3], true));
  expect(await paused()).toEqual([]);
  await access.edit((manager) => setActive(manager, [], false));
  expect(await paused()).toEqual([]);
});
