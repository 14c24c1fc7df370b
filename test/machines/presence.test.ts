import { beforeEach, expect, test } from 'vitest';
import { createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import { presenceLogic } from '../../src/machines/presence.ts';
import type { NewGap } from '../../src/storage/store.ts';
import { LogBook, source } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { locked, MemoryStore } from '../support/memory-store.ts';

let clock: ManualClock;
let store: MemoryStore;
let meters: Meters;

beforeEach(() => {
  meters = new Meters();
  clock = new ManualClock();
  store = new MemoryStore();
});

const begin = (lastSeen: bigint | null) => {
  const actor = createActor(presenceLogic, {
    input: { store, source, clock, meters, logger: new LogBook(), lastSeen },
  });
  actor.start();
  return actor;
};

const gaps = () => [...store.gaps.values()];
const after = (ms: number): bigint => clock.epoch + BigInt(ms) * 1_000_000n;
const gap = (start: number, end: number): NewGap => ({
  start: after(start),
  end: after(end),
  reason: 'cut_off',
});

test('a start notes how long no monitor ran', async () => {
  await clock.advance(8000);
  begin(after(2500));
  await clock.advance(0);
  expect(gaps()).toEqual([{ start: after(2500), end: after(8000), reason: 'down' }]);
  expect(store.seen).toBe(after(8000));
});

test.each([
  ['the first start', null],
  ['a start right after an end', -999],
  ['a start with a clock that was set back', 3_600_000],
])('%s notes no gap', async (_, lastSeen) => {
  begin(lastSeen === null ? null : after(lastSeen));
  await clock.advance(20_000);
  expect(gaps()).toEqual([]);
  expect(store.seen).toBe(after(20_000));
});

test('a sign of life is given every 5 s, and at the end', async () => {
  const actor = begin(null);
  await clock.advance(9000);
  expect([store.seen, store.stopped]).toEqual([after(5000), false]);
  actor.send({ type: 'presence.closed' });
  await clock.advance(0);
  expect(store.stopped).toBe(true);
  expect(store.seen).toBe(after(9000));
  expect(clock.pending).toBe(0);
});

test('gaps wait for a database that takes none, each with its newest end', async () => {
  const actor = begin(null);
  await clock.advance(1000);
  store.failure = locked;
  actor.send({ type: 'gap.noticed', gap: gap(100, 2100) });
  actor.send({ type: 'gap.noticed', gap: gap(3000, 5500) });
  await clock.advance(10_000);
  expect(gaps()).toEqual([]);
  actor.send({ type: 'gap.noticed', gap: gap(100, 2500) });
  store.failure = undefined;
  await clock.advance(5000);
  expect(gaps()).toEqual([gap(100, 2500), gap(3000, 5500)]);
  expect(store.seen).toBe(after(15_000));
});

test('a gap that grows while it is written is written again', async () => {
  const actor = begin(null);
  await clock.advance(0);
  let open = () => {};
  store.gate = new Promise((resolve) => {
    open = resolve;
  });
  actor.send({ type: 'gap.noticed', gap: gap(0, 2000) });
  await clock.advance(5000);
  actor.send({ type: 'gap.noticed', gap: gap(0, 5000) });
  await clock.advance(5000);
  open();
  await clock.advance(0);
  expect(gaps()).toEqual([gap(0, 2000)]);
  await clock.advance(5000);
  expect(gaps()).toEqual([gap(0, 5000)]);
  // One that goes on is one, and as long as it is at its end.
  expect(meters.gaps).toEqual({ down: 0, suspended: 0, cut_off: 1 });
  expect(meters.gapTime.cut_off).toBe(5000);
});
