import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, DEFAULT_HOST } from '../../src/network/host.ts';
import { Nat } from '../../src/network/nat.ts';
import type { Packet } from '../../src/network/packet.ts';
import { SECOND } from '../../src/network/scheduler.ts';
import { SOURCE, TARGET } from '../support/packets.ts';
import { datagram, isRight, PROBE_NAMES, PROBES } from './packets.ts';
import { randomOf } from './support.ts';

const OUTSIDE = '203.0.113.77';
const timeout = 30 * SECOND;

const natOf = (seed = 1): Nat =>
  new Nat({ address: OUTSIDE, timeout, quotes: 'restored' }, randomOf(seed)('nat'));

/** The port, or identifier, that a packet from inside has got. */
const idOf = ({ protocol, payload }: Packet): number => payload.readUInt16BE(protocol === 1 ? 4 : 0);

const HOST = { ...DEFAULT_HOST, udp: { ports: new Map(), others: 'echo' as const } };

const octet = fc.integer({ min: 1, max: 254 });
const probes = fc
  .record({
    name: fc.constantFrom(...PROBE_NAMES),
    source: octet.map((last) => `192.168.1.${last}`),
    destination: octet.map((last) => `198.51.100.${last}`),
    rid: fc.nat(65_535),
    data: fc.string({ maxLength: 40 }),
  })
  .map(({ name, source, destination, rid, data }) => {
    return PROBES[name](4, { source, destination }, { rid, data: Buffer.from(data) });
  });

test('a packet has the outside’s address and an identifier of its, and is otherwise what it was', () => {
  fc.assert(
    fc.property(probes, fc.nat(), (packet, seed) => {
      const before = structuredClone(packet);
      const out = natOf(seed).outward(packet, 0)!;
      expect(out).toMatchObject({
        source: OUTSIDE,
        destination: packet.destination,
        ttl: packet.ttl,
        origin: 7,
      });
      expect(idOf(out)).toBeGreaterThanOrEqual(1024);
      expect(isRight(out)).toBe(true);
      const same = Buffer.from(out.payload);
      same.writeUInt16BE(idOf(packet), packet.protocol === 1 ? 4 : 0);
      const place = { 1: 2, 6: 16, 17: 6 }[packet.protocol]!;
      same.writeUInt16BE(packet.payload.readUInt16BE(place), place);
      expect(same).toEqual(packet.payload);
      // Others may share its bytes.
      expect(structuredClone(packet)).toEqual(before);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('an answer is, once inside, what it would have been without', () => {
  const nat = natOf();
  fc.assert(
    fc.property(probes, (packet) => {
      const inside = nat.inward(answerOf(nat.outward(packet, 0)!, HOST)!, 0)!;
      expect(isRight(inside)).toBe(true);
      expect(inside).toEqual(answerOf(packet, HOST));
    }),
    { seed: 2, numRuns: 500 },
  );
});

describe.each(PROBE_NAMES)('for a %s', (name) => {
  const probe = PROBES[name];
  const packet = (source: string = SOURCE[4], destination: string = TARGET[4]) =>
    probe(4, { source, destination });
  const reply = (out: Packet): Packet => answerOf(out, HOST)!;

  test('the same inside is the same outside, whatever the destination', () => {
    const nat = natOf();
    const first = idOf(nat.outward(packet(), 0)!);
    expect(idOf(nat.outward(packet(), 5)!)).toBe(first);
    expect(idOf(nat.outward(packet(SOURCE[4], '198.51.100.8'), 5)!)).toBe(first);
  });

  test('another inside is another outside', () => {
    const nat = natOf();
    const outs = [packet(), packet('192.0.2.2'), probe(4, {}, { rid: 9 })].map(
      (each) => nat.outward(each, 0)!,
    );
    expect(new Set(outs.map(idOf)).size).toBe(3);
    expect(outs.map((out) => nat.inward(reply(out), 0)?.destination)).toEqual([
      SOURCE[4],
      '192.0.2.2',
      SOURCE[4],
    ]);
  });

  test('a binding is forgotten when nobody has used it for longer than the timeout', () => {
    for (const [idle, kept] of [
      [timeout, true],
      [timeout + 1, false],
    ] as const) {
      const nat = natOf();
      const out = nat.outward(packet(), 0)!;
      expect(nat.inward(reply(out), idle) !== undefined).toBe(kept);
      const again = natOf();
      const first = idOf(again.outward(packet(), 0)!);
      expect(idOf(again.outward(packet(), idle)!) === first).toBe(kept);
    }
  });

  test('packets of either direction keep it', () => {
    const nat = natOf();
    const out = nat.outward(packet(), 0)!;
    expect(nat.inward(reply(out), timeout)).toBeDefined();
    expect(idOf(nat.outward(packet(), 2 * timeout)!)).toBe(idOf(out));
    expect(nat.inward(reply(out), 3 * timeout)).toBeDefined();
    expect(nat.inward(reply(out), 4 * timeout + 1)).toBeUndefined();
  });

  test('once it has another identifier, answers to the old one do not come in', () => {
    const nat = natOf();
    const old = nat.outward(packet(), 0)!;
    const now = timeout + 1;
    const young = nat.outward(packet(), now)!;
    expect(nat.inward(reply(old), now)).toBeUndefined();
    expect(nat.inward(reply(young), now)).toBeDefined();
  });

  test('nothing comes in that nobody has asked for', () => {
    const nat = natOf();
    const out = nat.outward(packet(), 0)!;
    const unasked = (each: keyof typeof PROBES, rid: number) =>
      nat.inward(reply(PROBES[each](4, { source: OUTSIDE }, { rid })), 0);
    for (const each of PROBE_NAMES) {
      expect(unasked(each, idOf(out)) !== undefined).toBe(each === name);
      expect(unasked(each, idOf(out) + 1)).toBeUndefined();
    }
  });

  test('a wrong checksum stays wrong, by as much', () => {
    const nat = natOf();
    const place = { 1: 2, 6: 16, 17: 6 }[packet().protocol]!;
    for (let bit = 0; bit < 16; bit++) {
      const wrong = packet();
      wrong.payload.writeUInt16BE(wrong.payload.readUInt16BE(place) ^ (1 << bit), place);
      expect(isRight(nat.outward(wrong, 0)!)).toBe(false);
      const answer = reply(nat.outward(packet(), 0)!);
      answer.payload.writeUInt16BE(answer.payload.readUInt16BE(place) ^ (1 << bit), place);
      expect(isRight(nat.inward(answer, 0)!)).toBe(false);
    }
  });
});

test('a datagram without checksum stays without', () => {
  const nat = natOf();
  const packet = datagram(4);
  packet.payload.writeUInt16BE(0, 6);
  expect(nat.outward(packet, 0)?.payload.readUInt16BE(6)).toBe(0);
});

test('a checksum that comes out as zero goes out as 0xFFFF, because to UDP zero means none', () => {
  const nat = natOf();
  const found = new Set<number>();
  for (let port = 0; port < 65_536; port++)
    found.add(nat.outward(datagram(4, {}, { port }), 0)!.payload.readUInt16BE(6));
  expect(found.has(0)).toBe(false);
  expect(found.has(0xffff)).toBe(true);
});
