import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/network/scheduler.ts';
import { meanOf } from './statistics.ts';
import { anyPacket, MANY, pipeOf, randomOf } from './support.ts';

/** 100 bytes take 100 µs. */
const rate = 8e6;
const packet = anyPacket(100);
const TIME = 100_000;

test('a packet takes as long as its bits at the rate, rounded to a nanosecond', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 65_535 }),
      fc.integer({ min: 1, max: 1e12 }),
      fc.integer({ min: 0, max: 2 ** 40 }),
      (length, rate, now) => {
        const [arrival] = pipeOf({ rate }).transmit(anyPacket(length), now);
        const twice = (BigInt(length * 8) * 2n * BigInt(SECOND)) / BigInt(rate);
        expect(arrival?.at).toBe(now + Number((twice + 1n) / 2n));
      },
    ),
    { seed: 1 },
  );
});

test('packets of any lengths that come at once leave one after the other, at the rate', () => {
  const pipe = pipeOf({ rate: 1e9, limit: MANY });
  const random = randomOf(1)('lengths');
  let bits = 0;
  let wrong = 0;
  let last = 0;
  for (let index = 0; index < MANY; index++) {
    const length = 40 + random.below(1460);
    bits += length * 8;
    const [arrival] = pipe.transmit(anyPacket(length), 0);
    if (arrival?.at !== last + length * 8) wrong++;
    last = arrival?.at ?? 0;
  }
  expect(wrong).toBe(0);
  expect(last).toBe(bits);
});

describe.each([1, 10, 1000])('with room for %i to wait', (limit) => {
  test('those beyond, and the one that is being sent, are lost', () => {
    const pipe = pipeOf({ rate, limit });
    const out = Array.from({ length: limit + 5 }, () => pipe.transmit(packet, 0));
    const expected = Array.from({ length: limit + 1 }, (_, index) => (index + 1) * TIME);
    expect(out.flat().map(({ at }) => at)).toEqual(expected);
    expect(out.slice(limit + 1).flat()).toEqual([]);
  });

  test('there is room again as soon as one has left, and not before', () => {
    const pipe = pipeOf({ rate, limit });
    for (let index = 0; index <= limit; index++) pipe.transmit(packet, 0);
    expect(pipe.transmit(packet, TIME - 1)).toEqual([]);
    expect(pipe.transmit(packet, TIME).map(({ at }) => at)).toEqual([(limit + 2) * TIME]);
    expect(pipe.transmit(packet, TIME)).toEqual([]);
  });

  test('the queue is empty when all have left', () => {
    const pipe = pipeOf({ rate, limit });
    for (let index = 0; index <= limit; index++) pipe.transmit(packet, 0);
    const drained = (limit + 1) * TIME;
    expect(pipe.transmit(packet, drained).map(({ at }) => at)).toEqual([drained + TIME]);
    expect(pipe.transmit(packet, drained + 5 * TIME).map(({ at }) => at)).toEqual([drained + 6 * TIME]);
  });

  test('half as much again as the rate: a third is lost, the rest comes at the rate, as late as the queue is long', () => {
    const pipe = pipeOf({ rate, limit });
    const took: number[] = [];
    let last = 0;
    // Three come while two are sent.
    for (let index = 0; index < MANY; index++) {
      const now = Math.floor((index * 2 * TIME) / 3);
      for (const { at } of pipe.transmit(packet, now)) {
        took.push(at - now);
        last = at;
      }
    }
    expect(last / took.length / TIME).toBeCloseTo(1, 3);
    expect(took.length / MANY).toBeCloseTo(2 / 3, 2);
    const full = took.slice(-MANY / 2);
    expect(Math.max(...new Set(full))).toBeLessThanOrEqual((limit + 1) * TIME);
    expect(Math.min(...new Set(full))).toBeGreaterThan(limit * TIME);
  });
});

test('packets that come at random wait as long as queueing theory says', () => {
  const load = 0.6;
  const pipe = pipeOf({ rate, limit: MANY });
  const random = randomOf(1)('arrivals');
  let now = 0;
  const waited = Array.from({ length: 2 * MANY }, () => {
    now += Math.round((-Math.log(random.uniform()) * TIME) / load);
    return pipe.transmit(packet, now)[0]!.at - now - TIME;
  });
  // Pollaczek and Khinchine, for packets of one length.
  const expected = (load / (2 * (1 - load))) * TIME;
  expect(Math.abs(meanOf(waited) / expected - 1)).toBeLessThan(0.02);
});

test('the delay comes after the rate, and is nothing that anybody waits for', () => {
  const pipe = pipeOf({ rate, limit: 1, delay: SECOND });
  for (let index = 0; index < 100; index++)
    expect(pipe.transmit(packet, index * TIME).map(({ at }) => at)).toEqual([(index + 1) * TIME + SECOND]);
});

test('without a rate nobody waits', () => {
  const pipe = pipeOf({ limit: 1, delay: 5 });
  for (let index = 0; index < 100; index++) expect(pipe.transmit(packet, 0)[0]?.at).toBe(5);
});

test('another rate is for the packets that come from then on, behind those that wait', () => {
  const pipe = pipeOf({ rate });
  pipe.transmit(packet, 0);
  pipe.transmit(packet, 0);
  pipe.impairments = { ...pipe.impairments, rate: rate / 2 };
  expect(pipe.transmit(packet, 10)[0]?.at).toBe(4 * TIME);
});
