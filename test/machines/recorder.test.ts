import { beforeEach, describe, expect, test } from 'vitest';
import { type Actor, createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import { actorClock } from '../../src/io/clock.ts';
import { recorderMachine } from '../../src/machines/recorder.ts';
import { Flight } from '../../src/probing/flight.ts';
import { timeoutResult } from '../../src/probing/results.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { LogBook, source } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { locked, MemoryStore } from '../support/memory-store.ts';
import { route, settings } from '../support/probes.ts';

let clock: ManualClock;
let store: MemoryStore;
let meters: Meters;
let logger: LogBook;
let heard: NewResult[];
let recorder: Actor<typeof recorderMachine>;

beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryStore();
  meters = new Meters();
  logger = new LogBook();
  heard = [];
  const listener = (result: NewResult) => void heard.push(result);
  recorder = createActor(recorderMachine, {
    clock: actorClock(clock),
    input: {
      store,
      source,
      clock,
      writer: 'here',
      spill: undefined,
      meters,
      logger,
      listener,
      flushDelay: 200,
    },
  });
  recorder.start();
});

const flight = new Flight();
const probe = flight.make(settings(), route(), 1, 0);
const make = (count = 1) => {
  for (let n = 0; n < count; n++) {
    const result = { ...timeoutResult(probe, BigInt(meters.results), null), rseq: meters.results };
    recorder.getSnapshot().context.intake.send({ type: 'result.made', result });
  }
};
const stored = () => store.results.map(({ rseq }) => rseq);
const first = (count: number) => Array.from({ length: count }, (_, n) => n);

test('results are told at once and stored within 250 ms, many at a time, in order', async () => {
  make(3);
  expect(heard).toHaveLength(3);
  await clock.advance(100);
  make(2);
  expect(store.results).toEqual([]);
  await clock.advance(150);
  expect(stored()).toEqual(first(5));
  expect(store.batches).toEqual([5]);
  expect(meters).toMatchObject({ results: 5, stored: 5, lost: 0 });
});

test('nothing is written, and no timer runs, while there is nothing to store', async () => {
  await clock.advance(10_000);
  expect(clock.pending).toBe(0);
  expect(store.batches).toEqual([]);
});

test('a full batch does not wait', async () => {
  make(4000);
  await clock.advance(0);
  expect(store.results).toHaveLength(4000);
});

test('results go on coming while a batch is written, and follow it', async () => {
  let open = () => {};
  store.gate = new Promise((resolve) => {
    open = resolve;
  });
  make(2);
  await clock.advance(200);
  expect(recorder.getSnapshot().value).toBe('writing');
  make(3);
  open();
  store.gate = undefined;
  await clock.advance(250);
  expect(stored()).toEqual(first(5));
  expect(store.batches).toEqual([2, 3]);
});

describe('a database that takes nothing', () => {
  test('loses nothing: everything is stored, once and in order, when it is back', async () => {
    store.failure = locked;
    for (let second = 0; second < 10; second++) {
      make(100);
      await clock.advance(1000);
    }
    expect(store.results).toEqual([]);
    expect(logger.of('results.delayed').length).toBeGreaterThan(1);
    expect(logger.entries.filter(({ level }) => level === 'warn')).toHaveLength(1);
    store.failure = undefined;
    await clock.advance(6000);
    expect(stored()).toEqual(first(1000));
    expect(logger.of('results.resumed')).toHaveLength(1);
  });

  test('for ever costs bounded memory: the oldest results go, counted and said', async () => {
    store.failure = locked;
    make(1_000_100);
    await clock.advance(1000);
    expect(recorder.getSnapshot().context.backlog.size).toBeLessThanOrEqual(1_000_000);
    expect(meters.lost).toBeGreaterThan(0);
    expect(logger.of('results.lost').at(-1)).toMatchObject({ total: meters.lost });
    store.failure = undefined;
    await clock.advance(60_000);
    expect(meters.stored + meters.lost).toBe(1_000_100);
    expect(stored().at(-1)).toBe(1_000_099);
  });
});

describe('closing', () => {
  test('writes what is there at once, then ends', async () => {
    make(5);
    recorder.send({ type: 'recorder.closed' });
    await clock.advance(0);
    expect(stored()).toEqual(first(5));
    expect(recorder.getSnapshot().status).toBe('done');
  });

  test('with nothing to write ends at once', () => {
    recorder.send({ type: 'recorder.closed' });
    expect(recorder.getSnapshot().status).toBe('done');
  });

  test('waits for the batch being written, and writes the rest', async () => {
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    make(4001);
    await clock.advance(0);
    recorder.send({ type: 'recorder.closed' });
    open();
    await clock.advance(0);
    expect(store.results).toHaveLength(4001);
    expect(recorder.getSnapshot().status).toBe('done');
  });

  test('waits for a locked database, and gives up in the end, counting what is lost', async () => {
    store.failure = locked;
    make(7);
    recorder.send({ type: 'recorder.closed' });
    await clock.advance(10_000);
    expect(recorder.getSnapshot().status).toBe('active');
    await clock.advance(60_000);
    expect(recorder.getSnapshot().status).toBe('done');
    expect(meters).toMatchObject({ stored: 0, lost: 7 });
  });
});
