import { describe, expect, test } from 'vitest';
import { DEFAULT_HOST } from '../../src/network/host.ts';
import type { Link } from '../../src/network/link.ts';
import { MILLISECOND, SECOND } from '../../src/network/scheduler.ts';
import { ROUTER, SOURCE, TARGET } from '../support/packets.ts';
import { areaOf, linkOf, routerOf, TestNetwork } from './networks.ts';
import { datagram, decoded, FAMILIES, PROBE_NAMES, PROBES, ping } from './packets.ts';

const slow = (name: string, ms: number): Link => linkOf(name, { delay: ms * MILLISECOND });

describe('in an outage', () => {
  const there = [slow('near', 1), routerOf('there')] as const;
  const back = [slow('back', 1), routerOf('other')] as const;
  const net = new TestNetwork(areaOf([...there], { returnPath: [...back] }));

  test.each([
    ['link there', there[0]],
    ['router there', there[1]],
    ['link back', back[0]],
    ['router back', back[1]],
  ])('a %s loses what comes, from its beginning to its end', (_, element) => {
    expect(net.answersTo(ping(4))).toHaveLength(1);
    // Two of them, which overlap.
    element.outages++;
    element.outages++;
    expect(net.answersTo(ping(4))).toEqual([]);
    element.outages--;
    expect(net.answersTo(ping(4))).toEqual([]);
    element.outages--;
    expect(net.answersTo(ping(4))).toHaveLength(1);
  });

  test('what is on a link already gets out of it', () => {
    const link = linkOf('link', { delay: 10 * MILLISECOND }, {});
    const net = new TestNetwork(areaOf([link]));
    net.network.send(ping(4));
    link.outages++;
    net.time.run(5 * MILLISECOND);
    link.outages--;
    net.network.send(ping(4));
    net.time.run(12 * MILLISECOND);
    link.outages++;
    net.time.run();
    // The second comes back to a link that is down.
    expect(net.received.map(({ at }) => at)).toEqual([10 * MILLISECOND]);
  });

  test('a router says nothing for itself, either', () => {
    const router = routerOf('router');
    const net = new TestNetwork(areaOf([linkOf('near'), router, linkOf('far')]));
    const own = ping(4, { destination: ROUTER[4] });
    expect(net.answersTo({ ...own })).toHaveLength(1);
    router.outages++;
    expect(net.answersTo({ ...own })).toEqual([]);
  });
});

describe.each(FAMILIES)('the way back, of IPv%i,', (family) => {
  const far = { 4: '203.0.113.2', 6: '2001:db8:ffff::2' } as const;
  const [there, back, shared] = [slow('there', 1), slow('back', 100), slow('shared', 10)];
  const first = routerOf('first');
  const second = routerOf('second', { addresses: far });
  const net = new TestNetwork(
    areaOf([there, first, shared, second], { returnPath: [back, routerOf('other'), second] }),
  );
  const tookTo = (packet: ReturnType<typeof ping>): [string | undefined, number] => {
    const now = net.time.now();
    const [answer] = net.answersTo(packet);
    return [decoded(answer)?.address, (net.received.at(-1)!.at - now) / MILLISECOND];
  };

  test('may be another for answers', () => {
    expect(tookTo(ping(family))).toEqual([TARGET[family], 11 + 100]);
  });

  test('is the one of the answers for errors of a router on it', () => {
    expect(tookTo(ping(family, { ttl: 2 }))).toEqual([far[family], 11 + 100]);
  });

  test('is the one that the packet came for errors of a router that is not', () => {
    expect(tookTo(ping(family, { ttl: 1 }))).toEqual([ROUTER[family], 1 + 1]);
  });

  test('counts down the TTL by its own routers', () => {
    const [answer] = net.answersTo(ping(family));
    expect(answer?.ttl).toBe(62);
  });
});

