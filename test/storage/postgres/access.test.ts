import { expect, onTestFinished, test } from 'vitest';
import { SeparateAccess } from '../../../src/storage/database-access.ts';
import { WaveringLine } from '../../support/wavering-line.ts';
import { monitor, ownServer } from './support.ts';

const { server, newDatabase } = ownServer();

/** Access over a line, as whoever is named; the tables are there. */
async function overLine(user = 'postgres', password = server().password) {
  const url = await newDatabase();
  await monitor(url);
  const line = await WaveringLine.to(server().port);
  onTestFinished(() => line.close());
  const database = url.slice(url.lastIndexOf('/') + 1);
  const access = new SeparateAccess(
    server().url(database, { user, password }).replace(`:${server().port}/`, `:${line.port}/`),
  );
  onTestFinished(() => access.close());
  const count = () =>
    access.read(
      async (dataSource) => (await dataSource.query('SELECT count(*) AS n FROM destinations'))[0].n,
    );
  const add = () =>
    access.edit((manager) => manager.query("INSERT INTO destinations (address) VALUES ('192.0.2.1')"));
  return { line, count, add };
}

/** What the error of a connection that cannot be made says, each time it is tried. */
async function expectSaid(work: () => Promise<unknown>, why: RegExp): Promise<void> {
  for (let time = 0; time < 3; time++)
    await expect(work()).rejects.toMatchObject({
      name: 'DatabaseError',
      message: expect.stringMatching(why),
    });
}

test('a server that refuses connections is told of, also where there was one before', async () => {
  const { line, count, add } = await overLine();
  expect(await count()).toBe(0);
  await add();
  line.become('refusing');
  await expectSaid(count, /^database .*: the server cannot be reached \(.*\)$/);
  await expectSaid(add, /^database .*: the server cannot be reached \(.*\)$/);
  line.become('up');
  await add();
  expect(await count()).toBe(2);
});

test('so is one that knows another password by now', async () => {
  await server().query("CREATE ROLE reader LOGIN SUPERUSER PASSWORD 'one'");
  const { line, count } = await overLine('reader', 'one');
  expect(await count()).toBe(0);
  await server().query("ALTER ROLE reader PASSWORD 'another'");
  line.become('refusing');
  line.become('up');
  // The connection that was cut may be found so only now.
  await expectSaid(count, /^database /);
  await expectSaid(count, /^database .*: password authentication failed for user "reader"$/);
  await server().query("ALTER ROLE reader PASSWORD 'one'");
  expect(await count()).toBe(0);
});
