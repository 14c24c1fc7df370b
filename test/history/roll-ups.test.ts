import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DOUBTS } from '../../src/entities/doubt.ts';
import { OUTCOMES } from '../../src/entities/outcome.ts';
import type { Source } from '../../src/entities/source.ts';
import { Facts } from '../../src/history/facts.ts';
import { RollUps } from '../../src/history/roll-ups.ts';
import type { Queries } from '../../src/history/rollup-table.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { encodeResult, type NewResult } from '../../src/storage/store.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { onPostgres, temporaryDatabase } from '../support/databases.ts';
import { LogBook } from '../support/fakes.ts';
import { COVERED, expectedRollups, resultOf, SECOND, storedRollups } from './support.ts';

/** How writings of roll-ups fail: before anything is done, or when all is done and only the answer gets lost. */
type Failure = 'nothing done' | 'answer lost';

/** One source's process: stores batches, keeps roll-ups, and crashes. */
class Monitor {
  readonly #store: TypeormStore;
  readonly #source: Source;
  #rollUps: RollUps;
  #time = 0;
  failure: Failure | undefined;
  readonly log = new LogBook();

  constructor(store: TypeormStore, source: Source) {
    this.#store = store;
    this.#source = source;
    this.#rollUps = this.#started();
  }

  #started(): RollUps {
    const store = this.#store;
    const rollUps = new RollUps({
      database: {
        connection: { options: { type: onPostgres ? 'postgres' : 'sqlite', database: '' } },
        query: <Rows>(sql: string, parameters?: unknown[]) =>
          store.edit((manager) => manager.query<Rows>(sql, parameters)),
        edit: async <T>(work: (queries: Queries) => Promise<T>) => {
          const { failure } = this;
          this.failure = undefined;
          if (failure === 'nothing done') throw new Error('no connection');
          const done = await store.edit(work);
          if (failure === 'answer lost') throw new Error('connection lost');
          return done;
        },
      },
      sourceId: this.#source.id,
      logger: this.log,
      now: () => this.#time,
    });
    rollUps.start();
    return rollUps;
  }

  number = 0;

  /** Stores results; `isTold`: whether roll-ups are told of their ids. */
  async store(results: NewResult[], isTold = true): Promise<void> {
    const facts = new Facts();
    for (const result of results) facts.add(result);
    const rows = results.map(encodeResult);
    await this.#store.append(this.#source, { writer: 'w', number: ++this.number, rows });
    const [newest] = await this.#store.edit((manager) =>
      manager.query('SELECT id AS last FROM newest_result'),
    );
    const last = Number(newest.last);
    this.#rollUps.stored(facts, isTold ? { first: last - results.length + 1, last } : undefined);
  }

  async wait(seconds: number): Promise<void> {
    this.#time += seconds;
    this.#rollUps.start();
    await this.#rollUps.settled();
  }

  /** All that is in memory is gone; what was being written has come through, or not. */
  async crash(): Promise<void> {
    await this.#rollUps.settled();
    this.#rollUps = this.#started();
  }

  async stop(): Promise<void> {
    // What has just failed tries again at the next occasion.
    await this.wait(0);
    this.failure = undefined;
    await this.wait(0);
    await this.#rollUps.close();
  }
}

const T0 = 1_763_931_600n;

const anyResult = fc
  .record({
    destination_id: fc.integer({ min: 1, max: 3 }),
    // Most come in time, some an hour or a day late, and one source's wall clock steps.
    age: fc.oneof(
      { weight: 5, arbitrary: fc.constant(0n) },
      fc.bigInt({ min: 0n, max: 200_000n }),
      fc.constant(-90n),
    ),
    outcome: fc.constantFrom(...OUTCOMES),
    doubt: fc.option(fc.constantFrom(...DOUBTS), { freq: 4 }),
    // A whole number of ns, as clocks tell: SQLite does not read every number with more digits as it was written.
    rtt: fc.integer({ min: 1, max: 5_000_000_000 }).map((ns) => ns / 1e6),
    datamatch: fc.option(fc.boolean()),
    rtype: fc.constantFrom(1, 17),
    jitter: fc.bigInt({ min: 0n, max: SECOND - 1n }),
  })
  .map(
    ({ age, jitter, rtt, ...columns }) =>
      (at: bigint, rseq: number) =>
        resultOf({
          ...columns,
          rtt: columns.outcome === 'timeout' || columns.outcome === 'unsent' ? null : rtt,
          rtime: (T0 + at - age) * SECOND + jitter,
          rseq,
        }),
  );

const anyEvent = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('store' as const),
      results: fc.array(anyResult, { minLength: 1, maxLength: 20 }),
      isTold: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 90 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('crash' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('fail' as const),
      failure: fc.constantFrom<Failure>('nothing done', 'answer lost'),
    }),
  },
);

test('roll-ups are exactly those of the results, whatever comes late, crashes or fails', {
  timeout: 120_000,
}, async () => {
  const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), anyEvent), {
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(events, async (happening) => {
      const url = await temporaryDatabase();
      const store = new TypeormStore(url);
      await store.open();
      const monitors = [
        new Monitor(store, await store.source('a')),
        new Monitor(store, await store.source('b')),
      ] as const;
      const database = await openDatabase(url, { create: false, lockTimeout: 1000 });
      try {
        let at = 0n;
        let rseq = 65_500;
        for (const [which, event] of happening) {
          const monitor = monitors[which as 0 | 1];
          if (event.type === 'store') {
            const results = event.results.map((result) => result(at, rseq++ % 65_536));
            await monitor.store(results, event.isTold);
          } else if (event.type === 'wait') {
            at += BigInt(event.seconds);
            await monitor.wait(event.seconds);
          } else if (event.type === 'crash') {
            await monitor.crash();
            expect(await storedRollups(database)).toEqual(await expectedRollups(database, COVERED));
          } else monitor.failure = event.failure;
        }
        for (const monitor of monitors) await monitor.stop();
        expect(await storedRollups(database)).toEqual(await expectedRollups(database));
        const [{ uncovered }] = await database.query(
          `SELECT count(*) AS uncovered FROM results WHERE NOT coalesce(${COVERED}, FALSE)`,
        );
        expect(uncovered).toBe(0);
      } finally {
        await database.destroy();
        await store.close();
      }
    }),
    { numRuns: 60 },
  );
});
