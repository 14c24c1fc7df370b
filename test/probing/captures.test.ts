import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { checksum, isIntact, writeChecksum } from '../../src/io/packet/checksum.ts';
import { decode } from '../../src/io/packet/decode.ts';
import { addressesOf, UDP } from '../../src/io/packet/ip.ts';
import type { Probe } from '../../src/probing/flight.ts';
import { outcomeOf } from '../../src/probing/results.ts';
import { type CapturedPacket, packetsOf, Replay, throughKernel } from '../support/capture.ts';
import { onTheWire, pseudoRandom } from '../support/in-flight.ts';
import { ADDRESSES } from '../support/network.ts';

/** What a network answered to probes of all protocols: test/captures/record.ts made it. */
const packets = packetsOf(readFileSync(join(import.meta.dirname, '../captures/network.pcap')));
const own = [ADDRESSES.source[4], ADDRESSES.source[6]];
const replay = new Replay(packets, 7, own);

const probeOf = (packet: CapturedPacket): Probe | undefined => {
  const received = throughKernel(packet);
  const answer = received && decode(received);
  return answer && replay.routes.find(answer);
};

describe('a real capture', () => {
  test('has probes of every protocol, as our own codec makes them', () => {
    const protocols = new Set<number>();
    for (const [probe, { bytes, body, family }] of replay.probes) {
      protocols.add(probe.settings.protocol);
      const expected = onTheWire(probe, { source: ADDRESSES.source[family] });
      expect(bytes.subarray(body).toString('hex')).toBe(expected.subarray(body).toString('hex'));
    }
    expect([...protocols].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(replay.probes.size).toBeGreaterThan(300);
  });

  test('has answers of every kind, each about a probe of its own', () => {
    const kinds = new Map<string, Set<Probe>>();
    for (const packet of replay.answers) {
      const received = throughKernel(packet);
      const answer = received && decode(received);
      const probe = answer && replay.routes.find(answer);
      if (!answer || !probe) continue;
      const code = answer.icmptype === null ? '' : ` ${answer.icmptype}/${answer.rcode}`;
      const kind = `${answer.family} ${probe.route.protocol} ${outcomeOf(probe, answer)}${code}`;
      const probes = kinds.get(kind) ?? new Set();
      // Nothing was answered twice.
      expect(probes.has(probe)).toBe(false);
      kinds.set(kind, probes.add(probe));
    }
    expect([...kinds.keys()].sort()).toMatchInlineSnapshot(`
      [
        "4 1 reply 0/0",
        "4 1 ttl_exceeded 11/0",
        "4 1 unreachable 3/10",
        "4 1 unreachable 3/4",
        "4 17 refused 3/3",
        "4 17 reply",
        "4 17 ttl_exceeded 11/0",
        "4 17 unreachable 3/0",
        "4 17 unreachable 3/1",
        "4 17 unreachable 3/10",
        "4 17 unreachable 3/2",
        "4 17 unreachable 3/3",
        "4 17 unreachable 3/9",
        "4 6 refused",
        "4 6 reply",
        "4 6 ttl_exceeded 11/0",
        "4 6 unreachable 3/0",
        "4 6 unreachable 3/1",
        "4 6 unreachable 3/10",
        "4 6 unreachable 3/2",
        "4 6 unreachable 3/3",
        "4 6 unreachable 3/9",
        "6 17 refused 1/4",
        "6 17 reply",
        "6 17 ttl_exceeded 3/0",
        "6 17 unreachable 1/0",
        "6 17 unreachable 1/1",
        "6 17 unreachable 1/3",
        "6 17 unreachable 1/4",
        "6 17 unreachable 2/0",
        "6 58 reply 129/0",
        "6 58 ttl_exceeded 3/0",
        "6 58 unreachable 1/0",
        "6 6 refused",
        "6 6 reply",
        "6 6 ttl_exceeded 3/0",
        "6 6 unreachable 1/0",
        "6 6 unreachable 1/1",
        "6 6 unreachable 1/3",
        "6 6 unreachable 1/4",
      ]
    `);
  });
});

/** Changes a packet as noise, a broken device or an attacker would, and says which packets went into it. */
function mutate(random: () => number): { packet: CapturedPacket; from: CapturedPacket[] } {
  const pick = () => replay.answers[random() % replay.answers.length] as CapturedPacket;
  const original = pick();
  const from = [original];
  let bytes: Buffer = Buffer.from(original.bytes);
  for (let count = 1 + (random() % 4); count > 0; count--) {
    const at = random() % bytes.length;
    const kind = random() % 8;
    if (kind < 3) bytes[at] = (bytes[at] as number) ^ (1 << (random() % 8));
    else if (kind < 5) bytes[at] = random();
    else if (kind === 5) bytes.fill(random() % 2 ? 0xff : 0, at, Math.min(at + 2, bytes.length));
    else if (kind === 6) {
      const other = pick();
      from.push(other);
      bytes.set(other.bytes.subarray(at, Math.min(at + (random() % 32), bytes.length)), at);
    } else {
      const length = original.body + (random() % (bytes.length + 8));
      bytes = Buffer.concat([bytes, Buffer.alloc(64, random())]).subarray(0, length);
    }
  }
  return { packet: { ...original, bytes }, from };
}

/** Makes all checksums right again, as an attacker would. */
function seal(packet: CapturedPacket): void {
  const { family, protocol, bytes, body } = packet;
  if (bytes.length < body + 20) return;
  writeChecksum(protocol, bytes.subarray(body), addressesOf(family, bytes, 0));
  if (family === 6) return;
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.writeUInt16BE(0, 10);
  bytes.writeUInt16BE(checksum(bytes, 0, body), 10);
}

/** Whether a damaged packet has a right checksum all the same. */
const isSealed = ({ family, protocol, bytes, body }: CapturedPacket): boolean =>
  protocol === UDP &&
  // Of IPv4, zero says that there is none.
  (bytes.readUInt16BE(body + 6) === 0 || isIntact(UDP, bytes.subarray(body), addressesOf(family, bytes, 0)));

const collectGarbage = (): number => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
};

// Those are counted that get past the kernel, which keeps back what it finds damaged.
describe('of 1,000,000 packets made of real ones', () => {
  test.each([
    ['600,000 that were damaged', 600_000, false],
    ['400,000 that were forged, with right checksums', 400_000, true],
  ])(
    '%s: none throws, none is credited to a probe that it is not about, and nothing stays',
    (_, count, forged) => {
      const random = pseudoRandom(forged ? 1 : 2);
      const probesOf = new Map(replay.answers.map((packet) => [packet, probeOf(packet)]));
      const before = collectGarbage();
      let credited = 0;
      const wrong: string[] = [];
      for (let decoded = 0; decoded < count; ) {
        const { packet, from } = mutate(random);
        if (forged) seal(packet);
        const received = throughKernel(packet);
        if (!received) continue;
        decoded++;
        const answer = decode(received);
        const probe = answer && replay.routes.find(answer);
        if (!probe) continue;
        credited++;
        // Nothing but addresses, ports and checksum says what UDP is about: whoever knows them can forge it,
        // and damage to two of them may cancel out.
        if (probe.route.protocol === UDP && (forged || isSealed(packet))) continue;
        if (!from.some((each) => probesOf.get(each) === probe)) wrong.push(packet.bytes.toString('hex'));
      }
      expect(wrong).toEqual([]);
      expect(credited).toBeGreaterThan(count / 100);
      expect(collectGarbage() - before).toBeLessThan(2 ** 20);
    },
    120_000,
  );
});
