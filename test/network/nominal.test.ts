import { describe, expect, test } from 'vitest';
import { DEFAULT_HOST, type HostSettings } from '../../src/network/host.ts';
import { nominalOf } from '../../src/network/nominal.ts';
import type { Packet } from '../../src/network/packet.ts';
import { MILLISECOND } from '../../src/network/scheduler.ts';
import { ROUTER } from '../support/packets.ts';
import { areaOf, linkOf, routerOf, TestNetwork } from './networks.ts';
import { datagram, FAMILIES, PROBE_NAMES, PROBES, ping, syn } from './packets.ts';
import { FAR, shareDeviation } from './statistics.ts';

const COUNT = 100_000;
const INTERVAL = 50 * MILLISECOND;

test('a network does on average what it is said to be told to', () => {
  const near = linkOf(
    'near',
    { delay: 3 * MILLISECOND, loss: { probability: 0.05, correlation: 0 }, rate: 1e6 },
    { delay: 2 * MILLISECOND, loss: { probability: 0.1, correlation: 0 } },
  );
  const far = linkOf(
    'far',
    {
      delay: 10 * MILLISECOND,
      jitter: MILLISECOND,
      corrupt: { probability: 0.04, correlation: 0 },
      reorder: { probability: 0.25, correlation: 0, gap: 3 },
    },
    { rate: 2e6, loss: { p: 0.1, r: 0.4, '1-h': 0.6, '1-k': 0.02 } },
  );
  const net = new TestNetwork(
    areaOf([near, routerOf('router'), far], { others: { ...DEFAULT_HOST, delay: 5 * MILLISECOND } }),
  );
  const nominal = nominalOf(ping(4), net.network);
  const packet = ping(4);
  let delay = 0;
  for (let index = 0; index < COUNT; index++) {
    net.time.run(index * INTERVAL);
    net.network.send({ ...packet, origin: index });
  }
  net.time.run();
  for (const { packet, at } of net.received) delay += at - packet.origin * INTERVAL;
  const lost = COUNT - net.received.length;
  // Bursts of the way back make neighbours alike, though less than a correlation of this.
  expect(Math.abs(shareDeviation(lost, COUNT, nominal.loss, 0.3))).toBeLessThan(FAR);
  expect(Math.abs(delay / net.received.length / nominal.delay - 1)).toBeLessThan(0.005);
});

describe.each(FAMILIES)('of IPv%i', (family) => {
  const build = (
    others: Partial<HostSettings> = {},
    path = [linkOf('near'), routerOf('router'), linkOf('far')],
  ) => {
    const net = new TestNetwork(areaOf(path, { others: { ...DEFAULT_HOST, ...others } }));
    return { path, net };
  };
  const lossOf = (packet: Packet, { net }: ReturnType<typeof build>): number => {
    const before = { ...packet };
    const { loss } = nominalOf(packet, net.network);
    expect(packet).toEqual(before);
    return loss;
  };

  test('everything is answered that a host, or a router for itself, answers', () => {
    for (const name of PROBE_NAMES) {
      expect(lossOf(PROBES[name](family), build())).toBe(0);
      expect(lossOf(PROBES[name](family, { destination: ROUTER[family] }), build())).toBe(0);
    }
  });

  test('nothing is where the network or the host does not', () => {
    const nobody = family === 4 ? '192.0.2.200' : '2001:db9::1';
    expect(lossOf(ping(family, { destination: nobody }), build())).toBe(1);
    expect(lossOf(ping(family, { ttl: 1 }), build())).toBe(1);
    expect(lossOf(ping(family, { ttl: 2 }), build())).toBe(0);
    for (const settings of [{ state: 'down' }, { state: 'unreachable' }, { ping: 'filtered' }] as const)
      expect(lossOf(ping(family), build(settings))).toBe(1);
    expect(lossOf(ping(family), build({ ping: 'admin-prohibited' }))).toBe(1);
    const rejecting = routerOf('router');
    rejecting.rejection = 'no-route';
    expect(lossOf(ping(family), build({}, [linkOf('near'), rejecting, linkOf('far')]))).toBe(1);
  });

  test('nor in an outage of anything on the way', () => {
    for (const place of [0, 1, 2]) {
      const built = build();
      built.path[place]!.outages++;
      expect(lossOf(ping(family), built)).toBe(1);
      const own = ping(family, { destination: ROUTER[family] });
      expect(lossOf(own, built)).toBe(place === 2 ? 0 : 1);
    }
  });

  test('port unreachable is an answer of UDP’s, any other error is none', () => {
    const all = (others: 'closed' | 'no-route') => ({ udp: { ports: new Map(), others } });
    expect(lossOf(datagram(family), build(all('closed')))).toBe(0);
    expect(lossOf(datagram(family), build(all('no-route')))).toBe(1);
    const tcp = { ports: new Map(), others: 'port-unreachable' as const };
    expect(lossOf(syn(family), build({ tcp }))).toBe(1);
  });
});
