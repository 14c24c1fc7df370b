import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import type { Answer } from '../../src/io/packet/answer.ts';
import { TransportError } from '../../src/io/transport.ts';
import { destinationMachine } from '../../src/machines/destination.ts';
import type { DestinationEvent } from '../../src/machines/destination-context.ts';
import { flatLogic } from '../../src/machines/flat-logic.ts';
import { Flight, type Probe } from '../../src/probing/flight.ts';
import { conditionsOn, Inbox } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { payloadOf, route, settings } from '../support/probes.ts';

/** A destination whose peers write down all they hear, and what a run of commands makes of it. */
class Subject {
  readonly clock = new ManualClock();
  readonly heard: string[] = [];
  readonly #probes: Probe[] = [];
  readonly #meters = new Meters();
  readonly #actor;

  constructor(logic: typeof destinationMachine) {
    let random = 0;
    const peer = (name: string) => {
      const inbox = new Inbox<{ type: string }>();
      inbox.send = (event) => {
        if ('probe' in event && event.type === 'probe.handed') this.#probes.push(event.probe as Probe);
        const told = Object.entries<unknown>({ ...event }).map(([key, value]) =>
          key === 'owner' || key === 'watcher'
            ? key
            : key === 'probe'
              ? `probe ${(value as Probe).rseq}`
              : `${key} ${shown(value)}`,
        );
        this.heard.push(`${name}: ${told.join(', ')}`);
      };
      return inbox;
    };
    const { clock } = this;
    const peers = {
      clock,
      random: () => ++random,
      meters: this.#meters,
      conditions: conditionsOn(clock),
      ticker: peer('ticker'),
      outbox: peer('outbox'),
      resolver: peer('resolver'),
      router: peer('router'),
      intake: peer('intake'),
    };
    this.#actor = createActor(logic, { input: { settings: settings(), flight: new Flight(), peers } });
    this.#actor.start();
  }

  do({ what, which, by }: { what: string; which: number; by: number }): void {
    this.clock.stall(by);
    const probe = this.#probes.at(-1 - which);
    const event = this.#event(what, probe);
    if (event && this.#actor.getSnapshot().status === 'active') this.#actor.send(event);
    const { value, status, context } = this.#actor.getSnapshot();
    const { handed, pending } = context.flight;
    this.heard.push(
      `${value} ${status} ${handed} ${pending} ${context.retiring} ${context.route?.token} ${this.#meters.foreign}`,
    );
  }

  #event(what: string, probe: Probe | undefined): DestinationEvent | undefined {
    const now = this.clock.now();
    switch (what) {
      case 'due':
        return { type: 'probe.due', at: now };
      case 'granted':
        return { type: 'route.granted', route: route({ token: Math.floor(now) }) };
      case 'refused':
        return { type: 'route.refused', reason: 'full' };
      case 'changed':
        return { type: 'destination.changed', settings: settings({ interval: 10 + Math.floor(now) }) };
      case 'moved':
        return { type: 'destination.changed', settings: settings({ address: '198.51.100.9' }) };
      case 'retired':
        return { type: 'destination.retired' };
      case 'abandoned':
        return { type: 'destination.abandoned' };
    }
    if (!probe) return undefined;
    switch (what) {
      case 'sent':
        return probe.state === 'handed' ? { type: 'probe.sent', probe, sentAt: now } : undefined;
      case 'unsent':
        return probe.state === 'handed'
          ? { type: 'probe.unsent', probe, error: new TransportError('ENOBUFS', 'full') }
          : undefined;
      case 'expired':
        return { type: 'probe.expired', probe };
      default: {
        const { address } = probe.route;
        const { rid, rseq } = probe;
        // Answers come only to what is on the wire, or was.
        if (probe.state === 'handed' || probe.state === 'void') return undefined;
        const received = {
          family: 4 as const,
          address,
          receivedAt: now,
          rttl: 9,
          rtype: 1,
          icmptype: 0,
          rcode: 0,
        };
        const payload = payloadOf(probe);
        const quote = { kind: 'echo' as const, address, addresses: Buffer.alloc(8), checksum: 0 };
        const answer: Answer =
          what === 'error'
            ? { ...received, kind: 'error', cause: 'ttl exceeded', quote: { ...quote, rid, rseq, payload } }
            : { ...received, kind: 'echo', rid, rseq, payload, intact: what === 'reply' };
        return { type: 'reply.received', probe, answer };
      }
    }
  }
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? each.toString() : each));

const common = [
  'due',
  'due',
  'due',
  'sent',
  'sent',
  'sent',
  'reply',
  'reply',
  'expired',
  'error',
  'corrupt',
  'unsent',
];
const rare = ['granted', 'refused', 'changed', 'moved', 'retired', 'abandoned'];
const command = fc.record({
  what: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...common) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  ),
  which: fc.nat(3),
  by: fc.constantFrom(0, 0.5, 100, 1000.5),
});

test('a destination does the same, whether XState or the table executes its machine', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const byXState = new Subject(destinationMachine);
      const byTable = new Subject(flatLogic(destinationMachine));
      for (const each of [{ what: 'granted', which: 0, by: 0 }, ...commands]) {
        byXState.do(each);
        byTable.do(each);
      }
      expect(byTable.heard).toEqual(byXState.heard);
    }),
    { numRuns: 1500 },
  );
});

test('an error in an action ends the actor as it would in XState', () => {
  const peers = { ticker: new Inbox(), router: new Inbox() } as never;
  const actor = createActor(flatLogic(destinationMachine), {
    input: { settings: settings(), flight: new Flight(), peers },
  });
  actor.subscribe({ error: () => {} });
  actor.start();
  actor.send({ type: 'probe.due', at: 0 });
  expect(actor.getSnapshot().status).toBe('error');
});

test('a snapshot has all that one of XState has', () => {
  const peer = () => new Inbox<{ type: string }>();
  const clock = new ManualClock();
  const peers = {
    ...{ clock, random: () => 1, meters: new Meters(), conditions: conditionsOn(clock) },
    ...{ ticker: peer(), outbox: peer(), resolver: peer(), router: peer(), intake: peer() },
  };
  const snapshots = [destinationMachine, flatLogic(destinationMachine)].map((logic) => {
    const actor = createActor(logic, { input: { settings: settings(), flight: new Flight(), peers } });
    actor.start();
    actor.send({ type: 'route.granted', route: route() });
    actor.send({ type: 'probe.due', at: 0 });
    expect(actor.getSnapshot().value).toBe('probing');
    return actor.getSnapshot();
  });
  expect(Object.keys(snapshots[1] as object)).toEqual(Object.keys(snapshots[0] as object));
});
