import { describe, expect, test } from 'vitest';
import { answerOf, DEFAULT_HOST } from '../../src/network/host.ts';
import { icmpError, timeExceeded } from '../../src/network/icmp-error.ts';
import { Nat, type NatSettings } from '../../src/network/nat.ts';
import type { Packet } from '../../src/network/packet.ts';
import { SECOND } from '../../src/network/scheduler.ts';
import { ROUTER, SOURCE } from '../support/packets.ts';
import { datagram, decoded, isRight, PROBE_NAMES, PROBES, packetOf, ping } from './packets.ts';
import { randomOf } from './support.ts';

const OUTSIDE = '203.0.113.77';
const timeout = 30 * SECOND;

const natOf = (changed: Partial<NatSettings> = {}): Nat =>
  new Nat({ address: OUTSIDE, timeout, quotes: 'restored', ...changed }, randomOf(1)('nat'));

const expired = (about: Packet, quote?: number): Packet =>
  icmpError(about, ROUTER[4], timeExceeded(about), quote)!;

describe.each(PROBE_NAMES)('an error about a %s from inside', (name) => {
  test.each([8, 16, 18, 28, 1500])('quotes it as it was inside, be it %i bytes of it', (quote) => {
    const nat = natOf();
    const packet = PROBES[name](4);
    const inside = nat.inward(expired(nat.outward(packet, 0)!, quote), 0)!;
    expect(inside).toEqual(expired(packet, quote));
    expect(decoded(inside)).toMatchObject({ kind: 'error', cause: 'ttl exceeded' });
  });

  test('may be left as it was outside', () => {
    const nat = natOf({ quotes: 'kept' });
    const error = expired(nat.outward(PROBES[name](4), 0)!);
    const inside = nat.inward({ ...error }, 0)!;
    expect(inside).toEqual({ ...error, destination: SOURCE[4] });
    expect(isRight(inside)).toBe(true);
  });

  test('stays damaged where it is', () => {
    const nat = natOf();
    const out = nat.outward(PROBES[name](4), 0)!;
    const error = expired(out);
    for (let bit = 0; bit < 16; bit++) {
      const damaged = Buffer.from(error.payload);
      damaged.writeUInt16BE(damaged.readUInt16BE(2) ^ (1 << bit), 2);
      expect(isRight(nat.inward({ ...error, payload: damaged }, 0)!)).toBe(false);
    }
    expect(error).toEqual(expired(out));
  });

  test('keeps no binding alive', () => {
    const nat = natOf();
    const error = expired(nat.outward(PROBES[name](4), 0)!);
    expect(nat.inward(error, timeout)).toBeDefined();
    expect(nat.inward(error, timeout + 1)).toBeUndefined();
  });

  test('does not come in where it quotes what nobody inside has sent, or too little to tell', () => {
    const nat = natOf();
    const packet = PROBES[name](4, { source: OUTSIDE });
    expect(nat.inward(expired(packet), 0)).toBeUndefined();
    const error = expired(nat.outward(PROBES[name](4), 0)!);
    for (let length = 8; length < 8 + 20 + 8; length++)
      expect(nat.inward({ ...error, payload: error.payload.subarray(0, length) }, 0)).toBeUndefined();
  });
});

test('IPv6 and what is for others pass as they are', () => {
  const nat = natOf();
  for (const packet of [ping(6), datagram(6), expired(ping(4))]) {
    const before = structuredClone(packet);
    if (packet.family === 6) expect(nat.outward(packet, 0)).toBe(packet);
    expect(nat.inward(packet, 0)).toBe(packet);
    expect(structuredClone(packet)).toEqual(before);
  }
});

test('what has neither ports nor an identifier does not get out', () => {
  const nat = natOf();
  const reply = answerOf(ping(4), DEFAULT_HOST)!;
  for (const packet of [packetOf(4, 47, Buffer.alloc(40)), expired(ping(4)), reply])
    expect(nat.outward(packet, 0)).toBeUndefined();
  for (const [name, length] of [
    ['ping', 5],
    ['syn', 1],
    ['datagram', 1],
  ] as const) {
    const packet = PROBES[name](4);
    expect(nat.outward({ ...packet, payload: packet.payload.subarray(0, length) }, 0)).toBeUndefined();
    const inward = { ...packet, destination: OUTSIDE, payload: packet.payload.subarray(0, length) };
    expect(nat.inward(inward, 0)).toBeUndefined();
  }
});

describe('with all identifiers in use', () => {
  const ids = 65_536 - 1024;
  const packet = datagram(4);
  /** One of somebody inside, whose port is his number; without checksum. */
  const from = (number: number): Packet => {
    const payload = Buffer.from(packet.payload);
    payload.writeUInt16BE(number, 0);
    payload.writeUInt16BE(0, 6);
    return { ...packet, payload };
  };
  const fill = (nat: Nat, now: number, first: number, count: number): Set<number> =>
    new Set(
      Array.from({ length: count }, (_, index) =>
        nat.outward(from(first + index), now)!.payload.readUInt16BE(0),
      ),
    );

  test('each has one of its own, the next one does not get out, and those who have one do', () => {
    const nat = natOf();
    expect(fill(nat, 0, 0, ids).size).toBe(ids);
    expect(nat.outward(from(ids), 0)).toBeUndefined();
    expect(nat.outward(from(0), 0)).toBeDefined();
    expect(nat.outward(ping(4), 0)).toBeDefined();
    expect(nat.outward(from(ids), timeout)).toBeUndefined();
    // That of the first of them has been used since.
    expect(nat.outward(from(ids), timeout + 1)).toBeDefined();
  });

  test('one that somebody has left and another has got is the other’s, though the first comes back', () => {
    const nat = natOf();
    const left = nat.outward(from(0), 0)!;
    fill(nat, timeout + 1, 1, ids - 1);
    const now = 2 * timeout + 2;
    const got = nat.outward(from(ids), now)!;
    expect(got.payload.readUInt16BE(0)).toBe(left.payload.readUInt16BE(0));
    expect(nat.outward(from(0), now)).toBeDefined();
    const echo = { ...DEFAULT_HOST, udp: { ports: new Map(), others: 'echo' as const } };
    expect(nat.inward(answerOf(got, echo)!, now)?.payload.readUInt16BE(2)).toBe(ids);
  });
});
