import { describe, expect, test } from 'vitest';
import { REJECTIONS } from '../../src/network/icmp-error.ts';
import type { Packet } from '../../src/network/packet.ts';
import type { Routed } from '../../src/network/router.ts';
import { SECOND } from '../../src/network/scheduler.ts';
import { icmp, ROUTER, SOURCE, TARGET } from '../support/packets.ts';
import { routerOf } from './networks.ts';
import { datagram, decoded, FAMILIES, PROBE_NAMES, PROBES, packetOf, ping } from './packets.ts';

const errorOf = (routed: Routed): Packet | undefined =>
  routed && 'error' in routed ? routed.error : undefined;
const onwardOf = (routed: Routed): Packet | undefined =>
  routed && 'onward' in routed ? routed.onward : undefined;

describe.each(FAMILIES)('a router of IPv%i', (family) => {
  test('passes a packet on, with a TTL of one less, both ways', () => {
    const router = routerOf('r');
    expect(onwardOf(router.forward(ping(family, { ttl: 2 }), 0, 0))).toEqual(ping(family, { ttl: 1 }));
    expect(router.backward(ping(family, { ttl: 2 }), 0)).toEqual(ping(family, { ttl: 1 }));
  });

  test.each(PROBE_NAMES)('says so where the TTL of a %s runs out, to its sender', (name) => {
    const error = errorOf(routerOf('r').forward(PROBES[name](family, { ttl: 1 }), 0, 0));
    expect(error?.destination).toBe(SOURCE[family]);
    expect(decoded(error)).toMatchObject({
      kind: 'error',
      address: ROUTER[family],
      cause: 'ttl exceeded',
      quote: { address: TARGET[family] },
    });
  });

  test('says nothing where that happens to an answer', () => {
    expect(routerOf('r').backward(ping(family, { ttl: 1 }), 0)).toBeUndefined();
  });

  test('has one address for each IP version, and sends no errors of one that it has none for', () => {
    const only = routerOf('r', { addresses: { [family === 4 ? 6 : 4]: '2001:db8:ffff::9' } });
    expect(only.forward(ping(family, { ttl: 1 }), 0, 0)).toBeUndefined();
    expect(only.has(ROUTER[family])).toBe(false);
    expect(only.has('2001:db8:ffff::9')).toBe(true);
    expect(routerOf('r').has(ROUTER[family])).toBe(true);
  });

  test.each(REJECTIONS)('refuses whatever would go on when it is to, with %s', (rejection) => {
    const router = routerOf('r');
    router.rejection = rejection;
    const codes = {
      'no-route': [0, 0],
      'host-unreachable': [1, 3],
      'port-unreachable': [3, 4],
      'admin-prohibited': [13, 1],
    };
    for (const name of PROBE_NAMES)
      expect(decoded(errorOf(router.forward(PROBES[name](family), 0, 0)))).toMatchObject({
        address: ROUTER[family],
        icmptype: family === 4 ? 3 : 1,
        rcode: codes[rejection][family === 4 ? 0 : 1],
      });
    // What comes to its end there does not go on, and what is under way back is not asked.
    const expired = errorOf(router.forward(ping(family, { ttl: 1 }), 0, 0));
    expect(decoded(expired)).toMatchObject({ cause: 'ttl exceeded' });
    expect(router.backward(ping(family), 0)).toBeDefined();
  });

  test('quotes as much as it is told to', () => {
    for (const quote of [8, 28, 100]) {
      const packet = datagram(family, { ttl: 1 }, { rid: 1000, data: Buffer.alloc(200) });
      const error = errorOf(routerOf('r', { quote }).forward(packet, 0, 0));
      expect(error?.payload.length).toBe(8 + (family === 4 ? 20 : 40) + quote);
      expect(decoded(error)).toMatchObject({ quote: { port: 53, rid: 1000 } });
    }
  });

  test('loses everything in an outage, and as many have to end as have begun', () => {
    const router = routerOf('r');
    router.outages = 2;
    for (const outages of [2, 1]) {
      router.outages = outages;
      expect(router.forward(ping(family), 0, 0)).toBeUndefined();
      expect(router.forward(ping(family, { ttl: 1 }), 0, 0)).toBeUndefined();
      expect(router.backward(ping(family), 0)).toBeUndefined();
    }
    router.outages = 0;
    expect(router.forward(ping(family), 0, 0)).toBeDefined();
  });

  test('sends no error about an error, and saves what it would have cost', () => {
    const router = routerOf('r', { errors: { rate: 1, burst: 1 } });
    const protocol = family === 4 ? 1 : 58;
    const error = () => packetOf(family, protocol, icmp(family, 3, 0, 0, ping(family).payload), { ttl: 1 });
    for (let index = 0; index < 3; index++) expect(router.forward(error(), 0, 0)).toBeUndefined();
    expect(errorOf(router.forward(ping(family, { ttl: 1 }), 0, 0))).toBeDefined();
  });
});

