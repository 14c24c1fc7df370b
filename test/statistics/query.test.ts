import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, test } from 'vitest';
import { type DestinationStatistics, queryStatistics } from '../../src/statistics/query.ts';
import { addResults, connection } from '../cli/support.ts';
import { onPostgres, temporaryDatabase } from '../support/databases.ts';

let dataSource: DataSource;

beforeEach(async () => {
  dataSource = await connection(await temporaryDatabase());
});

const only = async (
  ...args: Parameters<typeof queryStatistics>
): Promise<DestinationStatistics['statistics']> => {
  const all = await queryStatistics(...args);
  expect(all).toHaveLength(1);
  return all[0]!.statistics;
};

/** The smallest value that at least p per cent of the values do not exceed. */
const nearestRank = (values: number[], p: number): number =>
  [...values].sort((a, b) => a - b).find((_, index) => (index + 1) * 100 >= p * values.length)!;

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

describe('round-trip times', () => {
  test.each([1, 2, 3, 19, 20, 21, 99, 100, 101, 200, 1000])(
    'of %i random values are exact, but for percentiles, which are within 1 %%',
    async (number) => {
      const next = random(number);
      const values = Array.from({ length: number }, () =>
        next() < 0.2 ? 7 : Math.round(next() ** 4 * 1e9) / 1e6,
      );
      await addResults(
        dataSource,
        values.map((rtt, index) => ({ rtt, outcome: index % 5 === 0 ? 'refused' : 'reply' })),
      );
      const mean = values.reduce((sum, value) => sum + value, 0) / number;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / number;
      const statistics = await only(dataSource);
      expect(statistics).toMatchObject({
        min: Math.min(...values),
        max: Math.max(...values),
        received: number,
      });
      for (const p of [50, 95, 99] as const) {
        const exact = nearestRank(values, p);
        const found = statistics[`p${p}`] as number;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.010001 + 1e-6);
      }
      expect(statistics.avg).toBeCloseTo(mean, 9);
      expect(statistics.stddev).toBeCloseTo(Math.sqrt(variance), 9);
    },
  );

  test('vary by nothing when they are equal, and by little when they differ little', async () => {
    await addResults(
      dataSource,
      Array.from({ length: 3 }, () => ({ rtt: 100.1 })),
    );
    expect((await only(dataSource)).stddev).toBeCloseTo(0, 12);
    await addResults(
      dataSource,
      [99, 100].map((rtt) => ({ destination_id: 2, rtt: 1e6 + rtt / 1e6 })),
    );
    expect((await queryStatistics(dataSource, { destinations: [2] }))[0]?.statistics.stddev).toBeCloseTo(
      5e-7,
      9,
    );
  });

  test('are those of what was received', async () => {
    await addResults(dataSource, [
      { rtt: 5 },
      { rtt: 7, outcome: 'refused' },
      { rtt: 1, outcome: 'unreachable' },
      { rtt: 100, outcome: 'late' },
      { rtt: 101, outcome: 'duplicate' },
      { rtt: 102, outcome: 'ttl_exceeded' },
      { rtt: null, outcome: 'reply' },
    ]);
    expect(await only(dataSource)).toMatchObject({
      min: 5,
      avg: 6,
      max: 7,
      stddev: 1,
      p50: 5,
      p95: 7,
      p99: 7,
    });
  });

  test('are null where there is none', async () => {
    await addResults(dataSource, [{ outcome: 'timeout' }]);
    const none = { min: null, avg: null, max: null, stddev: null, p50: null, p95: null, p99: null };
    expect(await only(dataSource)).toMatchObject({ ...none, sent: 1, loss: 1 });
  });
});

test('counts every outcome', async () => {
  const counts = {
    reply: 2,
    refused: 3,
    unreachable: 4,
    ttl_exceeded: 5,
    timeout: 6,
    late: 7,
    duplicate: 8,
    unsent: 9,
  };
  const rows = Object.entries(counts).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => ({ outcome })),
  );
  await addResults(dataSource, [
    ...rows,
    { datamatch: 0 },
    { datamatch: 1 },
    { outcome: 'late', datamatch: 0 },
  ]);
  expect(await only(dataSource)).toMatchObject({
    ...counts,
    reply: 4,
    late: 8,
    sent: 22,
    received: 7,
    lost: 15,
    loss: 15 / 22,
    corrupt: 1,
  });
});

test('nothing sent has no loss', async () => {
  await addResults(dataSource, [{ outcome: 'unsent' }, { outcome: 'late' }]);
  expect(await only(dataSource)).toMatchObject({
    sent: 0,
    received: 0,
    lost: 0,
    loss: null,
    unsent: 1,
    late: 1,
  });
});

