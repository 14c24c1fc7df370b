import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { Meters } from '../../src/counters.ts';
import type { Settings } from '../../src/entities/settings.ts';
import type { DestinationEvent } from '../../src/machines/destination-context.ts';
import { routerLogic } from '../../src/machines/router.ts';
import { Flight, LATE_WINDOW, type Route } from '../../src/probing/flight.ts';
import { Inbox } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { settings } from '../support/probes.ts';

const ADDRESS = '192.0.2.9';
const UDP = { protocol: 1, port: 53 } as const;

function full() {
  const clock = new ManualClock();
  let last = 0;
  const router = createActor(routerLogic, {
    input: { sourceid: 1, clock, random: () => ++last, meters: new Meters() },
  }).start();
  const claim = (changed: Partial<Settings> = {}) => {
    const owner = new Inbox<DestinationEvent>();
    router.send({
      type: 'route.claimed',
      owner,
      settings: settings(changed),
      flight: new Flight(),
      address: ADDRESS,
    });
    return owner;
  };
  const owners = Array.from({ length: 256 }, () => claim());
  const routeOf = (owner?: Inbox<DestinationEvent>) => owner?.ofType('route.granted')[0]?.route as Route;
  const claimUdp = () => routeOf(claim(UDP));
  return { clock, router, claim, claimUdp, owners, routeOf };
}

test('who was refused a route gets the first that becomes free', () => {
  const { router, claim, owners, routeOf } = full();
  const [first, second] = [claim(), claim()];
  expect(first.events).toMatchObject([
    { type: 'route.refused', reason: `256 destinations have the address ${ADDRESS} already` },
  ]);
  router.send({ type: 'route.released', route: routeOf(owners[9]) });
  expect(routeOf(first).lane).toBe(routeOf(owners[9]).lane);
  expect(second.ofType('route.granted')).toEqual([]);
});

test('who comes after a destination on a port of a host goes on with its source ports, for a while', async () => {
  const { clock, router, claimUdp } = full();
  const rid = (route: Route) => new Flight().make(settings(UDP), route, 0, clock.now()).rid;
  const next = (port: number) => (port & ~63) + ((port + 1) & 63);
  const first = claimUdp();
  const used = rid(first);
  router.send({ type: 'route.released', route: first });
  const second = claimUdp();
  expect(rid(second)).toBe(next(used));
  router.send({ type: 'route.released', route: second });
  await clock.advance(LATE_WINDOW);
  const third = claimUdp();
  expect(third.identifiers).not.toBe(first.identifiers);
});

test('who no longer wants one is passed over', () => {
  const { router, claim, owners, routeOf } = full();
  const [first, second] = [claim(), claim()];
  router.send({ type: 'route.unclaimed', owner: first });
  router.send({ type: 'route.released', route: routeOf(owners[0]) });
  expect(first.ofType('route.granted')).toEqual([]);
  expect(routeOf(second)).toBeDefined();
});

test('a route that was left becomes free only after its delay, and a stopped router leaves no timer', async () => {
  const { clock, router, claim, owners, routeOf } = full();
  const waiting = claim();
  router.send({ type: 'route.left', route: routeOf(owners[0]), delay: 5000 });
  await clock.advance(4999);
  expect(waiting.ofType('route.granted')).toEqual([]);
  await clock.advance(1);
  expect(routeOf(waiting)).toBeDefined();
  router.send({ type: 'route.left', route: routeOf(owners[1]), delay: 5000 });
  router.stop();
  expect(clock.pending).toBe(0);
});
