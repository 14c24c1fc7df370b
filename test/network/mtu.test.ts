import { describe, expect, test } from 'vitest';
import { lengthOf } from '../../src/network/packet.ts';
import { ROUTER, TARGET } from '../support/packets.ts';
import { areaOf, linkOf, routerOf, TestNetwork } from './networks.ts';
import { datagram, decoded, FAMILIES, ping } from './packets.ts';

const second = { 4: '203.0.113.2', 6: '2001:db8:ffff::2' } as const;

/** near: 1500, middle: 1400, far: 1300 */
function network() {
  const near = linkOf('near', { mtu: 1500 });
  const middle = linkOf('middle', { mtu: 1400 });
  const far = linkOf('far', { mtu: 1300 });
  const last = routerOf('second', { addresses: second });
  return { near, middle, far, net: new TestNetwork(areaOf([near, routerOf('first'), middle, last, far])) };
}

describe.each(FAMILIES)('of IPv%i', (family) => {
  const header = family === 4 ? 20 : 40;
  const sized = (length: number) =>
    datagram(family, {}, { rid: 1000, data: Buffer.alloc(length - header - 8) });

  test.each([
    [1300, undefined],
    [1301, { address: second[family], mtu: 1300 }],
    [1400, { address: second[family], mtu: 1300 }],
    [1401, { address: ROUTER[family], mtu: 1400 }],
    [1500, { address: ROUTER[family], mtu: 1400 }],
  ])('a packet of %i bytes is answered by %o', (length, expected) => {
    const packet = sized(length);
    expect(lengthOf(packet)).toBe(length);
    const [answer, ...more] = network().net.answersTo(packet);
    expect(more).toEqual([]);
    const said = decoded(answer);
    if (!expected) {
      expect(said).toMatchObject({ kind: 'error', cause: 'port unreachable', address: TARGET[family] });
      return;
    }
    expect(said).toMatchObject({
      kind: 'error',
      address: expected.address,
      icmptype: family === 4 ? 3 : 2,
      rcode: family === 4 ? 4 : 0,
      quote: { address: TARGET[family], port: 53, rid: 1000 },
    });
    expect(answer?.payload.readUInt32BE(4)).toBe(expected.mtu);
  });

  test('a long datagram that may be fragmented is answered', () => {
    const [answer] = network().net.answersTo({ ...sized(3000), whole: false });
    expect(decoded(answer)).toMatchObject({ cause: 'port unreachable' });
  });

  test('the source is told the MTU of its own link', () => {
    const { net, near } = network();
    expect(net.network.mtuTo(TARGET[family])).toBe(1500);
    near.outages = 1;
    expect(net.network.mtuTo(TARGET[family])).toBe(0);
    expect(net.network.mtuTo(family === 4 ? '192.0.2.200' : '2001:db8:9::1')).toBe(0);
  });

  test('a link that is down is no reason to say anything', () => {
    const { net, middle } = network();
    middle.outages = 1;
    expect(net.answersTo(sized(1500))).toEqual([]);
  });

  test('a TTL that runs out comes first', () => {
    const [answer] = network().net.answersTo({ ...sized(1500), ttl: 1 });
    expect(decoded(answer)).toMatchObject({ cause: 'ttl exceeded' });
  });

  test('a link without one takes everything', () => {
    const net = new TestNetwork(areaOf([linkOf('near'), routerOf('first'), linkOf('far')]));
    expect(net.answersTo(ping(family, {}, { data: Buffer.alloc(60_000) }))).toHaveLength(1);
  });
});
