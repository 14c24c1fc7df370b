import { expect, test } from 'vitest';
import { EventQueue } from '../../src/simulation/event-queue.ts';
import { SimulatedClock } from '../../src/simulation/simulated-clock.ts';

const SECOND = 1e9;

/** A clock that begins at 1,000 s since the Unix epoch, and what has happened on it. */
function clockAndLog() {
  const clock = new SimulatedClock(BigInt(1000 * SECOND));
  const log: string[] = [];
  const note = (what: string) => () =>
    void log.push(`${what} world ${clock.world.now() / SECOND} monotonic ${clock.now() / 1000}`);
  const runTo = (seconds: number) => {
    while ((clock.next() ?? Number.POSITIVE_INFINITY) <= seconds * SECOND) clock.advance();
    clock.rest(seconds * SECOND);
  };
  return { clock, log, note, runTo };
}

test('events come in the order of their times, and of their arrival where those are the same', () => {
  const queue = new EventQueue();
  const order: number[] = [];
  const times = [5, 1, 3, 1, 5, 2, 3, 0, 1];
  const events = times.map((at, index) => queue.add(at, () => order.push(index)));
  (events[5] as { callback: unknown }).callback = undefined;
  for (let event = queue.take(); event; event = queue.take()) event.callback?.();
  expect(order).toEqual([7, 1, 3, 8, 2, 6, 0, 4]);
});

test('what the world does at a moment comes before what the process does', () => {
  const { clock, log, note, runTo } = clockAndLog();
  clock.setTimer(2000, note('timer'));
  clock.world.schedule(2 * SECOND, note('packet'));
  clock.setTimer(1000, note('timer'));
  runTo(3);
  expect(log).toEqual([
    'timer world 1 monotonic 1',
    'packet world 2 monotonic 2',
    'timer world 2 monotonic 2',
  ]);
});

test('a timer that is due already, or set for the past, comes next, and time does not go back', () => {
  const { clock, log, note, runTo } = clockAndLog();
  runTo(5);
  clock.setTimer(1000, note('late'));
  clock.world.schedule(2 * SECOND, note('late'));
  const cancelled = clock.setTimer(6000, note('cancelled'));
  cancelled.cancel();
  runTo(7);
  expect(log).toEqual(['late world 5 monotonic 5', 'late world 5 monotonic 5']);
});

test('a step moves the wall clock alone', () => {
  const { clock, runTo } = clockAndLog();
  runTo(10);
  clock.step(-3 * SECOND);
  expect(clock.now()).toBe(10_000);
  expect(clock.wall(clock.now())).toBe(BigInt(1007 * SECOND));
  clock.step(4);
  expect(clock.wall(clock.now())).toBe(BigInt(1007 * SECOND) + 4n);
});

test('the monotonic clock stands still while the host sleeps; the wall clock and the world do not', () => {
  const { clock, log, note, runTo } = clockAndLog();
  clock.setTimer(12_000, note('timer'));
  runTo(10);
  clock.suspend();
  expect(clock.suspended).toBe(true);
  clock.world.schedule(60 * SECOND, () => clock.resume());
  runTo(70);
  expect(log).toEqual(['timer world 62 monotonic 12']);
  expect(clock.now()).toBe(20_000);
  expect(clock.wall(clock.now())).toBe(BigInt(1070 * SECOND));
  expect([5000, 9999, 10_000, 15_000].map((at) => clock.worldAt(at) / SECOND)).toEqual([5, 9.999, 60, 65]);
});

test('a paused process has its timers late, then what came in meanwhile; its clock goes on', () => {
  const { clock, log, note, runTo } = clockAndLog();
  clock.setTimer(2000, note('timer'));
  clock.setTimer(9000, note('timer'));
  runTo(1);
  clock.pause(5 * SECOND, note('resumed'));
  clock.world.schedule(3 * SECOND, note('packet'));
  runTo(4);
  expect(clock.paused).toBe(true);
  runTo(10);
  expect(log).toEqual([
    'packet world 3 monotonic 3',
    'timer world 6 monotonic 6',
    'resumed world 6 monotonic 6',
    'timer world 9 monotonic 9',
  ]);
});

test('pauses that overlap end together, once', () => {
  const { clock, log, note, runTo } = clockAndLog();
  clock.pause(2 * SECOND, note('resumed'));
  clock.pause(5 * SECOND, note('resumed'));
  clock.pause(1 * SECOND, note('resumed'));
  runTo(10);
  expect(log).toEqual(['resumed world 5 monotonic 5']);
});
