import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QueuedTimer, TimerQueue } from '../../src/probing/timer-queue.ts';

class Timer extends QueuedTimer {}

const takeAll = (queue: TimerQueue, now: number): QueuedTimer[] => {
  const taken: QueuedTimer[] = [];
  for (let timer = queue.take(now); timer; timer = queue.take(now)) taken.push(timer);
  return taken;
};

test('a timer comes out in the first whole millisecond at or after its time, never earlier', () => {
  const queue = new TimerQueue();
  const timer = new Timer();
  queue.add(timer, 10.2);
  expect(queue.next()).toBe(11);
  expect(queue.take(10.9)).toBeUndefined();
  expect(queue.take(11)).toBe(timer);
  expect(queue.next()).toBeUndefined();
});

test('adding a timer again moves it', () => {
  const queue = new TimerQueue();
  const timer = new Timer();
  queue.add(timer, 5);
  queue.add(timer, 9);
  expect(takeAll(queue, 8)).toEqual([]);
  expect(takeAll(queue, 9)).toEqual([timer]);
});

test('agrees with a sorted list, whatever is added, moved, removed and taken', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      which: fc.nat(20),
      at: fc.double({ min: 0, max: 60, noNaN: true }),
    }),
    fc.record({ do: fc.constant('remove' as const), which: fc.nat(20), at: fc.constant(0) }),
    fc.record({ do: fc.constant('take' as const), which: fc.constant(0), at: fc.nat(60) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const queue = new TimerQueue();
      const timers = Array.from({ length: 21 }, () => new Timer());
      const model = new Map<QueuedTimer, number>();
      for (const { do: action, which, at } of steps) {
        const timer = timers[which]!;
        if (action === 'add') {
          queue.add(timer, at);
          model.set(timer, Math.ceil(at));
        } else if (action === 'remove') {
          queue.remove(timer);
          model.delete(timer);
        } else {
          const taken = takeAll(queue, at);
          const expected = [...model].filter(([, slot]) => slot <= at);
          expect(new Set(taken)).toEqual(new Set(expected.map(([each]) => each)));
          expect(taken.map((each) => model.get(each))).toEqual(
            expected.map(([, slot]) => slot).sort((a, b) => a - b),
          );
          for (const each of taken) model.delete(each);
        }
        expect(queue.next()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
      }
    }),
    { numRuns: 2000 },
  );
});
