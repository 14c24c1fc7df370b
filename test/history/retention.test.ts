import { statSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KEEP, type Keep, keepOf, problemOfKeep } from '../../src/history/keep.ts';
import { DAY, HOUR, MINUTE } from '../../src/history/levels.ts';
import { Retention, type RetentionOptions } from '../../src/history/retention.ts';
import { readSeries } from '../../src/history/series.ts';
import { readSummaries } from '../../src/history/summaries.ts';
import { LogBook } from '../support/fakes.ts';
import { history, type TestHistory } from './history-database.ts';
import { resultOf, SECOND } from './support.ts';

const DAYS = 10;
const T0 = 20_000 * DAY;
const NOW = T0 + DAYS * DAY + 20 * MINUTE;
const INTERVAL = 10 * MINUTE;

/** ms */
const KEEP: Keep = {
  results: DAY * 1000,
  minutes: 3 * DAY * 1000,
  hours: 5 * DAY * 1000,
  days: 8 * DAY * 1000,
};

const resultsOf = (destination_id: number, from = T0, until = T0 + DAYS * DAY) =>
  Array.from({ length: (until - from) / INTERVAL }, (_, index) =>
    resultOf({ destination_id, rseq: index, rtime: BigInt(from + index * INTERVAL) * SECOND }),
  );

const retention = ({ writer }: TestHistory, changed: Partial<RetentionOptions> = {}) =>
  new Retention({
    database: writer,
    holder: 'source 1',
    keep: KEEP,
    wall: () => NOW,
    now: () => 0,
    logger: new LogBook(),
    ...changed,
  });

/** Steps until there is nothing to do; returns how many it took. */
async function sweep(retention: Retention): Promise<number> {
  let steps = 1;
  while (await retention.step()) steps++;
  return steps;
}

const oldest = async (database: DataSource): Promise<Record<string, number>> => {
  const [results] = await database.query('SELECT min(rtime / 1000000000) AS first FROM results');
  const rows: { period: number; first: number }[] = await database.query(
    'SELECT period, min(start) AS first FROM rollups GROUP BY period',
  );
  return { 0: results.first, ...Object.fromEntries(rows.map(({ period, first }) => [period, first])) };
};

/** Ten days of two destinations. */
async function tenDays(): Promise<TestHistory> {
  const made = await history();
  await made.store('a', resultsOf(1), false);
  await made.store('a', resultsOf(2), true);
  return made;
}

describe('a sweep', () => {
  test('leaves of each level what is to be kept, whole periods of the next', async () => {
    const made = await tenDays();
    await sweep(retention(made));
    expect(await oldest(made.database)).toEqual({
      0: T0 + 9 * DAY + 20 * MINUTE,
      [MINUTE]: T0 + 7 * DAY,
      [HOUR]: T0 + 5 * DAY,
      [DAY]: T0 + 2 * DAY,
    });
  });

  test('leaves results alone that are not rolled up, and looks at what comes after them', async () => {
    const made = await history();
    await made.store('never rolled up', resultsOf(1), false);
    await made.database.query(
      "INSERT INTO results (rtime, outcome, destination_id, source_id) VALUES (5, 'reply', NULL, NULL)",
    );
    await made.store('b', resultsOf(1), true);
    await made.store('b', resultsOf(2), false);
    await sweep(retention(made));
    const counts = await made.database.query(
      'SELECT source_id, destination_id, count(*) AS count FROM results GROUP BY 1, 2 ORDER BY 1, 2',
    );
    const all = (DAYS * DAY) / INTERVAL;
    expect(counts).toEqual([
      { source_id: null, destination_id: null, count: 1 },
      { source_id: 1, destination_id: 1, count: all },
      { source_id: 2, destination_id: 1, count: DAY / INTERVAL - 2 },
      { source_id: 2, destination_id: 2, count: all },
    ]);
  });

  test('goes past results that a wrong clock has dated into the future', async () => {
    const made = await history();
    const future = Array.from({ length: 1500 }, (_, index) =>
      resultOf({ rseq: index, rtime: BigInt(NOW + 1000 * DAY) * SECOND }),
    );
    await made.store('a', future, false);
    await made.store('a', resultsOf(1), true);
    await sweep(retention(made));
    expect((await oldest(made.database))[0]).toBe(T0 + 9 * DAY + 20 * MINUTE);
    const [{ count }] = await made.database.query('SELECT count(*) AS count FROM results');
    expect(count).toBe(1500 + DAY / INTERVAL - 2);
  });

  test('goes on where the one before has ended, and deletes nothing twice', async () => {
    const made = await tenDays();
    let now = NOW;
    const keeper = retention(made, { wall: () => now });
    const first = await sweep(keeper);
    now += HOUR;
    const [before] = await made.database.query('SELECT count(*) AS count FROM results');
    expect(await sweep(keeper)).toBeLessThan(first);
    const [after] = await made.database.query('SELECT count(*) AS count FROM results');
    expect(before.count - after.count).toBe((2 * HOUR) / INTERVAL);
  });

  test('comes back to results that were not rolled up', async () => {
    const made = await history();
    await made.store('a', resultsOf(1), false);
    let now = 0;
    const keeper = retention(made, { now: () => now, wall: () => NOW + now });
    await sweep(keeper);
    expect((await oldest(made.database))[0]).toBe(T0);
    await made.store('a', resultsOf(2), true);
    now += HOUR;
    await sweep(keeper);
    expect((await oldest(made.database))[0]).toBe(T0 + 9 * DAY + HOUR + 20 * MINUTE);
  });

  test('is one step of nothing where everything is kept for ever', async () => {
    const made = await tenDays();
    const forever = Number.POSITIVE_INFINITY;
    await sweep(
      retention(made, { keep: { results: forever, minutes: forever, hours: forever, days: forever } }),
    );
    expect(await oldest(made.database)).toEqual({ 0: T0, [MINUTE]: T0, [HOUR]: T0, [DAY]: T0 });
    expect(await made.database.query('SELECT * FROM retention')).toEqual([]);
  });
});

