import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { shell } from '../../support/databases.ts';
import { allPass, batch, monitor, ownServer, retried, stored } from './support.ts';

const { server, newDatabase } = ownServer();

describe('what passes when somebody puts it right', () => {
  test('a password that is changed, and changed back', async () => {
    const url = await newDatabase();
    await server().query("CREATE ROLE monitor LOGIN PASSWORD 'first'");
    await server().query('GRANT CREATE, USAGE ON SCHEMA public TO monitor', new URL(url).pathname.slice(1));
    const own = url.replace(/\/\/[^@]*@/, '//monitor:first@');
    const { store, here } = await monitor(own);
    await store.append(here, batch(1));
    await server().query("ALTER ROLE monitor PASSWORD 'second'");
    await server().query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'monitor'");
    const { errors } = await retried(async () => {
      await store.append(here, batch(2)).catch(async (error: Error) => {
        if (/password/.test(error.message)) await server().query("ALTER ROLE monitor PASSWORD 'first'");
        throw error;
      });
    });
    expect(errors.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('password authentication failed'),
    );
    allPass(errors, /database postgres:\/\/monitor@/);
    expect(await stored(url)).toBe('1\n2');
  });

  test('a table that is gone for a while', async () => {
    const url = await newDatabase();
    const { store, here } = await monitor(url);
    await shell(url, 'ALTER TABLE results RENAME TO elsewhere');
    allPass(
      [
        await store.append(here, batch(1)).then(
          () => new Error('it worked'),
          (error) => error,
        ),
      ],
      /results/,
    );
    await shell(url, 'ALTER TABLE elsewhere RENAME TO results');
    await store.append(here, batch(1));
    expect(await stored(url)).toBe('1');
  });

  test('a batch that was being stored when its connection went is stored once', async () => {
    const url = await newDatabase();
    const { store, here } = await monitor(url);
    for (let number = 1; number <= 20; number++) {
      const killed = server().query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pinger'",
      );
      await retried(() => store.append(here, batch(number)));
      await killed;
    }
    expect(await stored(url)).toBe(Array.from({ length: 20 }, (_, n) => n + 1).join('\n'));
  });
});

test('a monitor that has little to store is not told that its connection is lost', async () => {
  const url = await newDatabase();
  const answerTimeout = 2000;
  const { store, here } = await monitor(url, answerTimeout);
  let number = 0;
  for (const idle of [0, 950, 1000, 1050, 1950, 2000, 2050]) {
    await sleep(idle);
    await store.append(here, batch(++number));
  }
  expect(await stored(url)).toBe('1\n2\n3\n4\n5\n6\n7');
}, 30_000);
