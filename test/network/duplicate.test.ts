import { expect, test } from 'vitest';
import { chiSquareDeviation, FAR } from './statistics.ts';
import { anyPacket, expectChain, MANY, measure, pipeOf } from './support.ts';

test.each([
  [0.1, 0],
  [0.5, 0],
  [0.2, 0.5],
])('a share of %f arrives twice, with a correlation of %f', (probability, correlation) => {
  const duplicate = { probability, correlation };
  const copies = measure(pipeOf({ duplicate }), MANY, (out) => out.length);
  expect(copies.every((each) => each === 1 || each === 2)).toBe(true);
  expectChain(
    copies.map((each) => each - 1),
    duplicate,
  );
});

test('a copy is like the packet and arrives with it, yet is another: what becomes of one becomes not of the other', () => {
  const pipe = pipeOf({ duplicate: { probability: 1, correlation: 0 }, delay: 5 });
  const packet = anyPacket();
  const before = { ...packet };
  const [one, two, ...more] = pipe.transmit(packet, 7);
  expect(more).toEqual([]);
  expect([one?.at, two?.at]).toEqual([12, 12]);
  expect([one?.packet, two?.packet]).toEqual([before, before]);
  one!.packet.ttl--;
  expect(two?.packet.ttl).toBe(before.ttl);
});

test('one of the two is lost where a packet is both lost and duplicated', () => {
  const [lost, duplicated] = [0.3, 0.2];
  const pipe = pipeOf({
    loss: { probability: lost, correlation: 0 },
    duplicate: { probability: duplicated, correlation: 0 },
  });
  const counts = [0, 0, 0];
  measure(pipe, MANY, (out) => {
    counts[out.length]!++;
  });
  const shares = [
    lost * (1 - duplicated),
    lost * duplicated + (1 - lost) * (1 - duplicated),
    (1 - lost) * duplicated,
  ];
  expect(
    chiSquareDeviation(
      counts,
      shares.map((share) => share * MANY),
    ),
  ).toBeLessThan(FAR);
});

test('each copy waits for the rate', () => {
  const pipe = pipeOf({ duplicate: { probability: 1, correlation: 0 }, rate: 8e6 });
  expect(pipe.transmit(anyPacket(100), 0).map(({ at }) => at)).toEqual([100_000, 200_000]);
});
