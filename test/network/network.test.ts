import { describe, expect, test } from 'vitest';
import { DEFAULT_HOST, type HostSettings } from '../../src/network/host.ts';
import { MILLISECOND } from '../../src/network/scheduler.ts';
import { ROUTER, SOURCE, TARGET } from '../support/packets.ts';
import { areaOf, linkOf, PREFIXES, routerOf, TestNetwork } from './networks.ts';
import { datagram, decoded, FAMILIES, PROBE_NAMES, PROBES, ping } from './packets.ts';

const second = { 4: '203.0.113.2', 6: '2001:db8:ffff::2' } as const;

/** near (1 ms there, 2 back), first, middle (4, 8), second, far (16, 32) */
function build(others: Partial<HostSettings> = {}, hosts: [string, Partial<HostSettings>][] = []) {
  const [near, middle, far] = [1, 4, 16].map((delay, index) =>
    linkOf(`link ${index}`, { delay: delay * MILLISECOND }, { delay: 2 * delay * MILLISECOND }),
  ) as [ReturnType<typeof linkOf>, ReturnType<typeof linkOf>, ReturnType<typeof linkOf>];
  const first = routerOf('first');
  const last = routerOf('second', { addresses: second });
  const area = areaOf([near, first, middle, last, far], {
    others: { ...DEFAULT_HOST, ...others },
    hosts: new Map(hosts.map(([address, host]) => [address, { ...DEFAULT_HOST, ...host }])),
  });
  return { near, first, middle, last, far, area, net: new TestNetwork(area) };
}

describe.each(FAMILIES)('of IPv%i', (family) => {
  test.each(PROBE_NAMES)(
    'the answer to a %s comes when both ways and the host have taken their time',
    (name) => {
      const { net } = build({ delay: 64 * MILLISECOND });
      const [answer] = net.answersTo(PROBES[name](family));
      expect(decoded(answer)).toMatchObject({ address: TARGET[family] });
      // 64 less two routers.
      expect(answer).toMatchObject({ destination: SOURCE[family], ttl: 62, origin: 7 });
      expect(net.received.map(({ at }) => at)).toEqual([(21 + 42 + 64) * MILLISECOND]);
    },
  );

  test('a packet whose TTL runs out is answered from there', () => {
    const from = [1, 2, 3].map((ttl) => {
      const { net } = build();
      const [answer] = net.answersTo(ping(family, { ttl }));
      return [decoded(answer)?.address, answer?.ttl, net.received[0]!.at / MILLISECOND];
    });
    expect(from).toEqual([
      [ROUTER[family], 64, 1 + 2],
      [second[family], 63, 5 + 10],
      [TARGET[family], 62, 21 + 42],
    ]);
  });

  test('a router answers for itself, whatever TTL is left', () => {
    const { net } = build({ ping: 'filtered' });
    for (const [address, ttl] of [
      [ROUTER[family], 1],
      [second[family], 2],
    ] as const) {
      const [answer] = net.answersTo(ping(family, { destination: address, ttl }));
      expect(decoded(answer)).toMatchObject({ kind: 'echo', address });
    }
    expect(decoded(net.answersTo(ping(family, { destination: second[family], ttl: 1 }))[0])).toMatchObject({
      address: ROUTER[family],
      cause: 'ttl exceeded',
    });
  });

  test('an answer whose TTL runs out is lost', () => {
    expect(build({ ttl: 2 }).net.answersTo(ping(family))).toEqual([]);
    expect(build({ ttl: 3 }).net.answersTo(ping(family))).toMatchObject([{ ttl: 1 }]);
  });

  test('a packet for nobody is lost', () => {
    const { net } = build();
    const nobody = family === 4 ? '192.0.2.200' : '2001:db9::1';
    expect(net.answersTo(ping(family, { destination: nobody }))).toEqual([]);
    expect([net.network.areaOf(nobody), net.network.pathTo(nobody)]).toEqual([undefined, undefined]);
    expect(net.network.areaOf(TARGET[family])?.name).toBe('area');
  });

  test('a host that is down says nothing, nor does anybody for it', () => {
    expect(build({ state: 'down' }).net.answersTo(ping(family))).toEqual([]);
  });

  test('the last router says so of one that is unreachable', () => {
    const { net, last } = build({ state: 'unreachable' });
    const [error] = net.answersTo(ping(family));
    expect(decoded(error)).toMatchObject({
      kind: 'error',
      address: second[family],
      icmptype: family === 4 ? 3 : 1,
      rcode: family === 4 ? 1 : 3,
      quote: { address: TARGET[family] },
    });
    // It has looked for the host in vain, at the end of the way.
    expect(net.received[0]?.at).toBe((21 + 10) * MILLISECOND);
    last.rejection = 'admin-prohibited';
    expect(decoded(net.answersTo(ping(family))[0])).toMatchObject({ rcode: family === 4 ? 13 : 1 });
  });

  test('without a router nobody says so', () => {
    const others = { ...DEFAULT_HOST, state: 'unreachable' as const };
    expect(new TestNetwork(areaOf([linkOf('only')], { others })).answersTo(ping(family))).toEqual([]);
  });

  test('a host that has settings of its own is not like the others', () => {
    const { net } = build({ ping: 'filtered' }, [[TARGET[family], { ping: 'reply' }]]);
    expect(net.answersTo(ping(family))).toHaveLength(1);
    const other = family === 4 ? '198.51.100.8' : '2001:db8::8';
    expect(net.answersTo(ping(family, { destination: other }))).toEqual([]);
  });

  test('the area whose prefix comes first has an address', () => {
    const narrow = areaOf([], { name: 'narrow', prefixes: [`${TARGET[family]}/${family === 4 ? 32 : 128}`] });
    const wide = areaOf([], { name: 'wide', prefixes: PREFIXES });
    const { network } = new TestNetwork(narrow, wide);
    expect(network.areaOf(TARGET[family])?.name).toBe('narrow');
    expect(network.areaOf(family === 4 ? '198.51.100.8' : '2001:db8::8')?.name).toBe('wide');
  });
});

