import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Source } from '../../../src/entities/source.ts';
import { timeoutResult } from '../../../src/probing/results.ts';
import { encodeResult } from '../../../src/storage/store.ts';
import { TypeormStore } from '../../../src/storage/typeorm-store.ts';
import { shell } from '../../support/databases.ts';
import { Link } from '../../support/link.ts';
import { PostgresServer } from '../../support/postgres-server.ts';
import { route, settings } from '../../support/probes.ts';

/** Short, so that a test does not wait for long. */
const ANSWER_TIMEOUT = 1000;

let server: PostgresServer;
let made = 0;

beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

const newDatabase = async (): Promise<string> => {
  const name = `database_${made++}`;
  await server.query(`CREATE DATABASE ${name}`);
  return server.url(name);
};

const monitor = async (
  url: string,
  answerTimeout = ANSWER_TIMEOUT,
): Promise<{ store: TypeormStore; here: Source }> => {
  const store = new TypeormStore(url, { answerTimeout });
  await store.open();
  onTestFinished(() => store.close());
  return { store, here: await store.source('here') };
};

const row = (rseq: number) =>
  encodeResult(
    timeoutResult(
      { settings: settings(), route: route(), rseq } as Parameters<typeof timeoutResult>[0],
      1n,
      null,
    ),
  );
const batch = (number: number) => ({ writer: 'test', number, rows: [row(number)] });

/** Tries until it works, as a monitor does; returns what it was told until then. */
async function retried<T>(work: () => Promise<T>, limit = 20_000): Promise<{ value: T; errors: Error[] }> {
  const errors: Error[] = [];
  for (const end = Date.now() + limit; ; await sleep(50))
    try {
      return { value: await work(), errors };
    } catch (error) {
      errors.push(error as Error);
      if (Date.now() > end) throw error;
    }
}

const allPass = (errors: Error[], why: RegExp) => {
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'DatabaseError', transient: true });
    expect(error.message).toMatch(why);
    expect(error.message).not.toMatch(/no secret|\n/);
  }
};

const stored = (url: string) => shell(url, 'SELECT rseq FROM results ORDER BY id');

describe('a server that ends and comes back', () => {
  test.each(['SIGINT', 'SIGQUIT'] as const)('with %s', async (signal) => {
    const url = await newDatabase();
    const { store, here } = await monitor(url);
    await store.append(here, batch(1));
    const { revision } = await store.destinations(here);
    await server.halt(signal);
    for (const call of [
      () => store.append(here, batch(2)),
      () => store.changes(here, revision),
      () => store.destinations(here),
      () => store.isEmpty(),
      () => store.addDestinations([]),
    ])
      allPass(
        [
          await call().then(
            () => new Error('it worked'),
            (error: Error) => error,
          ),
        ],
        /cannot be reached|shut/,
      );
    await server.resume();
    const { errors } = await retried(() => store.append(here, batch(2)));
    allPass(errors, /cannot be reached|starting up/);
    expect(await stored(url)).toBe('1\n2');
  });

  test('an edit made meanwhile is not missed, and the next one is heard of at once', async () => {
    const url = await newDatabase();
    const { store, here } = await monitor(url, 10_000);
    const { revision } = await store.destinations(here);
    while (await store.edited(revision));
    await server.halt();
    await server.resume();
    await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    await retried(async () => {
      if (!(await store.edited(revision))) throw new Error('not yet');
    });
    const delta = await store.changes(here, revision);
    expect(delta?.changed).toMatchObject([{ address: '192.0.2.1' }]);

    const last = delta?.revision ?? 0;
    await sleep(2500);
    const edited = (async () => {
      while (!(await store.edited(last)));
    })();
    await sleep(100);
    const before = performance.now();
    await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.2')");
    await edited;
    // It would be found without having been heard of as well, but only after 5 s.
    expect(performance.now() - before).toBeLessThan(2000);
  });

  test('keeps the source for the process that had it', async () => {
    const url = await newDatabase();
    await monitor(url);
    await server.halt();
    await server.resume();
    await sleep(3000);
    const other = new TypeormStore(url);
    await other.open();
    await expect(other.source('here')).rejects.toThrow('another pinger runs as source here');
    await other.close();
  });
});

describe('a network that is cut', () => {
  test('every call ends within a bounded time, nothing is stored twice, and all comes back', async () => {
    const url = await newDatabase();
    const link = await Link.to(server.port);
    onTestFinished(() => link.close());
    const { store, here } = await monitor(url.replace(`:${server.port}/`, `:${link.port}/`));
    await store.append(here, batch(1));
    const { revision } = await store.destinations(here);
    link.cut();
    for (const call of [
      () => store.append(here, batch(2)),
      () => store.destinations(here),
      () => store.changes(here, revision),
    ]) {
      const before = performance.now();
      allPass(
        [
          await call().then(
            () => new Error('it worked'),
            (error: Error) => error,
          ),
        ],
        /cannot be reached/,
      );
      // Five seconds are what a new connection may take.
      expect(performance.now() - before).toBeLessThan(5000 + 3 * ANSWER_TIMEOUT);
    }
    await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    link.mend();
    await retried(() => store.append(here, batch(2)));
    await store.append(here, batch(2));
    expect(await stored(url)).toBe('1\n2');
    await retried(async () => {
      if (!(await store.edited(revision))) throw new Error('not yet');
    });
    expect((await store.changes(here, revision))?.changed).toMatchObject([{ address: '192.0.2.1' }]);
  }, 60_000);

  test('whose source another process has taken meanwhile: it says so as long as that is so', async () => {
    const url = await newDatabase();
    const link = await Link.to(server.port);
    onTestFinished(() => link.close());
    const { store, here } = await monitor(url.replace(`:${server.port}/`, `:${link.port}/`));
    const { revision } = await store.destinations(here);
    link.cut();
    const rival = new TypeormStore(url);
    await rival.open();
    onTestFinished(() => rival.close());
    // The server has to notice first that the network was cut.
    await retried(() => rival.source('here'), 40_000);
    link.mend();
    let told: Error | undefined;
    for (const end = Date.now() + 20_000; !told && Date.now() < end; )
      told = await store.edited(revision).then(
        () => undefined,
        (error: Error) => (/another/.test(error.message) ? error : undefined),
      );
    expect(told?.message).toContain('another pinger runs as source here');
    await rival.close();
    await retried(() => store.edited(revision));
  }, 90_000);
});

describe('what passes when somebody puts it right', () => {
  test('a password that is changed, and changed back', async () => {
    const url = await newDatabase();
    await server.query("CREATE ROLE monitor LOGIN PASSWORD 'first'");
    await server.query('GRANT CREATE, USAGE ON SCHEMA public TO monitor', new URL(url).pathname.slice(1));
    const own = url.replace(/\/\/[^@]*@/, '//monitor:first@');
    const { store, here } = await monitor(own);
    await store.append(here, batch(1));
    await server.query("ALTER ROLE monitor PASSWORD 'second'");
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'monitor'");
    const { errors } = await retried(async () => {
      await store.append(here, batch(2)).catch(async (error: Error) => {
        if (/password/.test(error.message)) await server.query("ALTER ROLE monitor PASSWORD 'first'");
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
      const killed = server.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pinger'",
      );
      await retried(() => store.append(here, batch(number)));
      await killed;
    }
    expect(await stored(url)).toBe(Array.from({ length: 20 }, (_, n) => n + 1).join('\n'));
  });
});
