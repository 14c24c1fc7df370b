import { expect, test } from 'vitest';
import { DEFAULT_KEEP } from '../../src/history/keep.ts';
import { DAY, MINUTE } from '../../src/history/levels.ts';
import { createPinger } from '../../src/pinger.ts';
import { Backlog, type Batch } from '../../src/storage/batch.ts';
import { encodeResult, type NewResult } from '../../src/storage/store.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { connection } from '../cli/support.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { LogBook } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { expectedRollups, resultOf, SECOND, storedRollups } from './support.ts';

const results = (from: bigint, count: number): NewResult[] =>
  Array.from({ length: count }, (_, index) =>
    resultOf({
      destination_id: (index % 3) + 1,
      rseq: Math.floor(index / 3),
      rtime: (from + BigInt(index)) * SECOND,
      ...(index % 7 === 0 ? { outcome: 'timeout', rtt: null, doubt: 'dropped' } : { rtt: index / 10 }),
    }),
  );

const batchOf = (number: number, made: NewResult[]): Batch => {
  const backlog = new Backlog('w', made.length);
  for (const result of made) backlog.add(encodeResult(result), result);
  return { ...(backlog.first() as Batch), number };
};

test('a store keeps roll-ups of what it stores, with facts or without, and has written all when it is closed', async () => {
  const url = await temporaryDatabase();
  const clock = new ManualClock();
  const database = await connection(url);
  const open = async () => {
    const store = new TypeormStore(url, { history: { keep: DEFAULT_KEEP, clock, logger: new LogBook() } });
    await store.open();
    return { store, source: await store.source('here') };
  };
  const first = await open();
  await first.store.append(first.source, batchOf(1, results(1_763_931_600n, 500)));
  const { rows } = batchOf(2, results(1_763_932_100n, 500));
  await first.store.append(first.source, { writer: 'w', number: 2, rows });
  // Stored already: the store cannot tell under which ids.
  await first.store.append(first.source, { writer: 'w', number: 2, rows });
  await first.store.append(first.source, batchOf(3, results(1_763_932_600n, 10)));
  await first.store.close();

  const second = await open();
  await second.store.append(second.source, batchOf(4, results(1_763_940_000n, 100)));
  await second.store.close();
  expect(await storedRollups(database)).toEqual(await expectedRollups(database));
  const [{ count }] = await database.query('SELECT count(*) AS count FROM results');
  expect(count).toBe(1110);
});

test('a store deletes what is older than it is to be kept, once a minute of its clock', async () => {
  const url = await temporaryDatabase();
  const clock = new ManualClock();
  clock.epoch = BigInt(1_763_931_600 + 3 * DAY) * SECOND;
  const keep = { ...DEFAULT_KEEP, results: DAY * 1000 };
  const store = new TypeormStore(url, { history: { keep, clock, logger: new LogBook() } });
  await store.open();
  const source = await store.source('here');
  await store.append(source, batchOf(1, results(1_763_931_600n, 300)));
  await store.close();

  const again = new TypeormStore(url, { history: { keep, clock, logger: new LogBook() } });
  await again.open();
  await again.source('here');
  const database = await connection(url);
  const left = async () => (await database.query('SELECT count(*) AS count FROM results'))[0].count;
  expect(await left()).toBe(300);
  for (let tries = 0; tries < 100 && (await left()) > 0; tries++) {
    clock.advance(MINUTE * 1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(await left()).toBe(0);
  await again.close();
});

test('a pinger refuses what cannot be kept', () => {
  expect(() => createPinger({ keep: { minutes: 1000 } })).toThrow(
    'minutes are kept for less time than results: expected as long or longer',
  );
});
