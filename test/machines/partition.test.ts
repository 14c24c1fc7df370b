import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import type { Peers } from '../../src/machines/destination-context.ts';
import type { IntakeEvent } from '../../src/machines/intake.ts';
import type { OutboxEvent } from '../../src/machines/outbox.ts';
import { partitionMachine } from '../../src/machines/partition.ts';
import type { ResolverEvent } from '../../src/machines/resolver.ts';
import type { RouterEvent } from '../../src/machines/router.ts';
import type { TickerEvent } from '../../src/machines/ticker.ts';
import { conditionsOn, Inbox, LogBook } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { route, settings } from '../support/probes.ts';

test('a destination that fails gives back its route, its name and its source ports', () => {
  const [ticker, outbox, resolver, router, intake] = [
    new Inbox<TickerEvent>(),
    new Inbox<OutboxEvent>(),
    new Inbox<ResolverEvent>(),
    new Inbox<RouterEvent>(),
    new Inbox<IntakeEvent>(),
  ];
  let failing = false;
  const random = () => {
    if (failing) throw new Error('no numbers left');
    return 1;
  };
  const clock = new ManualClock();
  const conditions = conditionsOn(clock);
  const peers: Peers = {
    ...{ clock, random, meters: new Meters(), conditions },
    ...{ ticker, outbox, resolver, router, intake },
  };
  const partition = createActor(partitionMachine, { input: { peers, logger: new LogBook() } }).start();
  partition.send({
    type: 'destinations.wanted',
    settings: [settings({ address: 'host.example', named: true })],
  });
  const [watched] = resolver.ofType('name.watched');
  const watcher = watched?.watcher;
  watcher?.send({ type: 'route.granted', route: route() });
  watcher?.send({ type: 'probe.due', at: clock.now() });
  const [handed] = outbox.events;
  if (handed?.type !== 'probe.handed') throw new Error('no probe was handed over');
  failing = true;
  watcher?.send({ type: 'probe.due', at: clock.now() });

  expect(intake.ofType('result.made').map(({ result }) => result.outcome)).toEqual(['timeout']);
  expect(handed.probe.isInFlight).toBe(false);
  expect(resolver.ofType('name.unwatched')).toEqual([{ type: 'name.unwatched', watcher }]);
  expect(router.events).toMatchObject([
    { type: 'route.unclaimed' },
    { type: 'route.released', route: { token: route().token } },
  ]);
});