describe('which destinations', () => {
  beforeEach(async () => {
    await dataSource.query(
      "INSERT INTO destinations (id, address) VALUES (1, '192.0.2.1'), (2, '192.0.2.2')",
    );
    await addResults(dataSource, [
      { destination_id: 300, rtime: '2999999' },
      { destination_id: 300, rtime: '3000000' },
      { destination_id: 1, rtime: '1000000' },
      { destination_id: null, rtime: '5000000' },
      { destination_id: 40, rtime: '-1' },
    ]);
  });

  const seen = async (query?: Parameters<typeof queryStatistics>[1]) =>
    (await queryStatistics(dataSource, query)).map((row) => [
      row.destination_id,
      row.label,
      row.statistics.reply,
    ]);

  test('all of the table, and others with results', async () => {
    expect(await seen()).toEqual([
      [1, '192.0.2.1', 1],
      [2, '192.0.2.2', 0],
      [40, null, 1],
      [300, null, 2],
      [null, null, 1],
    ]);
  });

  test('others only when they have results since then', async () => {
    expect(await seen({ since: 3 })).toEqual([
      [1, '192.0.2.1', 0],
      [2, '192.0.2.2', 0],
      [300, null, 1],
      [null, null, 1],
    ]);
  });

  test('those asked for', async () => {
    expect(await seen({ destinations: [300, 2], since: 4 })).toEqual([
      [300, null, 0],
      [2, '192.0.2.2', 0],
    ]);
  });
});

describe('over time', () => {
  const MINUTE = 60_000_000_000n;
  const at = (minute: number, second = 0) =>
    (BigInt(minute) * MINUTE + BigInt(second) * 1_000_000_000n).toString();

  test('until is the first moment that no longer counts', async () => {
    await addResults(
      dataSource,
      [1, 2, 3, 4].map((ms) => ({ rtt: ms, rtime: `${ms}000000` })),
    );
    expect(await only(dataSource, { since: 2, until: 4 })).toMatchObject({ reply: 2, min: 2, max: 3 });
    expect(await only(dataSource, { until: 2, destinations: [1] })).toMatchObject({ reply: 1, max: 1 });
  });

  test('minutes are those of the results', async () => {
    await addResults(dataSource, [
      { rtime: at(10), rtt: 1 },
      { rtime: at(10, 59), rtt: 1 },
      { rtime: at(11), outcome: 'timeout' },
      { rtime: at(12), outcome: 'timeout', doubt: 'suspended' },
    ]);
    expect(await only(dataSource)).toMatchObject({ minutes_observed: 2, availability: 0.5, loss: 1 / 3 });
  });

  test('a destination that is asked for alone has the same figures as among all', async () => {
    const next = random(7);
    const rows = Array.from({ length: 400 }, (_, index) => ({
      // Some days, so that it is read in parts.
      rtime: at(index * 20),
      destination_id: index % 3,
      source_id: index % 2,
      rseq: index,
      ...(next() < 0.2 ? { outcome: 'timeout' } : { rtt: next() * 10 }),
    }));
    await addResults(dataSource, rows);
    const all = await queryStatistics(dataSource);
    const many = await queryStatistics(dataSource, {
      destinations: Array.from({ length: 30 }, (_, id) => id),
    });
    expect(many.slice(0, 3)).toEqual(all);
    for (const [index, id] of [0, 1, 2].entries()) {
      const [alone] = await queryStatistics(dataSource, { destinations: [id] });
      const { avg, stddev, ipdv_mean, ...exact } = alone!.statistics;
      expect(all[index]!.statistics).toMatchObject(exact);
      expect(avg).toBeCloseTo(all[index]!.statistics.avg!, 9);
    }
  });
});

describe('sources', () => {
  beforeEach(async () => {
    // Their sequences fit together by chance.
    await addResults(dataSource, [
      { source_id: 1, rseq: 1, rtt: 10 },
      { source_id: 2, rseq: 3, rtt: 50 },
      { source_id: 1, rseq: 2, rtt: 12 },
      { source_id: 1, rseq: 3, outcome: 'timeout' },
      { source_id: 2, rseq: 4, outcome: 'timeout' },
      { source_id: 2, rseq: 5, outcome: 'timeout' },
    ]);
  });

  const seen = async (query?: Parameters<typeof queryStatistics>[1]) =>
    (await queryStatistics(dataSource, query)).map(({ source_id, statistics }) => ({
      source_id,
      sent: statistics.sent,
      ipdv_max: statistics.ipdv_max,
      periods: [statistics.loss_periods, statistics.longest_loss_period],
    }));

  test('are together for each destination, and pairs and loss periods are of one each', async () => {
    expect(await seen()).toEqual([{ source_id: null, sent: 6, ipdv_max: 2, periods: [2, 2] }]);
  });

  test('or each by itself', async () => {
    expect(await seen({ bySource: true })).toEqual([
      { source_id: 1, sent: 3, ipdv_max: 2, periods: [1, 1] },
      { source_id: 2, sent: 3, ipdv_max: null, periods: [1, 2] },
    ]);
  });

  test('or only some', async () => {
    expect(await seen({ sources: [2] })).toEqual([
      { source_id: null, sent: 3, ipdv_max: null, periods: [1, 2] },
    ]);
  });
});

// Columns of a server's take nothing but what their type says.
test.skipIf(onPostgres)('what no pinger writes is left out, and nothing else is', async () => {
  await addResults(dataSource, [
    { outcome: 'nonsense', rtt: 5 },
    { rtt: 7, rseq: -1 },
    // Columns of a server's take nothing but what their type says.
    ...(onPostgres
      ? [{ rtt: 7 }]
      : [
          { rtime: 'never', rtt: 5 },
          { rtime: 1.5, rtt: 7, rseq: 'two', datamatch: 'perhaps' },
        ]),
  ]);
  expect(await only(dataSource)).toMatchObject({ received: 2, min: 7, max: 7 });
});
