import { beforeEach, describe, expect, test } from 'vitest';
import { Meters } from '../../src/counters.ts';
import { Flight, type Probe } from '../../src/probing/flight.ts';
import { LocalConditions } from '../../src/probing/local-conditions.ts';
import { LogBook } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { route, settings } from '../support/probes.ts';

let clock: ManualClock;
let meters: Meters;
let logger: LogBook;
let counters: { sent: number; received: number; dropped: number; queued?: number };
let conditions: LocalConditions;

const begin = (untimed?: true) => {
  clock = new ManualClock();
  meters = new Meters();
  logger = new LogBook();
  counters = { sent: 0, received: 0, dropped: 0 };
  const transport = { counters: () => counters, ...(untimed ? { untimed } : {}) };
  conditions = new LocalConditions({ clock, transport, meters, logger });
  conditions.look();
};

/** A probe sent now, with a timeout of one second. */
const send = (): Probe => {
  const probe = new Flight().make(settings({ timeout: 1000 }), route(), 1, clock.now());
  probe.sentAt = clock.now();
  return probe;
};

const pass = (ms: number) => clock.stall(ms);

/** Time passes with a look at its end. */
const watch = (ms: number) => {
  pass(ms);
  conditions.look();
};

beforeEach(() => begin());

describe('a timeout', () => {
  test('is in no doubt where nothing has happened', () => {
    const probe = send();
    watch(1005);
    expect(conditions.ofTimeout(probe)).toBeNull();
    expect(logger.entries).toEqual([]);
  });

  test('is in doubt where packets were dropped while it was in flight, not before or after', () => {
    const before = send();
    watch(1500);
    const during = send();
    watch(500);
    counters.dropped = 3;
    watch(100);
    watch(405);
    expect(conditions.ofTimeout(during)).toBe('dropped');
    expect(conditions.ofTimeout(before)).toBeNull();
    const after = send();
    watch(1005);
    expect(conditions.ofTimeout(after)).toBeNull();
  });

  test('is in doubt where the socket was closed meanwhile, whether it is open again or not', () => {
    const probe = send();
    pass(900);
    conditions.socketClosed();
    watch(200);
    expect(conditions.ofTimeout(probe)).toBe('dropped');
    const second = send();
    conditions.socketOpened();
    const third = send();
    pass(1);
    const fourth = send();
    watch(1010);
    expect([second, third, fourth].map((each) => conditions.ofTimeout(each))).toEqual([
      'dropped',
      'dropped',
      null,
    ]);
  });

  test('is in no doubt because the counter of a new socket starts from zero', () => {
    counters.dropped = 7;
    watch(1);
    conditions.socketClosed();
    counters.dropped = 0;
    pass(1000);
    conditions.socketOpened();
    pass(1);
    const probe = send();
    watch(1005);
    expect(conditions.ofTimeout(probe)).toBeNull();
    const next = send();
    counters.dropped = 2;
    watch(1005);
    expect(conditions.ofTimeout(next)).toBe('dropped');
  });

  test('is in doubt where the host slept meanwhile, whatever else it did', () => {
    const probe = send();
    pass(10);
    clock.suspend(60_000);
    counters.dropped = 1;
    watch(995);
    expect(conditions.ofTimeout(probe)).toBe('suspended');
    expect(logger.of('host.suspended')).toEqual([{ ms: 60_000 }]);
    const next = send();
    pass(1);
    watch(1005);
    // It begins with the very look that has found the sleep.
    expect(conditions.ofTimeout(next)).toBe('suspended');
    const last = send();
    watch(1005);
    expect(conditions.ofTimeout(last)).toBeNull();
  });

  test('is in no doubt for a sleep that the resolution of the clocks explains', () => {
    const probe = send();
    clock.suspend(20);
    watch(1005);
    expect(conditions.ofTimeout(probe)).toBeNull();
  });

  test('is in doubt where nobody waited for its end', () => {
    const probe = send();
    watch(999);
    expect(conditions.ofTimeout(probe)).toBe('abandoned');
  });

  test.each([undefined, true] as const)(
    'is in doubt where the process was held up at its deadline, and has no times of the kernel (untimed: %s)',
    (untimed) => {
      begin(untimed);
      const [early, held] = [send(), send()];
      early.sentAt -= 500;
      pass(700);
      conditions.wake(clock.now());
      conditions.expectWake(clock.now() + 5);
      pass(400);
      expect(conditions.wake(clock.now())).toBe(true);
      conditions.look();
      expect(conditions.ofTimeout(held)).toBe(untimed ? 'delayed' : null);
      expect(conditions.ofTimeout(early)).toBeNull();
    },
  );
});

describe('an answer without a time of its own', () => {
  test('is in doubt where the process was held up while it was in flight', () => {
    begin(true);
    const [first, second] = [send(), send()];
    conditions.expectWake(clock.now() + 1);
    pass(2);
    expect(conditions.wake(clock.now())).toBe(false);
    expect(conditions.ofUntimed(first, clock.now())).toBeNull();
    conditions.expectWake(clock.now() + 1);
    pass(50);
    // Read before the process has woken up.
    expect(conditions.ofUntimed(first, clock.now())).toBe('delayed');
    expect(conditions.wake(clock.now())).toBe(true);
    expect(conditions.ofUntimed(second, clock.now())).toBe('delayed');
    pass(200);
    const next = send();
    pass(1);
    expect(conditions.ofUntimed(next, clock.now())).toBeNull();
    expect(logger.of('host.delaying')).toHaveLength(1);
  });

  test('is in doubt anyway where times are the rule: such a transport reads now and then', () => {
    expect(conditions.ofUntimed(send(), clock.now())).toBe('delayed');
  });
});

test('drops are told of when they begin, and again after a minute without', () => {
  const drop = (ms: number) => {
    counters.dropped += 2;
    watch(ms);
  };
  drop(1000);
  drop(1000);
  drop(50_000);
  expect(logger.of('host.dropping')).toEqual([{ packets: 2 }]);
  watch(1);
  watch(60_000);
  drop(1000);
  expect(logger.of('host.dropping')).toEqual([{ packets: 2 }, { packets: 2 }]);
});

test('keeps how late the process woke up, and the most that waited to be read', () => {
  for (const [delay, queued] of [
    [0, 100],
    [30, 9000],
    [1, 0],
  ] as const) {
    conditions.expectWake(clock.now());
    pass(delay);
    conditions.wake(clock.now());
    counters.queued = queued;
    conditions.look();
  }
  expect(meters.queuedMost).toBe(9000);
  expect([meters.loopDelay.quantile(0), meters.loopDelay.max, meters.loopDelay.count]).toEqual([0, 30, 3]);
});

test('who has no times of the kernel has to be looked after more often', () => {
  expect(conditions.lookInterval).toBe(1000);
  begin(true);
  expect(conditions.lookInterval).toBe(10);
});
