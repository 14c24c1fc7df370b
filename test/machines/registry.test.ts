import { beforeEach, describe, expect, test } from 'vitest';
import { type Actor, createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import { actorClock } from '../../src/io/clock.ts';
import type { DestinationStatus } from '../../src/machines/destination-status.ts';
import type { IntakeEvent } from '../../src/machines/intake.ts';
import type { OutboxEvent } from '../../src/machines/outbox.ts';
import type { PingerEvent } from '../../src/machines/pinger-event.ts';
import { registryMachine } from '../../src/machines/registry.ts';
import type { ResolverEvent } from '../../src/machines/resolver.ts';
import type { TickerEvent } from '../../src/machines/ticker.ts';
import { conditionsOn, Inbox, LogBook, source } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { locked, MemoryStore } from '../support/memory-store.ts';

let clock: ManualClock;
let store: MemoryStore;
let meters: Meters;
let logger: LogBook;
let ticker: Inbox<TickerEvent>;
let outbox: Inbox<OutboxEvent>;
let intake: Inbox<IntakeEvent>;
let pinger: Inbox<PingerEvent>;
let statuses: DestinationStatus[];
let registry: Actor<typeof registryMachine>;
let random: () => number;

beforeEach(async () => {
  clock = new ManualClock();
  store = new MemoryStore();
  meters = new Meters();
  logger = new LogBook();
  [ticker, outbox, intake, pinger] = [new Inbox(), new Inbox(), new Inbox(), new Inbox()];
  statuses = [];
  let last = 0;
  random = () => ++last;
  store.put({ id: 1, address: '192.0.2.1' });
  store.put({ id: 2, address: '192.0.2.2', interval: 500 });
  const peers = {
    clock,
    random: () => random(),
    meters,
    conditions: conditionsOn(clock),
    ticker,
    outbox,
    resolver: new Inbox<ResolverEvent>(),
    intake,
  };
  registry = createActor(registryMachine, {
    clock: actorClock(clock),
    input: { store, source, logger, peers, pinger, listener: (status) => void statuses.push(status) },
  });
  registry.start();
  await clock.advance(0);
});

const scheduled = () => ticker.ofType('schedule.set').map(({ id, interval }) => [id, interval]);
const ownerOf = (id: number) => ticker.ofType('schedule.set').findLast((event) => event.id === id)!.owner;
const said = () => statuses.map(({ destination_id, status }) => `${destination_id} ${status}`);
const settled = () => intake.events.map(({ result }) => `${result.destination_id} ${result.outcome}`);

/** One poll of the change feed. */
const poll = () => clock.advance(300);

const launch = (id: number) => {
  ownerOf(id).send({ type: 'probe.due', at: clock.now() });
  const { owner, probe } = outbox.events.at(-1)!;
  owner.send({ type: 'probe.sent', probe, sentAt: clock.now() });
  return probe;
};

test('probes every row of the table and says when it has read it', () => {
  expect(scheduled()).toEqual([
    [1, 1000],
    [2, 500],
  ]);
  expect(said()).toEqual(['1 probed', '2 probed']);
  expect(pinger.events).toEqual([{ type: 'registry.loaded' }]);
});

describe('edits take effect within a poll, and nobody else hears of them', () => {
  test('a new row', async () => {
    store.put({ id: 3, address: '192.0.2.3', interval: 70 });
    await poll();
    expect(scheduled().slice(2)).toEqual([[3, 70]]);
    expect(said().slice(2)).toEqual(['3 probed']);
  });

  test.each([-40, 0, 2 ** 40])('a new row with the id %i', async (id) => {
    store.put({ id, address: '192.0.2.3', interval: 70 });
    await poll();
    expect(scheduled().slice(2)).toEqual([[id, 70]]);
    store.remove(id);
    await poll();
    expect(said().slice(2)).toEqual([`${id} probed`, `${id} removed`]);
  });

  test('a changed row', async () => {
    store.put({ id: 2, interval: 9000 });
    await poll();
    expect(scheduled().slice(2)).toEqual([[2, 9000]]);
    expect(said().slice(2)).toEqual(['2 changed']);
  });

  test('a row deleted while a probe is in flight: its answer still counts', async () => {
    const probe = launch(2);
    store.remove(2);
    await poll();
    expect(said().slice(2)).toEqual(['2 removed']);
    expect(ticker.ofType('schedule.cleared')).toHaveLength(1);
    ownerOf(2).send({ type: 'probe.expired', probe });
    expect(settled()).toEqual(['2 timeout']);
  });

  test('a row switched off and on again', async () => {
    store.put({ id: 1, active: false });
    await poll();
    store.put({ id: 1, active: true });
    await poll();
    expect(said().slice(2)).toEqual(['1 paused', '1 probed']);
    expect(scheduled().slice(2)).toEqual([[1, 1000]]);
  });

  test('all of them, when the feed does not reach back far enough', async () => {
    store.put({ id: 3, address: '192.0.2.3' });
    store.remove(1);
    store.prune();
    store.put({ id: 4, address: '192.0.2.4' });
    await clock.advance(600);
    expect(said().slice(2).sort()).toEqual(['1 removed', '2 changed', '3 probed', '4 probed']);
  });
});

test.each([
  [{ interval: 0 }, 'interval 0'],
  [{ timeout: -1 }, 'timeout -1'],
  [{ ttl: 256 }, 'ttl 256'],
  [{ ttl: '64x' as unknown as number }, 'ttl "64x"'],
  [{ protocol: 2, port: Buffer.from('44') as unknown as number }, "port X'3434': expected a whole number"],
  [{ interval: null as unknown as number }, 'interval null'],
  [{ interval: 0.5 }, 'interval 0.5'],
  [{ protocol: 7 }, 'protocol 7: expected 1 (UDP), 2 (TCP), 3 (ICMP), 4 (UDP6), 5 (TCP6) or 6 (ICMP6)'],
  [{ protocol: 2, port: null }, 'port is missing: protocol 2 (TCP) needs one'],
  [{ protocol: 1, port: 65_536 }, 'port 65536: expected a whole number from 1 to 65535'],
  [{ protocol: 1, port: 'dns' as unknown as number }, 'port "dns"'],
  [{ protocol: 1, port: 53, data: 'x'.repeat(65_508) }, 'at most 65507 fit a packet of protocol 1 (UDP)'],
  [{ protocol: 6 }, 'IPv4'],
  [{ address: '300.1.1.1' }, '300.1.1.1'],
  [{ address: '' }, 'empty'],
  [{ address: '::ffff:192.0.2.2', protocol: 6 }, 'stands for an IPv4 address: use 192.0.2.2'],
  [{ address: 'no spaces allowed' }, 'no spaces allowed'],
  [{ data: 'x'.repeat(65_500) }, 'data is 65500 bytes'],
])('a row with %j stands still, is said once, and harms nobody', async (bad, problem) => {
  store.put({ id: 2, ...bad });
  await poll();
  store.put({ id: 2 });
  await poll();
  expect(logger.of('destination.invalid')).toMatchObject([
    { destination_id: 2, problem: expect.stringContaining(problem) },
  ]);
  expect(said().slice(2)).toEqual(['2 invalid']);
  expect(scheduled()).toHaveLength(2);
  launch(1);

  store.put({ id: 2, address: '192.0.2.2', interval: 500, timeout: 1000, ttl: 64, protocol: 3, data: '' });
  await poll();
  expect(said().at(-1)).toBe('2 probed');
});

test('a database that cannot be read for a while stops nothing and is told of once', async () => {
  const { changes, edited } = store;
  store.edited = () => Promise.reject(locked);
  store.changes = () => Promise.reject(locked);
  await clock.advance(5000);
  expect(logger.of('destinations.unread')).toHaveLength(1);
  launch(1);
  store.edited = edited;
  store.changes = changes;
  store.put({ id: 3, address: '192.0.2.3' });
  await clock.advance(600);
  expect(said().at(-1)).toBe('3 probed');
});

describe('a destination that fails', () => {
  const fail = () => {
    const { random: sound } = { random };
    random = () => {
      throw new Error('broken');
    };
    ownerOf(1).send({ type: 'probe.due', at: clock.now() });
    random = sound;
  };

  test('takes nobody along, is said once, and starts again', async () => {
    launch(1);
    fail();
    expect(logger.of('destination.failed')).toMatchObject([{ destination: 1, error: 'Error: broken' }]);
    expect(settled()).toEqual(['1 timeout']);
    launch(2);
    const before = scheduled().length;
    await clock.advance(1100);
    expect(scheduled().slice(before)).toEqual([[1, 1000]]);
    launch(1);
  });

  test('and is removed meanwhile does not start again', async () => {
    fail();
    store.remove(1);
    const before = scheduled().length;
    await clock.advance(5000);
    expect(scheduled().length).toBe(before);
  });
});

describe('retiring', () => {
  test('ends at once when nothing is in flight', () => {
    registry.send({ type: 'registry.retired' });
    expect(registry.getSnapshot().status).toBe('done');
    expect(clock.pending).toBe(0);
  });

  test('waits for answers, until it is told not to', () => {
    launch(1);
    registry.send({ type: 'registry.retired' });
    expect(registry.getSnapshot().value).toBe('retiring');
    registry.send({ type: 'registry.abandoned' });
    expect(registry.getSnapshot().status).toBe('done');
    expect(settled()).toEqual(['1 timeout']);
  });
});