describe('what is read then', () => {
  test('is of the next level where a finer one is gone, and says what it covers', async () => {
    const made = await tenDays();
    await sweep(retention(made));
    const read = async (since: number, until: number) => {
      const found = await readSummaries(made.database, {
        destinations: [1],
        since: since * 1000,
        until: until * 1000,
      });
      const { reply } = found.pairs[0]!.summary.columns();
      return { since: (found.since! - T0 * 1000) / 1000, until: (found.until! - T0 * 1000) / 1000, reply };
    };
    const [h, m] = [HOUR, MINUTE];
    // Results are there still: exactly what was asked for.
    expect(await read(T0 + 9 * DAY + 12 * h + 5.5, T0 + 9 * DAY + 12 * h + 10 * m + 0.5)).toEqual({
      since: 9 * DAY + 12 * h + 5.5,
      until: 9 * DAY + 12 * h + 10 * m + 0.5,
      reply: 1,
    });
    // Only minutes are.
    expect(await read(T0 + 8 * DAY + 0.5, T0 + 8 * DAY + 20 * m + 0.5)).toEqual({
      since: 8 * DAY,
      until: 8 * DAY + 21 * m,
      reply: 3,
    });
    // Only hours are.
    expect(await read(T0 + 6 * DAY + 20 * m, T0 + 6 * DAY + h + 1)).toEqual({
      since: 6 * DAY,
      until: 6 * DAY + 2 * h,
      reply: 12,
    });
    // Only days are, and before that nothing.
    expect(await read(T0, T0 + 3 * DAY + 1)).toEqual({
      since: 2 * DAY,
      until: 4 * DAY,
      reply: (2 * DAY) / INTERVAL,
    });
    expect(await readSummaries(made.database, { destinations: [1] })).toMatchObject({
      since: (T0 + 2 * DAY) * 1000,
    });
  });

  test('has longer steps in a series', async () => {
    const made = await tenDays();
    await sweep(retention(made));
    const stepOf = async (since: number) => {
      const series = await readSeries(made.database, {
        destination: 1,
        since: since * 1000,
        until: (since + HOUR) * 1000,
      });
      return series.step / 1000;
    };
    expect(await stepOf(T0 + 9 * DAY + HOUR)).toBe(5);
    expect(await stepOf(T0 + 8 * DAY)).toBe(MINUTE);
    expect(await stepOf(T0 + 6 * DAY)).toBe(HOUR);
    expect(await stepOf(T0 + 3 * DAY)).toBe(DAY);
  });

  test('has late results in the levels that are left, and no minute that is only part of one', async () => {
    const made = await tenDays();
    await sweep(retention(made));
    const before = await oldest(made.database);
    const late = resultOf({
      destination_id: 1,
      outcome: 'timeout',
      rtt: null,
      rtime: BigInt(T0 + 3 * DAY + HOUR) * SECOND,
    });
    await made.store('a', [late], true);
    await sweep(retention(made));
    expect(await oldest(made.database)).toEqual(before);
    const [day] = await made.database.query(
      'SELECT timeout, minutes_observed, minutes_available FROM rollups WHERE period = $1 AND destination_id = 1 AND start = $2',
      [DAY, T0 + 3 * DAY],
    );
    expect(day).toEqual({ timeout: 1, minutes_observed: 144, minutes_available: 144 });
  });
});