test('a rejected packet goes no further, and the ways before are open', () => {
  const { net, first, last } = build();
  last.rejection = 'admin-prohibited';
  expect(decoded(net.answersTo(datagram(4))[0])).toMatchObject({ address: second[4], rcode: 13 });
  first.rejection = 'no-route';
  expect(decoded(net.answersTo(datagram(4))[0])).toMatchObject({ address: ROUTER[4], rcode: 0 });
});

test('each area has its own way', () => {
  const other = '192.0.2.77';
  const ways = [
    areaOf([linkOf('one', { delay: MILLISECOND })], { name: 'one' }),
    areaOf([linkOf('two', { delay: 5 * MILLISECOND, mtu: 1400 })], {
      name: 'two',
      prefixes: ['192.0.2.0/24'],
    }),
  ];
  const net = new TestNetwork(...ways);
  net.network.send(ping(4));
  net.network.send(ping(4, { destination: other }));
  net.time.run();
  expect(net.received.map(({ at, packet }) => [packet.source, at / MILLISECOND])).toEqual([
    [TARGET[4], 2],
    [other, 10],
  ]);
  expect([net.network.mtuTo(TARGET[4]), net.network.mtuTo(other)]).toEqual([0, 1400]);
});

test('links do to packets what they are told, in each direction', () => {
  for (const direction of ['forward', 'backward'] as const) {
    const link = linkOf('lossy');
    link[direction].impairments = {
      ...link[direction].impairments,
      loss: { probability: 1, correlation: 0 },
    };
    expect(new TestNetwork(areaOf([link])).answersTo(ping(4))).toEqual([]);
  }
  const twice = linkOf('twice', { duplicate: { probability: 1, correlation: 0 } });
  expect(new TestNetwork(areaOf([twice])).answersTo(ping(4))).toHaveLength(4);
  const damaging = linkOf('damaging', { corrupt: { probability: 1, correlation: 0 } }, {});
  expect(new TestNetwork(areaOf([damaging])).answersTo(ping(4))).toEqual([]);
});
