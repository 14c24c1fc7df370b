import { expect, test } from 'vitest';
import { DEFAULT_HOST } from '../../src/network/host.ts';
import { ROUTER } from '../support/packets.ts';
import { areaOf, linkOf, routerOf, TestNetwork } from './networks.ts';
import { PROBES, ping } from './packets.ts';

const always = { probability: 1, correlation: 0 };

function build(router = routerOf('router'), others = DEFAULT_HOST) {
  const [near, far] = [linkOf('near'), linkOf('far')];
  return { near, far, router, net: new TestNetwork(areaOf([near, router, far], { others })) };
}

/** How many packets the network says that it has lost of some. */
const lostOf = ({ net }: ReturnType<typeof build>, ...packets: ReturnType<typeof ping>[]): number => {
  for (const packet of packets) net.answersTo(packet);
  return net.network.lost;
};

test('nothing is lost where everything is answered', () => {
  expect(lostOf(build(), ...Object.values(PROBES).map((probe) => probe(4)))).toBe(0);
  expect(lostOf(build(), ping(4, { ttl: 1 }))).toBe(0);
});

test.each(['forward', 'backward'] as const)('what a link loses %s counts once', (direction) => {
  const built = build();
  const { far } = built;
  far[direction].impairments = { ...far[direction].impairments, loss: always };
  expect(lostOf(built, ping(4), ping(6))).toBe(2);
});

test('so does what comes to a link or a router that is down', () => {
  for (const name of ['near', 'router', 'far'] as const) {
    const built = build();
    built[name].outages++;
    expect(lostOf(built, ping(4), ping(6))).toBe(2);
  }
  const own = build();
  own.router.outages++;
  expect(lostOf(own, ping(4, { destination: ROUTER[4] }))).toBe(1);
});

test('and what a router neither passes on nor says anything about, in either direction', () => {
  const silent = build(routerOf('router', { errors: { rate: 0, burst: 1 } }));
  expect(lostOf(silent, ping(4, { ttl: 1 }))).toBe(1);
  expect(lostOf(build(undefined, { ...DEFAULT_HOST, ttl: 1 }), ping(4))).toBe(1);
});

test('what a host does not answer has not been lost, nor a copy of two', () => {
  expect(lostOf(build(undefined, { ...DEFAULT_HOST, ping: 'filtered' }), ping(4))).toBe(0);
  expect(lostOf(build(undefined, { ...DEFAULT_HOST, state: 'down' }), ping(4))).toBe(0);
  const built = build();
  built.far.forward.impairments = { ...built.far.forward.impairments, loss: always, duplicate: always };
  expect(lostOf(built, ping(4))).toBe(0);
});
