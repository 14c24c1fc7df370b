import { beforeEach, describe, expect, test } from 'vitest';
import { type Actor, createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import type { Settings } from '../../src/entities/settings.ts';
import type { Answer, EchoReply, IcmpError } from '../../src/io/packet/answer.ts';
import { TransportError } from '../../src/io/transport.ts';
import { destinationMachine } from '../../src/machines/destination.ts';
import type { IntakeEvent } from '../../src/machines/intake.ts';
import type { OutboxEvent } from '../../src/machines/outbox.ts';
import type { ResolverEvent } from '../../src/machines/resolver.ts';
import type { RouterEvent } from '../../src/machines/router.ts';
import type { TickerEvent } from '../../src/machines/ticker.ts';
import { Flight, LATE_WINDOW, type Probe } from '../../src/probing/flight.ts';
import { conditionsOn, Inbox } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { payloadOf, route, settings } from '../support/probes.ts';

const clock = new ManualClock();
let ticker: Inbox<TickerEvent>;
let outbox: Inbox<OutboxEvent>;
let resolver: Inbox<ResolverEvent>;
let router: Inbox<RouterEvent>;
let intake: Inbox<IntakeEvent>;
let meters: Meters;
let flight: Flight;
let destination: Actor<typeof destinationMachine>;

function start(changed: Partial<Settings> = {}): void {
  let random = 0;
  [ticker, outbox, resolver, router, intake] = [
    new Inbox(),
    new Inbox(),
    new Inbox(),
    new Inbox(),
    new Inbox(),
  ];
  meters = new Meters();
  flight = new Flight();
  const conditions = conditionsOn(clock);
  const peers = {
    ...{ clock, random: () => ++random, meters, conditions },
    ...{ ticker, outbox, resolver, router, intake },
  };
  destination = createActor(destinationMachine, { input: { settings: settings(changed), flight, peers } });
  destination.start();
}

const state = () => destination.getSnapshot().value;
const due = () => destination.send({ type: 'probe.due', at: clock.now() });
const handed = (): Probe => {
  const event = outbox.events.at(-1);
  if (event?.type !== 'probe.handed') throw new Error('no probe was handed over');
  return event.probe;
};
const sent = (probe = handed()) => destination.send({ type: 'probe.sent', probe, sentAt: clock.now() });
const expire = (probe: Probe) => destination.send({ type: 'probe.expired', probe });
const results = () => intake.ofType('result.made').map(({ result }) => result);
const outcomes = () => results().map(({ outcome, rseq }) => `${outcome} ${rseq}`);

const replyTo = (probe: Probe, changed: Partial<EchoReply> = {}): EchoReply => ({
  kind: 'echo',
  family: 4,
  address: probe.route.address,
  receivedAt: clock.now(),
  rttl: 60,
  rtype: 1,
  icmptype: 0,
  rcode: 0,
  rid: probe.rid,
  rseq: probe.rseq,
  payload: payloadOf(probe),
  intact: true,
  ...changed,
});
const answer = (probe: Probe, changed: Partial<EchoReply> = {}) =>
  destination.send({ type: 'reply.received', probe, answer: replyTo(probe, changed) });
const fail = (probe: Probe, changed: Partial<IcmpError>) => {
  const { kind, rid, rseq, payload, intact, ...received } = replyTo(probe);
  const { target } = probe.route;
  const quote = { kind, rid, rseq, payload, checksum: 0, address: target, addresses: Buffer.alloc(8) };
  const error: IcmpError = { ...received, kind: 'error', cause: 'other', quote, ...changed };
  destination.send({ type: 'reply.received', probe, answer: error });
};

const launch = (): Probe => {
  due();
  sent();
  return handed();
};

beforeEach(() => {
  start();
  destination.send({ type: 'route.granted', route: route() });
});

test('claims a route for its address and is scheduled once it has one', () => {
  start();
  expect(router.ofType('route.claimed')).toMatchObject([{ address: '198.51.100.7' }]);
  expect(ticker.events).toEqual([]);
  destination.send({ type: 'route.granted', route: route() });
  expect(ticker.ofType('schedule.set')).toMatchObject([{ id: 1, interval: 1000 }]);
});

describe('a probe', () => {
  test('goes through probing and awaiting to a reply, and back to idle', async () => {
    expect(state()).toBe('idle');
    due();
    expect(state()).toBe('probing');
    sent();
    expect(state()).toBe('awaiting');
    expect(ticker.ofType('deadline.set')).toHaveLength(1);
    await clock.advance(12.5);
    answer(handed());
    expect(state()).toBe('idle');
    expect(ticker.ofType('deadline.cleared')).toHaveLength(1);
    expect(results()).toMatchObject([
      {
        destination_id: 1,
        outcome: 'reply',
        address: '198.51.100.7',
        rtt: 12.5,
        rtype: 1,
        rcode: 0,
        icmptype: 0,
        rid: 0x0700,
        rseq: 0,
        rttl: 60,
        datamatch: true,
        rtime: clock.wall(clock.now()),
      },
    ]);
  });

  test('that nobody answers is a timeout', async () => {
    const probe = launch();
    await clock.advance(1000);
    expire(probe);
    expect(state()).toBe('idle');
    expect(results()).toMatchObject([{ outcome: 'timeout', address: null, rtt: null, rid: 0x0700, rseq: 0 }]);
  });

  test('that never left is unsent, says why, and is no loss', () => {
    due();
    const error = new TransportError('ENETUNREACH', 'Network is unreachable');
    destination.send({ type: 'probe.unsent', probe: handed(), error });
    expect(state()).toBe('idle');
    expect(results()).toMatchObject([{ outcome: 'unsent', rseq: 0, reason: 'Network is unreachable' }]);
  });

  test('that comes back changed is a reply whose data does not match', () => {
    const probe = launch();
    const payload = payloadOf(probe);
    payload[10] = payload[10]! ^ 1;
    answer(probe, { payload });
    answer(launch(), { intact: false });
    expect(results()).toMatchObject([
      { outcome: 'reply', datamatch: false },
      { outcome: 'reply', datamatch: false },
    ]);
  });

  test('is settled by an error, and a reply that follows is one more answer', () => {
    const probe = launch();
    fail(probe, { address: '203.0.113.1', icmptype: 3, rcode: 1 });
    expect(state()).toBe('idle');
    answer(probe);
    expect(results()).toMatchObject([
      { outcome: 'unreachable', address: '203.0.113.1', icmptype: 3, rcode: 1, datamatch: null },
      { outcome: 'duplicate', address: '198.51.100.7', datamatch: true },
    ]);
  });

  test.each([
    ['ttl exceeded', 'ttl_exceeded'],
    ['port unreachable', 'unreachable'],
    ['other', 'unreachable'],
  ] as const)('meets an error "%s" as %s', (cause, outcome) => {
    fail(launch(), { cause });
    expect(results()).toMatchObject([{ outcome, rseq: 0 }]);
  });
});

describe.each([
  ['TCP', { protocol: 2 as const, port: 443 }, { protocol: 6, port: 443 }],
  ['UDP', { protocol: 1 as const, port: 53 }, { protocol: 17, port: 53 }],
])('a %s probe', (name, changed, routed) => {
  beforeEach(() => {
    start(changed);
    let port = 0x4000 + 7 * 64;
    const identifiers = { free: true, take: () => port++, avoid() {} };
    destination.send({ type: 'route.granted', route: route({ ...routed, identifiers, lane: undefined }) });
  });
  const received = { family: 4 as const, address: '198.51.100.7', rttl: 60, icmptype: null, rcode: 0 };

  test('carries the identifier that its route gives it, and so does its result', () => {
    expect([launch().rid, launch().rid]).toEqual([0x41c0, 0x41c1]);
    destination.send({ type: 'destination.abandoned' });
    expect(results()).toMatchObject([{ rid: 0x41c0 }, { rid: 0x41c1 }]);
  });

  test('is unsent when its route has no identifier left', () => {
    const full = { free: false, take: () => 0, avoid() {} };
    destination.send({ type: 'route.granted', route: route({ ...routed, identifiers: full }) });
    due();
    expect(results()).toMatchObject([
      { outcome: 'unsent', rid: null, reason: 'all 64 source ports are in flight' },
    ]);
  });

  test('gets its reply, and its refusal', () => {
    for (const reset of [false, true]) {
      const probe = launch();
      const { rid } = probe;
      const port = changed.port;
      const answer: Answer =
        name === 'TCP'
          ? { ...received, kind: 'segment', receivedAt: 5, rtype: 6, port, rid, acknowledgment: 0, reset }
          : {
              ...received,
              kind: 'datagram',
              receivedAt: 5,
              rtype: 17,
              port,
              rid,
              payload: Buffer.from(reset ? 'other' : 'data'),
              intact: true,
              checksum: 0,
              addresses: null,
            };
      destination.send({ type: 'reply.received', probe, answer });
    }
    expect(results()).toMatchObject(
      name === 'TCP'
        ? [
            { outcome: 'reply', rtype: 6, rcode: 0, icmptype: null, datamatch: null },
            { outcome: 'refused', rtype: 6, rcode: 0, icmptype: null, datamatch: null },
          ]
        : [
            { outcome: 'reply', rtype: 17, datamatch: true },
            { outcome: 'reply', rtype: 17, datamatch: false },
          ],
    );
  });

  test('that meets a closed port is refused if it is UDP and the target itself says so', () => {
    fail(launch(), { cause: 'port unreachable' });
    fail(launch(), { cause: 'port unreachable', address: '203.0.113.1' });
    expect(results()).toMatchObject([
      { outcome: name === 'UDP' ? 'refused' : 'unreachable' },
      { outcome: 'unreachable', address: '203.0.113.1' },
    ]);
  });
});

describe('answers after the answer', () => {
  test('a second one is a duplicate', () => {
    const probe = launch();
    answer(probe);
    answer(probe);
    expect(outcomes()).toEqual(['reply 0', 'duplicate 0']);
  });

  test('one after the timeout is late, and the timeout stays', async () => {
    const probe = launch();
    await clock.advance(1000);
    expire(probe);
    await clock.advance(500);
    answer(probe);
    answer(probe);
    expect(outcomes()).toEqual(['timeout 0', 'late 0', 'duplicate 0']);
    expect(results()[1]).toMatchObject({ rtt: 1500 });
  });

  test('one that overtakes its own expiry is late all the same', async () => {
    const probe = launch();
    await clock.advance(1000.5);
    answer(probe);
    expire(probe);
    expect(outcomes()).toEqual(['timeout 0', 'late 0']);
    expect(state()).toBe('idle');
  });

  test('one exactly at the deadline is in time', async () => {
    const probe = launch();
    await clock.advance(1000);
    answer(probe);
    expect(outcomes()).toEqual(['reply 0']);
  });
});

describe('probes that overlap', () => {
  test('go out on time whatever is in flight, and each gets its own end', async () => {
    start({ interval: 500, timeout: 1000 });
    destination.send({ type: 'route.granted', route: route() });
    const first = launch();
    await clock.advance(500);
    const second = launch();
    expect(flight.pending).toBe(2);
    answer(second);
    expect(state()).toBe('awaiting');
    await clock.advance(500);
    const third = launch();
    expire(first);
    expect(state()).toBe('awaiting');
    answer(third);
    expect(state()).toBe('idle');
    expect(outcomes()).toEqual(['reply 1', 'timeout 0', 'reply 2']);
  });

  test('are told apart while several wait in the socket', () => {
    due();
    const first = handed();
    due();
    const second = handed();
    sent(first);
    expect(state()).toBe('probing');
    answer(first);
    expect(state()).toBe('probing');
    destination.send({ type: 'probe.unsent', probe: second, error: new TransportError('ENOBUFS', 'full') });
    expect(state()).toBe('idle');
    expect(outcomes()).toEqual(['reply 0', 'unsent 1']);
  });
});

test('a sequence still in flight after 65,536 probes is refused and never overwritten', () => {
  start({ interval: 1, timeout: 2 ** 31 - 1 });
  destination.send({ type: 'route.granted', route: route() });
  const first = launch();
  for (let n = 1; n < 65_536; n++) answer(launch());
  due();
  expect(results().at(-1)).toMatchObject({ outcome: 'unsent', rseq: 0 });
  expect(launch().rseq).toBe(1);
  answer(first);
  expect(results().at(-1)).toMatchObject({ outcome: 'reply', rseq: 0 });
});

describe('an edit', () => {
  test('holds from the next probe on, and what is in flight keeps its own timeout and data', async () => {
    const probe = launch();
    destination.send({
      type: 'destination.changed',
      settings: settings({ timeout: 5, interval: 200, data: Buffer.from('other') }),
    });
    expect(ticker.ofType('schedule.set').at(-1)).toMatchObject({ interval: 200 });
    await clock.advance(900);
    answer(probe);
    expect(results()).toMatchObject([{ outcome: 'reply', datamatch: true }]);
    expect(launch().settings.timeout).toBe(5);
  });

  test('of the address takes a new route, and answers on the old one still count', () => {
    const probe = launch();
    destination.send({ type: 'destination.changed', settings: settings({ address: '198.51.100.8' }) });
    expect(router.ofType('route.claimed').at(-1)).toMatchObject({ address: '198.51.100.8' });
    const moved = route({ address: '198.51.100.8', target: '198.51.100.8', token: 2 });
    destination.send({ type: 'route.granted', route: moved });
    expect(router.ofType('route.left')).toMatchObject([
      { route: { target: '198.51.100.7', token: route().token }, delay: 1000 + LATE_WINDOW },
    ]);
    answer(probe);
    expect(results()).toMatchObject([{ outcome: 'reply', address: '198.51.100.7' }]);
    expect(launch().route).toBe(moved);
  });

  test('of the address to a name ends the old route at once, whatever else is edited before the name has an address', () => {
    launch();
    const changed = { address: 'host.example', named: true };
    destination.send({ type: 'destination.changed', settings: settings(changed) });
    expect(router.ofType('route.left')).toMatchObject([{ route: { token: route().token } }]);
    destination.send({ type: 'destination.changed', settings: settings({ ...changed, interval: 200 }) });
    due();
    expect(results()).toMatchObject([{ outcome: 'unsent', reason: 'the name is not resolved yet' }]);
    expect(outbox.events).toHaveLength(1);
  });

  test('of timeout and address together leaves the old route open for what was sent with the old timeout', () => {
    start({ timeout: 60_000 });
    destination.send({ type: 'route.granted', route: route() });
    launch();
    destination.send({ type: 'destination.changed', settings: settings({ timeout: 100 }) });
    launch();
    destination.send({
      type: 'destination.changed',
      settings: settings({ timeout: 100, address: '198.51.100.8' }),
    });
    expect(router.ofType('route.left')).toMatchObject([{ delay: 60_000 + LATE_WINDOW }]);
  });

  test.each([{ port: 80 }, { protocol: 2 as const, port: 53 }])('of %o takes a new route', (changed) => {
    start({ protocol: 1, port: 53 });
    destination.send({ type: 'route.granted', route: route({ protocol: 17, port: 53 }) });
    destination.send({ type: 'destination.changed', settings: settings({ protocol: 1, port: 53, ttl: 9 }) });
    expect(router.ofType('route.claimed')).toHaveLength(1);
    destination.send({ type: 'destination.changed', settings: settings({ protocol: 1, ...changed }) });
    expect(router.ofType('route.claimed').slice(1)).toMatchObject([{ settings: changed }]);
  });
});

describe('retiring', () => {
  test('waits for what is in flight', () => {
    const probe = launch();
    destination.send({ type: 'destination.retired' });
    expect(ticker.ofType('schedule.cleared')).toHaveLength(1);
    expect(destination.getSnapshot().status).toBe('active');
    answer(probe);
    expect(destination.getSnapshot().status).toBe('done');
    expect(router.ofType('route.released')).toMatchObject([{ route: { token: route().token } }]);
    expect(outcomes()).toEqual(['reply 0']);
  });

  test('is at once when nothing is in flight', () => {
    destination.send({ type: 'destination.retired' });
    expect(destination.getSnapshot().status).toBe('done');
  });

  test('ends early when answers are not waited for: all are timeouts', () => {
    launch();
    launch();
    destination.send({ type: 'destination.retired' });
    destination.send({ type: 'destination.abandoned' });
    expect(destination.getSnapshot().status).toBe('done');
    expect(outcomes()).toEqual(['timeout 0', 'timeout 1']);
  });

  test('is taken back when the row becomes active again', () => {
    launch();
    destination.send({ type: 'destination.retired' });
    destination.send({ type: 'destination.changed', settings: settings() });
    answer(handed());
    expect(state()).toBe('idle');
    expect(ticker.ofType('schedule.set')).toHaveLength(2);
  });
});

describe('a name', () => {
  beforeEach(() => start({ address: 'host.example', named: true }));

  test('is watched, and probed once it has an address', () => {
    expect(resolver.ofType('name.watched')).toMatchObject([{ name: 'host.example', family: 4 }]);
    destination.send({ type: 'address.resolved', address: '198.51.100.9' });
    expect(router.ofType('route.claimed')).toMatchObject([{ address: '198.51.100.9' }]);
  });

  test('that does not resolve makes probes unsent, until it comes back', () => {
    destination.send({ type: 'address.failed', reason: 'no such host' });
    expect(ticker.ofType('schedule.set')).toHaveLength(1);
    due();
    expect(results()).toMatchObject([{ outcome: 'unsent', rid: null, rseq: 0, reason: 'no such host' }]);
    destination.send({ type: 'address.resolved', address: '198.51.100.9' });
    destination.send({ type: 'route.granted', route: route() });
    answer(launch());
    expect(outcomes()).toEqual(['unsent 0', 'reply 1']);
  });

  test('is watched no longer once it retires', () => {
    destination.send({ type: 'destination.retired' });
    expect(resolver.ofType('name.unwatched')).toHaveLength(1);
  });
});
