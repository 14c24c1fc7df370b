import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TypeormStore } from '../../../src/storage/typeorm-store.ts';
import { shell } from '../../support/databases.ts';
import { WaveringLine } from '../../support/wavering-line.ts';
import { ANSWER_TIMEOUT, allPass, batch, monitor, ownServer, retried, stored } from './support.ts';

const { server, newDatabase } = ownServer();

describe('a server that ends and comes back', () => {
  test.each(['SIGINT', 'SIGQUIT'] as const)('with %s', async (signal) => {
    const url = await newDatabase();
    const { store, here } = await monitor(url);
    await store.append(here, batch(1));
    const { revision } = await store.destinations(here);
    await server().halt(signal);
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
    await server().resume();
    const { errors } = await retried(() => store.append(here, batch(2)));
    allPass(errors, /cannot be reached|starting up/);
    expect(await stored(url)).toBe('1\n2');
  });

  test('an edit made meanwhile is not missed, and the next one is heard of at once', async () => {
    const url = await newDatabase();
    const { store, here } = await monitor(url, 10_000);
    const { revision } = await store.destinations(here);
    while (await store.edited(revision));
    await server().halt();
    await server().resume();
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
    await server().halt();
    await server().resume();
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
    const line = await WaveringLine.to(server().port);
    onTestFinished(() => line.close());
    const { store, here } = await monitor(url.replace(`:${server().port}/`, `:${line.port}/`));
    await store.append(here, batch(1));
    const { revision } = await store.destinations(here);
    line.become('mute');
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
    line.become('up', { keepMuted: true });
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
    const line = await WaveringLine.to(server().port);
    onTestFinished(() => line.close());
    const { store, here } = await monitor(url.replace(`:${server().port}/`, `:${line.port}/`));
    const { revision } = await store.destinations(here);
    line.become('mute');
    const rival = new TypeormStore(url);
    await rival.open();
    onTestFinished(() => rival.close());
    await expect(rival.source('here')).rejects.toThrow('another pinger runs as source here');
    line.loseClients();
    await retried(() => rival.source('here'));
    line.become('up', { keepMuted: true });
    let told: Error | undefined;
    for (const end = Date.now() + 20_000; !told && Date.now() < end; )
      told = await store.edited(revision).then(
        () => undefined,
        (error: Error) => (/another/.test(error.message) ? error : undefined),
      );
    expect(told?.message).toContain('another pinger runs as source here');
    await expect(store.changes(here, revision)).rejects.toThrow('another pinger runs as source here');
    await rival.close();
    await retried(() => store.edited(revision));
  }, 90_000);
});