describe('ICMP errors are limited', () => {
  /** How many errors come of packets that expire at these times. */
  const errorsAt = (times: readonly number[], rate: number, burst: number): number[] => {
    const router = routerOf('r', { errors: { rate, burst } });
    const packet = ping(4);
    return times.filter((now) => errorOf(router.forward({ ...packet, ttl: 1 }, 0, now)));
  };
  const every = (interval: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => index * interval);

  test('to so many in a row, however many packets there are', () => {
    for (const burst of [1, 6, 50]) expect(errorsAt(new Array(1000).fill(0), 10, burst)).toHaveLength(burst);
  });

  test('to so many a second in the long run, and the burst at its start', () => {
    for (const [rate, burst] of [
      [10, 1],
      [100, 50],
      [7, 3],
    ] as const) {
      const seconds = 100;
      const sent = errorsAt(every(SECOND / 500, seconds * 500), rate, burst);
      expect(Math.abs(sent.length - (rate * seconds + burst))).toBeLessThanOrEqual(1);
      // Evenly: in no second more than the rate and the burst have to give.
      const late = sent.filter((at) => at >= 50 * SECOND && at < 60 * SECOND).length;
      expect(Math.abs(late - 10 * rate)).toBeLessThanOrEqual(1);
    }
  });

  test('not where there are fewer packets anyway', () => {
    expect(errorsAt(every(SECOND / 5, 1000), 10, 1)).toHaveLength(1000);
  });

  test('so that after a time without, a burst has room again, but no more than one', () => {
    const times = [...new Array(100).fill(0), ...new Array(100).fill(1000 * SECOND)];
    expect(errorsAt(times, 1, 20)).toHaveLength(40);
    const soon = [...new Array(100).fill(0), ...new Array(100).fill(7 * SECOND)];
    expect(errorsAt(soon, 1, 20)).toHaveLength(27);
  });

  test('to none at all with none a second', () => {
    expect(errorsAt(every(SECOND, 100), 0, 6)).toEqual([]);
  });

  test('of both IP versions and all kinds together', () => {
    const router = routerOf('r', { errors: { rate: 1, burst: 3 } });
    expect(errorOf(router.forward(ping(6, { ttl: 1 }), 0, 0))).toBeDefined();
    expect(errorOf(router.forward(ping(4), 40, 0))).toBeDefined();
    expect(router.refuse(ping(4), 'host-unreachable', 0)).toBeDefined();
    expect(router.forward(ping(4, { ttl: 1 }), 0, 0)).toBeUndefined();
    expect(router.refuse(ping(4), 'host-unreachable', 0)).toBeUndefined();
  });

  test('by default not', () => {
    expect(errorsAt(new Array(1000).fill(0), Number.POSITIVE_INFINITY, 1)).toHaveLength(1000);
  });
});