describe('of several on one database', () => {
  test('one does it, and another when that one is gone', async () => {
    const made = await tenDays();
    let now = NOW;
    const wall = () => now;
    await sweep(retention(made, { wall }));
    const other = retention(made, { wall, holder: 'source 2', keep: { ...KEEP, minutes: 2 * DAY * 1000 } });
    await sweep(other);
    expect((await oldest(made.database))[MINUTE]).toBe(T0 + 7 * DAY);
    now += 301;
    await sweep(other);
    expect((await oldest(made.database))[MINUTE]).toBe(T0 + 8 * DAY);
  });
});

test('a wall clock that jumps ahead deletes nothing for a day, and is believed then', async () => {
  const made = await tenDays();
  const logger = new LogBook();
  let wall = NOW;
  let now = 0;
  const keeper = retention(made, { wall: () => wall, now: () => now, logger });
  await sweep(keeper);
  const before = await oldest(made.database);
  wall += 1000 * DAY;
  now += MINUTE;
  await sweep(keeper);
  await sweep(keeper);
  expect(await oldest(made.database)).toEqual(before);
  expect(logger.of('retention.paused')).toHaveLength(1);
  wall += DAY;
  now += DAY;
  await sweep(keeper);
  expect((await oldest(made.database))[0]).toBeNull();
});

test('a file gives back what deleting has freed, a little at a time', async () => {
  const made = await history();
  for (let day = 0; day < 10; day++)
    for (let some = 0; some < 10; some++)
      await made.store(
        'a',
        Array.from({ length: 2000 }, (_, index) =>
          resultOf({ rseq: index, rtime: BigInt(T0 + day * DAY + some * 2000 + index) * SECOND }),
        ),
        some === 9,
      );
  const size = async () => {
    await made.database.query('PRAGMA wal_checkpoint(TRUNCATE)');
    return statSync(made.url.replace('sqlite:', '')).size;
  };
  const full = await size();
  await sweep(retention(made));
  expect(await size()).toBe(full);
  let before = full;
  while (await made.writer.shrink?.()) {
    const now = await size();
    expect(before - now).toBeLessThanOrEqual(300 * 4096);
    before = now;
  }
  expect(await size()).toBeLessThan(full / 2);
  expect((await made.database.query('PRAGMA integrity_check'))[0]).toEqual({ integrity_check: 'ok' });
});

test('who keeps results for long keeps their sums as long, without saying so', () => {
  expect(keepOf()).toEqual(DEFAULT_KEEP);
  expect(keepOf({ results: Number.POSITIVE_INFINITY })).toEqual({
    results: Number.POSITIVE_INFINITY,
    minutes: Number.POSITIVE_INFINITY,
    hours: Number.POSITIVE_INFINITY,
    days: Number.POSITIVE_INFINITY,
  });
  expect(keepOf({ results: 100 * DAY * 1000, hours: undefined })).toEqual({
    ...DEFAULT_KEEP,
    results: 100 * DAY * 1000,
    minutes: 100 * DAY * 1000,
  });
  expect(problemOfKeep(keepOf({ results: 8 * DAY * 1000, minutes: DAY * 1000 }))).toBe(
    'minutes are kept for less time than results: expected as long or longer',
  );
});

test.each([
  [{}, undefined],
  [{ results: 0 }, 'results are kept for less than an hour: expected 1h or more'],
  [{ results: Number.NaN }, 'results are kept for NaN ms: expected a time'],
  [{ minutes: HOUR * 1000 }, 'minutes are kept for less time than results: expected as long or longer'],
  [{ days: 365 * DAY * 1000 }, 'days are kept for less time than hours: expected as long or longer'],
])('%o', (keep, problem) => {
  expect(problemOfKeep({ ...DEFAULT_KEEP, ...keep })).toBe(problem);
});
