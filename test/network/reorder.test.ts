import { describe, expect, test } from 'vitest';
import { MILLISECOND } from '../../src/network/scheduler.ts';
import { FAR, geometricDeviation, shareDeviation } from './statistics.ts';
import { anyPacket, expectChain, MANY, measure, pipeOf } from './support.ts';

const delay = 10 * MILLISECOND;

/** Of packets that come in every millisecond: 1 for each that is not delayed, 0 for each that is, and -1 for any other. */
const overtakingOf = (probability: number, correlation: number, gap: number, count = MANY): number[] =>
  measure(pipeOf({ delay, reorder: { probability, correlation, gap } }), count, ([arrival], now) => {
    const took = arrival!.at - now;
    return took === 0 ? 1 : took === delay ? 0 : -1;
  });

test.each([
  [0.25, 0],
  [0.2, 0.5],
])('a share of %f is not delayed, with a correlation of %f', (probability, correlation) => {
  const overtaking = overtakingOf(probability, correlation, 1);
  expect(new Set(overtaking)).toEqual(new Set([0, 1]));
  expectChain(overtaking, { probability, correlation });
});

describe.each([2, 5, 10])('with a gap of %i', (gap) => {
  const probability = 0.25;
  const places = overtakingOf(probability, 0, gap).flatMap((one, index) => (one === 1 ? [index + 1] : []));
  const distances = places.map((place, index) => place - (places[index - 1] ?? 0));

  test('so many packets but one are delayed, then each next one may overtake', () => {
    expect(Math.min(...new Set(distances))).toBe(gap);
    expect(
      geometricDeviation(
        distances.map((distance) => distance - gap + 1),
        probability,
      ),
    ).toBeLessThan(FAR);
  });

  test('every so-manieth overtakes where all may', () => {
    const all = overtakingOf(1, 0, gap, 1000);
    expect(all).toEqual(all.map((_, index) => ((index + 1) % gap === 0 ? 1 : 0)));
  });
});

test('those that are not delayed come out before those of up to the delay ago', () => {
  const pipe = pipeOf({ delay, reorder: { probability: 0.1, correlation: 0, gap: 20 } });
  const arrivals = Array.from({ length: 10_000 }, (_, index) => {
    const [arrival] = pipe.transmit({ ...anyPacket(), origin: index }, index * MILLISECOND);
    return { at: arrival!.at, origin: index };
  });
  const order = [...arrivals].sort((a, b) => a.at - b.at).map(({ origin }) => origin);
  const overtakers = order.flatMap((origin, place) => (order[place + 1] === origin - 9 ? [origin] : []));
  const undelayed = arrivals.filter(({ at, origin }) => at === origin * MILLISECOND);
  expect(undelayed.length).toBeGreaterThan(300);
  expect(overtakers).toEqual(undelayed.map(({ origin }) => origin));
});

test('packets that are lost count for nothing', () => {
  const pipe = pipeOf({
    delay,
    loss: { probability: 0.5, correlation: 0 },
    reorder: { probability: 1, correlation: 0, gap: 3 },
  });
  const took = measure(pipe, 3000, (out, now) => out.map(({ at }) => at - now)).flat();
  expect(took).toEqual(took.map((_, index) => ((index + 1) % 3 === 0 ? 0 : delay)));
});

test('jitter is for the others', () => {
  const pipe = pipeOf({ delay, jitter: MILLISECOND, reorder: { probability: 0.25, correlation: 0, gap: 1 } });
  const took = measure(pipe, MANY, ([arrival], now) => arrival!.at - now);
  const undelayed = took.filter((each) => each === 0).length;
  expect(Math.abs(shareDeviation(undelayed, MANY, 0.25))).toBeLessThan(FAR);
  expect(took.every((each) => each === 0 || Math.abs(each - delay) <= MILLISECOND)).toBe(true);
});
