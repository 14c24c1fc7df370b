import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { type FoundGap, gapTotals, queryGaps } from '../../src/statistics/gaps.ts';
import { queryStatistics } from '../../src/statistics/query.ts';
import type { Statistics } from '../../src/statistics/statistics.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { small } from './support.ts';

const START = Date.parse('2024-11-19T07:00:00Z');

interface Outcome {
  /** In s since the start of the scenario, as the wall clock said. */
  gaps: { from: number; to: number; reason: string }[];
  found: FoundGap[];
  statistics: Statistics;
}

/** What is in the database after a probe a second, over a path of 20 ms, for ten minutes. */
async function after(
  timeline: ScenarioGiven['timeline'],
  given: Partial<ScenarioGiven> = {},
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-gaps-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const database = `sqlite:${join(folder, 'test.db')}`;
  const scenario = small({ start: new Date(START).toISOString(), duration: '10m', timeline, ...given });
  await (await simulate(scenario, { database })).finish();
  const dataSource = await openDatabase(database, { create: false, lockTimeout: 1000 });
  try {
    const found = await queryGaps(dataSource);
    const [row] = await queryStatistics(dataSource);
    const since = (time: bigint) => Number(time - BigInt(START) * 1_000_000n) / 1e9;
    const gaps = found.map(({ start, end, reason }) => ({ from: since(start), to: since(end), reason }));
    return { gaps, found, statistics: row!.statistics };
  } finally {
    await dataSource.destroy();
  }
}

/** A path so long that probes are in flight whatever happens. */
const LONG: Partial<ScenarioGiven> = {
  links: { near: { delay: '1ms' }, far: { delay: '499ms' } },
  destinations: [{ address: '198.51.100.1', interval: '100ms', timeout: '1500ms' }],
};

function expectGap({ gaps }: Outcome, reason: string, from: number, to: number): void {
  expect(gaps.map((gap) => gap.reason)).toEqual([reason]);
  expect(Math.abs(gaps[0]!.from - from)).toBeLessThanOrEqual(1);
  expect(Math.abs(gaps[0]!.to - to)).toBeLessThanOrEqual(1);
}

function expectNoOutage({ statistics }: Outcome): void {
  expect(statistics).toMatchObject({ lost: 0, loss: 0, loss_periods: 0, availability: 1 });
}

test('a host that slept was suspended, and nothing counts as lost', async () => {
  const outcome = await after([{ at: '100.4s', suspend: '2m' }], LONG);
  expectGap(outcome, 'suspended', 100.4, 220.4);
  expectNoOutage(outcome);
  // The last answers come in an eleventh minute; the host slept through the third.
  expect(outcome.statistics.minutes_observed).toBe(10);
  expect(gapTotals(outcome.found)).toMatchObject([{ suspended: 120_000, down: 0, cut_off: 0 }]);
});

test('a host whose own uplink was down was cut off, and nothing counts as lost, what was in flight included', async () => {
  const outcome = await after([{ at: '100.4s', interface: 'down', for: '2m' }], LONG);
  expectGap(outcome, 'cut_off', 100.4, 220.4);
  expectNoOutage(outcome);
  expect(outcome.statistics.undetermined).toBeGreaterThanOrEqual(9);
  expect(outcome.statistics.unsent).toBeGreaterThan(1100);
});

test('an uplink that is down for less than 2 s is no gap, and no outage either', async () => {
  const outcome = await after([{ at: '100.45s', interface: 'down', for: '1.5s' }], LONG);
  expect(outcome.gaps).toEqual([]);
  expectNoOutage(outcome);
  expect(outcome.statistics.undetermined).toBeGreaterThanOrEqual(9);
});

test.each(['2h', '-2h', '3s', '-3s'])(
  'a wall clock that is set by %s makes no gap, and no outage',
  async (step) => {
    const outcome = await after([{ at: '100.4s', step }]);
    expect(outcome.gaps).toEqual([]);
    expectNoOutage(outcome);
    expect(outcome.statistics.reply).toBe(600);
  },
);

test('a wall clock that is set while the host sleeps, or cannot send, leaves the gap its length', async () => {
  for (const [event, reason] of [
    [{ suspend: '1m' }, 'suspended'],
    [{ interface: 'down', for: '1m' }, 'cut_off'],
  ] as const) {
    const { gaps, ...rest } = await after([
      { at: '100.4s', ...event },
      { at: '130s', step: '-1h' },
    ]);
    expect(gaps.map((gap) => gap.reason)).toEqual([reason]);
    expect(Math.abs(gaps[0]!.to - gaps[0]!.from - 60)).toBeLessThanOrEqual(1);
    expectNoOutage({ gaps, ...rest });
  }
});

test('an outage of the network is one, and no gap', async () => {
  const outcome = await after([{ at: '120s', outage: 'far', for: '2m' }]);
  expect(outcome.gaps).toEqual([]);
  expect(outcome.statistics.lost).toBeGreaterThanOrEqual(119);
  expect(outcome.statistics).toMatchObject({ loss_periods: 1, longest_loss_period: outcome.statistics.lost });
  expect(outcome.statistics.availability).toBeLessThanOrEqual(0.8);
});
