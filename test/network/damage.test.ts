import { describe, expect, test } from 'vitest';
import { answerOf, DEFAULT_HOST, isIntact } from '../../src/network/host.ts';
import type { Packet } from '../../src/network/packet.ts';
import { datagram, decoded, FAMILIES, isRight, PROBE_NAMES, PROBES } from './packets.ts';

const OPEN = {
  ...DEFAULT_HOST,
  tcp: { ports: new Map(), others: 'open' as const },
  udp: { ports: new Map(), others: 'echo' as const },
};

const withBit = (packet: Packet, bit: number): Packet => {
  const payload = Buffer.from(packet.payload);
  payload[bit >> 3]! ^= 1 << (bit & 7);
  return { ...packet, payload };
};

describe.each(FAMILIES)('of IPv%i', (family) => {
  test.each(PROBE_NAMES)('no host answers a %s of which any bit has been turned', (name) => {
    const packet = PROBES[name](family);
    expect(isIntact(packet)).toBe(true);
    expect(answerOf(packet, OPEN)).toBeDefined();
    for (let bit = 0; bit < packet.payload.length * 8; bit++) {
      const damaged = withBit(packet, bit);
      expect([bit, isIntact(damaged), answerOf(damaged, OPEN)]).toEqual([bit, false, undefined]);
      expect(isRight(damaged)).toBe(false);
    }
  });

  test.each(PROBE_NAMES)('no host answers a %s that is cut short', (name) => {
    const packet = PROBES[name](family);
    for (let length = 0; length < packet.payload.length; length++)
      expect(answerOf({ ...packet, payload: packet.payload.subarray(0, length) }, OPEN)).toBeUndefined();
  });

  test('addresses that are not those of the checksum are noticed, except by ICMP of IPv4', () => {
    for (const name of PROBE_NAMES) {
      const astray = { ...PROBES[name](family), source: family === 4 ? '192.0.2.99' : '2001:db8::99' };
      expect(isIntact(astray)).toBe(family === 4 && name === 'ping');
    }
  });

  test('a datagram without checksum is taken in IPv4 alone', () => {
    const packet = datagram(family);
    packet.payload.writeUInt16BE(0, 6);
    const answer = answerOf(packet, OPEN);
    expect(decoded(answer)?.kind).toBe(family === 4 ? 'datagram' : undefined);
  });

  test('what has no checksum that a host knows of is whole', () => {
    expect(isIntact({ ...datagram(family), protocol: 47, payload: Buffer.alloc(1) })).toBe(true);
  });
});
