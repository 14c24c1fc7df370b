import { expect, onTestFinished, test } from 'vitest';
import { AccessConnection } from '../../../src/storage/access-connection.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { shell, temporaryDatabase } from '../../support/databases.ts';

test('a connection that nobody uses is given back, and opened again when somebody does', async () => {
  const url = await temporaryDatabase();
  await (await openDatabase(url, { create: true, lockTimeout: 1000 })).destroy();
  const connections = async () =>
    Number(
      await shell(
        url,
        'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      ),
    );
  const access = new AccessConnection(url, { longestIdle: 500 });
  onTestFinished(() => access.close());
  const one = () => access.use(async (data) => (await data.query('SELECT 1 AS one'))[0].one);
  for (let time = 0; time < 2; time++) {
    expect(await one()).toBe(1);
    expect(await connections()).toBeGreaterThan(0);
    const end = Date.now() + 10_000;
    while ((await connections()) > 0) {
      expect(Date.now()).toBeLessThan(end);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  // Who is still at it is waited for.
  await access.use(async (data) => data.query('SELECT pg_sleep(1.2)'));
  expect(await one()).toBe(1);
});