test('when the way changes, what is under way stays on the old one, and answers take the new one back', () => {
  const [old, fresh] = [slow('old', 10), slow('fresh', 1)];
  const area = areaOf([old, routerOf('first')]);
  const net = new TestNetwork(area);
  net.network.send(ping(4));
  net.time.run(5 * MILLISECOND);
  area.path = [fresh];
  area.returnPath = [fresh];
  net.network.send(ping(4));
  net.time.run();
  expect(net.received.map(({ at, packet }) => [at / MILLISECOND, packet.ttl])).toEqual([
    [5 + 2, 64],
    [10 + 1, 64],
  ]);
  expect(net.network.mtuTo(TARGET[4])).toBe(0);
  fresh.forward.impairments = { ...fresh.forward.impairments, mtu: 1400 };
  expect(net.network.mtuTo(TARGET[4])).toBe(1400);
});

describe('behind a NAT', () => {
  const nat = { address: '203.0.113.77', timeout: 30 * SECOND, quotes: 'restored' as const };
  const beyond = { 4: '203.0.113.2' };
  const home = () => routerOf('home', { nat });
  const inside = { rid: 0x41c1, port: 53 };

  test.each(PROBE_NAMES)('the answer to a %s comes back, as it would without', (name) => {
    const way = (router: ReturnType<typeof home>) =>
      new TestNetwork(areaOf([linkOf('near'), router, linkOf('far')]));
    const [answer] = way(home()).answersTo(PROBES[name](4));
    expect(answer).toBeDefined();
    expect(answer).toEqual(way(routerOf('plain')).answersTo(PROBES[name](4))[0]);
    expect(way(home()).answersTo(PROBES[name](6))).toHaveLength(1);
  });

  test('errors of routers before, of the NAT’s own and beyond quote what was sent', () => {
    const net = new TestNetwork(
      areaOf([
        routerOf('before', { addresses: { 4: '192.0.2.254' } }),
        home(),
        routerOf('beyond', { addresses: beyond }),
      ]),
    );
    for (const [index, address] of ['192.0.2.254', ROUTER[4], beyond[4]].entries()) {
      const [error] = net.answersTo(datagram(4, { ttl: index + 1 }, inside));
      expect(error?.destination).toBe(SOURCE[4]);
      expect(decoded(error)).toMatchObject({ address, quote: { address: TARGET[4], ...inside } });
      expect([...error!.payload.subarray(8 + 12, 8 + 16)]).toEqual([192, 0, 2, 1]);
    }
  });

  test('one that is too long for the link behind the NAT is refused to its sender', () => {
    const net = new TestNetwork(areaOf([linkOf('near'), home(), linkOf('far', { mtu: 1000 })]));
    const [error] = net.answersTo(datagram(4, {}, { ...inside, data: Buffer.alloc(1200) }));
    expect(error?.destination).toBe(SOURCE[4]);
    expect(decoded(error)).toMatchObject({ address: ROUTER[4], rcode: 4, quote: inside });
  });

  test('the NAT that looks for a host in vain says so to who has sent the packet', () => {
    const others = { ...DEFAULT_HOST, state: 'unreachable' as const };
    for (const path of [[home()], [home(), routerOf('beyond', { addresses: beyond })]]) {
      const [error] = new TestNetwork(areaOf(path, { others })).answersTo(datagram(4, {}, inside));
      expect(error?.destination).toBe(SOURCE[4]);
      expect(decoded(error)).toMatchObject({ rcode: 1, quote: inside });
    }
  });

  test('and behind two the same', () => {
    const carrier = routerOf('carrier', { nat: { ...nat, address: '203.0.113.88' } });
    const net = new TestNetwork(areaOf([home(), carrier, routerOf('beyond', { addresses: beyond })]));
    for (const [packet, kind] of [
      [datagram(4, { ttl: 3 }, inside), 'error'],
      [datagram(4, {}, inside), 'error'],
      [ping(4), 'echo'],
    ] as const) {
      const [answer] = net.answersTo(packet);
      expect(answer?.destination).toBe(SOURCE[4]);
      expect(decoded(answer)).toMatchObject(
        kind === 'error' ? { kind, quote: inside } : { kind, rid: 0x2a01 },
      );
    }
  });
});
