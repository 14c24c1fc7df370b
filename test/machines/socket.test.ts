import { beforeEach, describe, expect, test } from 'vitest';
import { type Actor, createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import { actorClock } from '../../src/io/clock.ts';
import { decodeIcmp } from '../../src/io/packet/icmp.ts';
import {
  type OutgoingPacket,
  type SendOutcome,
  type Transport,
  TransportError,
  type TransportHandlers,
} from '../../src/io/transport.ts';
import type { DestinationEvent } from '../../src/machines/destination-context.ts';
import type { PingerEvent } from '../../src/machines/pinger-event.ts';
import type { RouterEvent } from '../../src/machines/router.ts';
import { socketMachine } from '../../src/machines/socket.ts';
import { Flight } from '../../src/probing/flight.ts';
import { conditionsOn, Inbox, LogBook } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { echoReply, received } from '../support/packets.ts';
import { route, settings } from '../support/probes.ts';

/** A transport whose every move a test makes. */
class ScriptedTransport implements Transport {
  handlers: TransportHandlers | undefined;
  refusal: TransportError | undefined;
  opened = 0;
  closed = 0;
  batches: (readonly OutgoingPacket[])[] = [];
  outcome: SendOutcome = { sentAt: 5 };

  open(handlers: TransportHandlers): void {
    this.opened++;
    if (this.refusal) throw this.refusal;
    this.handlers = handlers;
  }

  send(packets: readonly OutgoingPacket[], settled: (index: number, outcome: SendOutcome) => void): void {
    this.batches.push(packets);
    packets.forEach((_, index) => {
      settled(index, this.outcome);
    });
  }

  close(): void {
    this.closed++;
  }

  counters() {
    return { sent: 0, received: 0, dropped: 0 };
  }
}

let clock: ManualClock;
let transport: ScriptedTransport;
let meters: Meters;
let logger: LogBook;
let router: Inbox<RouterEvent>;
let pinger: Inbox<PingerEvent>;
let socket: Actor<typeof socketMachine>;

beforeEach(() => {
  clock = new ManualClock();
  transport = new ScriptedTransport();
  meters = new Meters();
  logger = new LogBook();
  router = new Inbox();
  pinger = new Inbox();
  socket = createActor(socketMachine, {
    clock: actorClock(clock),
    input: { transport, meters, conditions: conditionsOn(clock), logger, router: () => router, pinger },
  });
});

const flight = new Flight();
const hand = (owner: Inbox<DestinationEvent>) => {
  const probe = flight.make(settings({ ttl: 9 }), route(), 1, 0);
  socket.getSnapshot().context.outbox.send({ type: 'probe.handed', owner, probe });
  return probe;
};
const failure = new TransportError('ENETDOWN', 'Network is down');

test('says when it is open', () => {
  socket.start();
  expect(pinger.events).toEqual([{ type: 'socket.opened' }]);
});

test('says when the host does not let it open, and does not try again', async () => {
  transport.refusal = new TransportError('EPERM', 'Operation not permitted');
  socket.start();
  await clock.advance(10_000);
  expect(pinger.events).toEqual([{ type: 'socket.failed', error: transport.refusal }]);
  expect(transport.opened).toBe(1);
});

test('probes of one turn of the event loop leave as one batch, each with its TTL', async () => {
  socket.start();
  const owner = new Inbox<DestinationEvent>();
  const [one, two] = [hand(owner), hand(owner)];
  await clock.advance(0);
  expect(transport.batches).toHaveLength(1);
  expect(transport.batches[0]).toMatchObject([
    { address: '198.51.100.7', ttl: 9, family: 4, protocol: 1 },
    { address: '198.51.100.7', ttl: 9, family: 4, protocol: 1 },
  ]);
  expect(owner.events).toEqual([
    { type: 'probe.sent', probe: one, sentAt: 5 },
    { type: 'probe.sent', probe: two, sentAt: 5 },
  ]);
});

test('a probe that the host does not send goes back with the reason', async () => {
  socket.start();
  transport.outcome = { error: failure };
  const owner = new Inbox<DestinationEvent>();
  const probe = hand(owner);
  await clock.advance(0);
  expect(owner.events).toEqual([{ type: 'probe.unsent', probe, error: failure }]);
});

test('answers go to the router, decoded; garbage is counted', () => {
  socket.start();
  const reply = echoReply({ family: 4, rid: 3, rseq: 4, payload: Buffer.alloc(8) });
  const packet = received(4, '198.51.100.7', reply);
  transport.handlers?.received([packet, { ...packet, bytes: Buffer.from('garbage') }, packet]);
  const answer = decodeIcmp(packet);
  expect(router.events).toEqual([{ type: 'answers.received', answers: [answer, answer] }]);
  expect(meters.ignored).toBe(1);
});

describe('a transport that fails', () => {
  test('is opened again after a second, as often as it takes', async () => {
    socket.start();
    transport.refusal = failure;
    transport.handlers?.failed(failure);
    expect(socket.getSnapshot().value).toBe('reopening');
    expect(transport.closed).toBe(1);
    await clock.advance(3500);
    expect(transport.opened).toBe(4);
    transport.refusal = undefined;
    await clock.advance(1000);
    expect(socket.getSnapshot().value).toBe('open');
    expect(pinger.events).toEqual([{ type: 'socket.opened' }]);
    expect(logger.of('socket.failed')).toHaveLength(1);
  });

  test('sends nothing meanwhile, and says so for each probe', async () => {
    socket.start();
    transport.handlers?.failed(failure);
    const owner = new Inbox<DestinationEvent>();
    const probe = hand(owner);
    await clock.advance(0);
    expect(owner.events).toMatchObject([{ type: 'probe.unsent', probe, error: { code: 'ENOTCONN' } }]);
    expect(transport.batches).toEqual([]);
  });
});

test('closed, it gives back what is still handed to it', async () => {
  socket.start();
  socket.send({ type: 'socket.closed' });
  const owner = new Inbox<DestinationEvent>();
  hand(owner);
  await clock.advance(0);
  expect(transport.closed).toBe(1);
  expect(owner.events).toMatchObject([{ type: 'probe.unsent' }]);
});
