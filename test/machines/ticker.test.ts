import { beforeEach, describe, expect, test } from 'vitest';
import { type Actor, createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import type { DestinationEvent } from '../../src/machines/destination-context.ts';
import { Door } from '../../src/machines/mailbox.ts';
import { type TickerEvent, tickerLogic } from '../../src/machines/ticker.ts';
import { Flight, type Probe } from '../../src/probing/flight.ts';
import { phaseOf } from '../../src/probing/schedule.ts';
import { conditionsOn, Inbox } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { route, settings } from '../support/probes.ts';

let clock: ManualClock;
let meters: Meters;
let door: Door<TickerEvent>;
let ticker: Actor<typeof tickerLogic>;
/** When this host's conditions were looked at, ms. */
let looks: number[];

class Owner extends Inbox<DestinationEvent> {
  get dues(): number[] {
    return this.ofType('probe.due').map(({ at }) => at);
  }
}

const schedule = (owner: Owner, id: number, interval: number) =>
  door.send({ type: 'schedule.set', owner, id, interval });

beforeEach(() => {
  clock = new ManualClock();
  meters = new Meters();
  door = new Door();
  looks = [];
  const counters = () => {
    looks.push(clock.now());
    return { sent: 0, received: 0, dropped: 0 };
  };
  const conditions = conditionsOn(clock, { meters, transport: { counters } });
  ticker = createActor(tickerLogic, {
    input: { door, clock, meters, conditions },
  }).start();
});

test('a destination is due at its phase and then every interval: no drift', async () => {
  const owner = new Owner();
  schedule(owner, 5, 1000);
  await clock.advance(10_000);
  const phase = phaseOf(5, 1000);
  expect(owner.dues).toEqual(Array.from({ length: 10 }, (_, n) => phase + n * 1000));
});

test('an edit moves no other destination by a millisecond', async () => {
  const [still, edited, added] = [new Owner(), new Owner(), new Owner()];
  schedule(still, 1, 700);
  schedule(edited, 2, 500);
  await clock.advance(3333);
  schedule(edited, 2, 90);
  schedule(added, 3, 110);
  await clock.advance(500);
  door.send({ type: 'schedule.cleared', owner: edited });
  await clock.advance(3000);
  expect(still.dues).toEqual(Array.from({ length: still.dues.length }, (_, n) => phaseOf(1, 700) + n * 700));
  expect(still.dues.length).toBe(Math.ceil((6833 - phaseOf(1, 700)) / 700));
});

test('setting the same interval again changes nothing', async () => {
  const owner = new Owner();
  schedule(owner, 9, 60_000);
  await clock.advance(5000);
  expect(owner.dues).toHaveLength(1);
  schedule(owner, 9, 60_000);
  await clock.advance(5000);
  expect(owner.dues).toHaveLength(1);
});

test('due times that pass while the process is held up are skipped and counted, not caught up', async () => {
  const owner = new Owner();
  schedule(owner, 1, 100);
  await clock.advance(1000);
  const before = owner.dues.length;
  clock.stall(1050);
  await clock.advance(0);
  expect(owner.dues.length).toBe(before + 1);
  expect(meters.missed).toBe(9);
  await clock.advance(1000);
  expect(owner.dues.length).toBe(before + 11);
  for (const due of owner.dues) expect((due - phaseOf(1, 100)) % 100).toBe(0);
});

test('first probes that are late because so many start at once do not go out at once', async () => {
  const owners = Array.from({ length: 100 }, () => new Owner());
  for (const [id, owner] of owners.entries()) schedule(owner, id, 1000);
  clock.stall(800);
  await clock.advance(0);
  expect(owners.filter(({ dues }) => dues.length > 0)).toEqual([]);
  await clock.advance(1000);
  for (const [id, owner] of owners.entries()) {
    expect(owner.dues).toHaveLength(1);
    expect(((owner.dues[0] as number) - phaseOf(id, 1000)) % 1000).toBe(0);
  }
  expect(meters.missed).toBe(0);
});

test('a tick that comes late, but within the interval, skips nothing', async () => {
  const owner = new Owner();
  schedule(owner, 1, 1000);
  await clock.advance(phaseOf(1, 1000) + 999);
  clock.stall(900);
  await clock.advance(5000);
  expect(meters.missed).toBe(0);
  expect(owner.dues).toEqual(
    Array.from({ length: owner.dues.length }, (_, n) => phaseOf(1, 1000) + n * 1000),
  );
});

test('a destination that is unscheduled is due no more', async () => {
  const owner = new Owner();
  schedule(owner, 1, 100);
  await clock.advance(1000);
  const count = owner.dues.length;
  door.send({ type: 'schedule.cleared', owner });
  await clock.advance(1000);
  expect(owner.dues.length).toBe(count);
});

describe('deadlines', () => {
  const pending = (owner: Owner, sentAt: number, timeout: number): Probe => {
    const flight = new Flight();
    const probe = flight.make(settings({ timeout }), route(), 1, sentAt);
    probe.owner = owner;
    probe.sentAt = sentAt;
    flight.advance(probe, 'pending');
    return probe;
  };

  test('are told once they have passed, never before, and 10 ms later at most', async () => {
    const owner = new Owner();
    const probe = pending(owner, 0.25, 100);
    door.send({ type: 'deadline.set', probe });
    await clock.advance(105);
    expect(owner.events).toEqual([]);
    await clock.advance(5.25);
    expect(owner.ofType('probe.expired')).toEqual([{ type: 'probe.expired', probe }]);
  });

  test('are not told once they are cleared', async () => {
    const owner = new Owner();
    const probe = pending(owner, 0, 100);
    door.send({ type: 'deadline.set', probe });
    door.send({ type: 'deadline.cleared', probe });
    await clock.advance(1000);
    expect(owner.events).toEqual([]);
  });

  test('wait for what came in while the process was held up to be read, and no longer, however often it is', async () => {
    const owner = new Owner();
    schedule(new Owner(), 1, 100);
    const probe = pending(owner, 0, 100);
    door.send({ type: 'deadline.set', probe });
    await clock.advance(50);
    clock.stall(500);
    await clock.advance(0);
    expect(owner.events).toEqual([]);
    clock.stall(500);
    await clock.advance(0);
    expect(owner.events).toHaveLength(1);
  });

  test('of months, longer than a timer of Node can be, are kept', async () => {
    const owner = new Owner();
    const probe = pending(owner, 0, 2 ** 31 - 1);
    door.send({ type: 'deadline.set', probe });
    await clock.advance(2 ** 31 - 2);
    expect(owner.events).toEqual([]);
    await clock.advance(11);
    expect(owner.events).toHaveLength(1);
  });
});

test('this host is looked at once a second, and before a probe is given up', async () => {
  const owner = new Owner();
  schedule(owner, 1, 2 ** 31 - 1);
  await clock.advance(2500);
  expect(looks).toEqual([0, 1000, 2000]);
  const probe = new Flight().make(settings({ timeout: 100 }), route(), 1, 2500);
  let looked: number[] = [];
  probe.owner = {
    send: () => {
      looked = [...looks];
    },
  };
  door.send({ type: 'deadline.set', probe });
  await clock.advance(600);
  expect(looked.at(-1)).toBeGreaterThan(2600);
  expect(looks).toEqual([...looked, 3000]);
});

test('nobody looks while there is nothing to wait for', async () => {
  const owner = new Owner();
  schedule(owner, 1, 100);
  door.send({ type: 'schedule.cleared', owner });
  await clock.advance(10_000);
  expect(clock.pending).toBe(0);
  const before = looks.length;
  schedule(owner, 1, 10_000);
  await clock.advance(1);
  expect(looks.slice(before)).toEqual([10_000]);
  expect(meters.loopDelay.max).toBe(0);
});

test('how late it wakes up is the delay of the event loop', async () => {
  schedule(new Owner(), 1, 100);
  await clock.advance(1000);
  expect(meters.loopDelay.max).toBe(0);
  clock.stall(phaseOf(1, 100) + 70);
  await clock.advance(1000);
  expect(meters.loopDelay.max).toBe(70);
});

test('a stopped ticker leaves no timer behind', async () => {
  schedule(new Owner(), 1, 100);
  expect(clock.pending).toBe(1);
  ticker.stop();
  expect(clock.pending).toBe(0);
});
