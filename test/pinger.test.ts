import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type SendOutcome,
  type Transport,
  TransportError,
  type TransportHandlers,
} from '../src/io/transport.ts';
import { createPinger, type Pinger, type PingerOptions, type PingerState } from '../src/pinger.ts';
import type { NewResult } from '../src/storage/store.ts';
import { LogBook } from './support/fakes.ts';
import { temporaryFolder } from './support/files.ts';
import { ManualClock } from './support/manual-clock.ts';
import { locked, MemoryStore } from './support/memory-store.ts';
import { canOpenRawSockets } from './support/privileges.ts';

const folder = temporaryFolder();
let pinger: Pinger | undefined;

/** A network that takes packets and never answers. */
class Silence implements Transport {
  sent = 0;
  open = (_: TransportHandlers): void => {};
  close(): void {}
  send(packets: readonly unknown[], settled: (index: number, outcome: SendOutcome) => void): void {
    packets.forEach((_, index) => {
      this.sent++;
      settled(index, { sentAt: this.now() });
    });
  }
  constructor(readonly now: () => number) {}
  counters = () => ({ sent: this.sent, received: 0, dropped: 0 });
}

function begin(options: PingerOptions): {
  states: PingerState[];
  results: NewResult[];
  started: Promise<unknown>;
} {
  const states: PingerState[] = [];
  const results: NewResult[] = [];
  pinger = createPinger(options);
  pinger.on('state', (state) => states.push(state));
  pinger.on('result', (result) => results.push(result));
  return { states, results, started: pinger.start() };
}

describe('on a clock and a network that the caller brings', () => {
  const make = async (timeout: number, clock = new ManualClock(), store = new MemoryStore()) => {
    const transport = new Silence(() => clock.now());
    const destinations = [{ address: '192.0.2.1', protocol: 3, interval: 100, timeout }];
    const run = begin({ clock, store, transport, destinations, logger: new LogBook() });
    await clock.advance(0);
    await run.started;
    return { ...run, clock, store, transport };
  };

  test('it starts, probes on schedule, and stops, accounting for every probe', async () => {
    const { states, results, clock, store, transport } = await make(250);
    await clock.advance(1000);
    expect(transport.sent).toBe(10);
    const stopped = pinger?.stop();
    await clock.advance(2000);
    expect(await stopped).toMatchObject({ sent: 10, results: 10, stored: 10, lost: 0 });
    expect(results.map(({ rseq }) => rseq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(store.results.every(({ outcome }) => outcome === 'timeout')).toBe(true);
    expect(store.closed).toBe(true);
    expect(states).toEqual(['starting', 'running', 'stopping', 'stopped']);
    expect(clock.pending).toBe(0);
  });

  test('at the end, answers are waited for no longer than a second, whatever the timeout', async () => {
    const { clock, store } = await make(3_600_000);
    await clock.advance(500);
    const stopped = pinger?.stop();
    await clock.advance(999);
    expect(store.results).toEqual([]);
    await clock.advance(1);
    await stopped;
    expect(store.results.map(({ outcome }) => outcome)).toEqual(new Array(5).fill('timeout'));
  });

  test('the time between its end and its next start is a gap, to the second', async () => {
    const { clock, store } = await make(100);
    await clock.advance(12_300);
    const stopped = pinger?.stop();
    await clock.advance(1000);
    await stopped;
    expect(store.gaps.size).toBe(0);
    const end = store.seen as bigint;
    expect(Number(clock.wall(clock.now()) - end) / 1e6).toBeLessThanOrEqual(1000);
    await clock.advance(3_600_000);
    await make(100, clock, store);
    const start = clock.wall(clock.now());
    await clock.advance(500);
    expect([...store.gaps.values()]).toEqual([{ start: end, end: start, reason: 'down' }]);
    const again = pinger?.stop();
    await clock.advance(1000);
    await again;
    expect(store.gaps.size).toBe(1);
  });

  test('a step of the wall clock moves rtime and no round-trip time, deadline or schedule', async () => {
    const { clock, results, transport } = await make(100);
    await clock.advance(500);
    const before = results.length;
    clock.epoch += 3_600_000_000_000n;
    await clock.advance(500);
    expect(results.length).toBe(before + 5);
    expect(transport.sent).toBe(10);
    const gaps = results.slice(1).map(({ rtime }, n) => rtime - (results[n]?.rtime ?? 0n));
    expect(gaps.filter((gap) => gap === 100_000_000n)).toHaveLength(gaps.length - 1);
    const stopped = pinger?.stop();
    await clock.advance(1000);
    await stopped;
  });
});

test('a host that opens no socket ends the start with the reason, before any database is opened', async () => {
  const transport = new Silence(() => 0);
  transport.open = () => {
    throw new TransportError('EPERM', 'Operation not permitted');
  };
  const store = new MemoryStore();
  store.open = () => Promise.reject(new Error('opened'));
  const { started } = begin({ transport, store });
  await expect(started).rejects.toMatchObject({ code: 'EPERM' });
});

test('a database that cannot be opened ends the start with the reason', async () => {
  const store = new MemoryStore();
  store.open = () => Promise.reject(locked);
  const { started, states } = begin({ transport: new Silence(() => 0), store });
  await expect(started).rejects.toBe(locked);
  expect(states).toEqual(['starting', 'stopping', 'stopped']);
});

describe.skipIf(!canOpenRawSockets())('two in one process', () => {
  test('do not disturb each other', async () => {
    const run = async (name: string) => {
      const one = createPinger({
        database: `sqlite:${join(folder(), `${name}.db`)}`,
        destinations: [{ address: '127.0.0.1', protocol: 3, interval: 20 }],
      });
      const outcomes = new Set<string>();
      one.on('result', ({ outcome }) => outcomes.add(outcome));
      await one.start();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const counters = await one.stop();
      return { outcomes: [...outcomes], counters };
    };
    for (const { outcomes, counters } of await Promise.all([run('one'), run('two')])) {
      expect(outcomes).toEqual(['reply']);
      expect(counters.stored).toBe(counters.sent);
      expect(counters.foreign).toBeGreaterThan(20);
    }
  });
});
