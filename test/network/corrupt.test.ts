import { describe, expect, test } from 'vitest';
import type { Packet } from '../../src/network/packet.ts';
import { chiSquareDeviation, FAR } from './statistics.ts';
import { anyPacket, expectChain, MANY, pipeOf } from './support.ts';

const ALWAYS = { probability: 1, correlation: 0 };

/** The places of the bits in which two payloads differ. */
function turned(before: Buffer, after: Buffer): number[] {
  const bits: number[] = [];
  if (after.equals(before)) return bits;
  for (let index = 0; index < before.length; index++) {
    const difference = before[index]! ^ after[index]!;
    for (let bit = 0; bit < 8; bit++) if ((difference >> bit) & 1) bits.push(index * 8 + bit);
  }
  return bits;
}

const payload = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 37) & 0xff));
const original = Buffer.from(payload);
const packet = (): Packet => ({ ...anyPacket(), payload });

describe.each([
  [0.5, 0],
  [0.2, 0.5],
])('with a share of %f and a correlation of %f', (probability, correlation) => {
  const pipe = pipeOf({ corrupt: { probability, correlation } });
  const bits = Array.from({ length: MANY }, () =>
    turned(original, pipe.transmit(packet(), 0)[0]!.packet.payload),
  );

  test('as many are corrupted', () => {
    expectChain(
      bits.map(({ length }) => Math.min(length, 1)),
      { probability, correlation },
    );
  });

  test('exactly one bit is flipped, and each as often as the others', () => {
    expect(Math.max(...new Set(bits.map(({ length }) => length)))).toBe(1);
    const counts = new Array<number>(64 * 8).fill(0);
    for (const [bit] of bits) if (bit !== undefined) counts[bit]!++;
    const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(
      chiSquareDeviation(
        counts,
        counts.map(() => expected),
      ),
    ).toBeLessThan(FAR);
  });

  test('the bytes that were sent, which others may share, stay as they were', () => {
    expect(payload).toEqual(original);
  });
});

test('of two copies each has its own fate', () => {
  const corrupt = { probability: 0.3, correlation: 0 };
  const pipe = pipeOf({ duplicate: ALWAYS, corrupt });
  const counts = new Map<string, number>();
  for (let index = 0; index < MANY; index++) {
    const bits = pipe.transmit(packet(), 0).map((each) => turned(original, each.packet.payload).length);
    counts.set(`${bits}`, (counts.get(`${bits}`) ?? 0) + 1);
  }
  const fates = ['0,0', '0,1', '1,0', '1,1'];
  expect([...counts.keys()].sort()).toEqual(fates);
  const expected = [0.49, 0.21, 0.21, 0.09].map((share) => share * MANY);
  expect(
    chiSquareDeviation(
      fates.map((fate) => counts.get(fate)!),
      expected,
    ),
  ).toBeLessThan(FAR);
});

test('nothing but the payload changes, and an empty one has nothing to change', () => {
  const pipe = pipeOf({ corrupt: ALWAYS });
  const before = packet();
  const { payload: after, ...header } = pipe.transmit({ ...before }, 0)[0]!.packet;
  expect({ ...header, payload }).toEqual(before);
  expect(turned(original, after)).toHaveLength(1);
  expect(pipe.transmit({ ...anyPacket(20) }, 0)).toHaveLength(1);
});
