import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { type Actor, createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import { decode } from '../../src/io/packet/decode.ts';
import type { Family, ReceivedPacket } from '../../src/io/transport.ts';
import { destinationMachine } from '../../src/machines/destination.ts';
import type { IntakeEvent } from '../../src/machines/intake.ts';
import type { OutboxEvent } from '../../src/machines/outbox.ts';
import { routerLogic } from '../../src/machines/router.ts';
import { Flight, type Probe } from '../../src/probing/flight.ts';
import { conditionsOn, Inbox } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { echoReply, icmp, quotedRequest, received } from '../support/packets.ts';
import { payloadOf, settings } from '../support/probes.ts';

const TARGET = '198.51.100.7';

let meters: Meters;
let intake: Inbox<IntakeEvent>;
let router: Actor<typeof routerLogic>;
let probe: Probe;

/** A destination with one probe in flight, behind the real codec and the real router. */
beforeEach(() => {
  const clock = new ManualClock();
  meters = new Meters();
  intake = new Inbox();
  const outbox = new Inbox<OutboxEvent>();
  const random = () => 0xdecafbad;
  router = createActor(routerLogic, { input: { sourceid: 7, clock, random, meters } }).start();
  const conditions = conditionsOn(clock);
  const peers = {
    ...{ clock, random, meters, conditions },
    ...{ ticker: new Inbox(), outbox, resolver: new Inbox(), router, intake },
  };
  const destination = createActor(destinationMachine, {
    input: { settings: settings(), flight: new Flight(), peers },
  });
  destination.start();
  destination.send({ type: 'probe.due', at: 0 });
  probe = outbox.events[0]!.probe;
  destination.send({ type: 'probe.sent', probe, sentAt: 0 });
});

const arrive = (packet: ReceivedPacket) => {
  const answer = decode(packet);
  if (answer) router.send({ type: 'answers.received', answers: [answer] });
};

const echo = () => ({
  family: 4 as const,
  rid: probe.rid,
  rseq: probe.rseq,
  payload: payloadOf(probe),
});

test('garbage makes no result and no error', () => {
  const bytes = fc.uint8Array({ maxLength: 120 });
  const [families, protocols] = [fc.constantFrom<Family>(4, 6), fc.constantFrom(1, 6, 17, 58)];
  fc.assert(
    fc.property(bytes, families, protocols, (garbage, family, protocol) => {
      arrive({ family, protocol, address: TARGET, receivedAt: 1, bytes: Buffer.from(garbage) });
    }),
    { numRuns: 100_000 },
  );
  expect(intake.events).toEqual([]);
});

test('a forger who knows everything but the nonce makes no result', () => {
  const genuine = received(4, TARGET, echoReply(echo()));
  const nonce = payloadOf(probe).subarray(0, 8);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (guess) => {
      if (nonce.equals(guess)) return;
      const bytes = Buffer.from(genuine.bytes);
      bytes.set(guess, 28);
      arrive({ ...genuine, bytes });
    }),
    { numRuns: 20_000 },
  );
  expect(intake.events).toEqual([]);
  expect(meters.foreign).toBeGreaterThan(19_000);
});

test('truncated packets make no result, unless what matters is whole', () => {
  const reply = received(4, TARGET, echoReply(echo()));
  const quote = quotedRequest(echo(), '192.0.2.1', TARGET);
  const error = received(4, '203.0.113.1', icmp(4, 11, 0, 0, quote));
  for (const packet of [reply, error])
    for (let length = 0; length < 36; length++)
      arrive({ ...packet, bytes: packet.bytes.subarray(0, length) });
  expect(intake.events).toEqual([]);
  arrive(reply);
  expect(intake.events).toMatchObject([{ result: { outcome: 'reply', datamatch: true } }]);
});
