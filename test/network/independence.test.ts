import { describe, expect, test } from 'vitest';
import type { Impairments } from '../../src/network/impairments.ts';
import { Link } from '../../src/network/link.ts';
import { MILLISECOND } from '../../src/network/scheduler.ts';
import { FAR, lagCorrelation } from './statistics.ts';
import { MANY, measure, pipeOf, randomOf } from './support.ts';

const half = { probability: 0.5, correlation: 0 };

/** What each does alone. */
const ALONE = {
  loss: { loss: half },
  bursts: { loss: { p: 0.3, r: 0.3, '1-h': 0.8, '1-k': 0.2 } },
  duplicate: { duplicate: half },
  corrupt: { corrupt: half },
  reorder: { delay: MILLISECOND, reorder: { ...half, gap: 1 } },
  jitter: { delay: MILLISECOND, jitter: MILLISECOND },
} satisfies Record<string, Partial<Impairments>>;

const EVERYTHING: Partial<Impairments> = Object.assign({}, ...Object.values(ALONE), { rate: 1e9, limit: 2 });

/** Of every packet: how many copies arrive, what of the payload is flipped, and when. */
const outcomesOf = (impairments: Partial<Impairments>, seed = 1, count = 1000): string[] =>
  measure(pipeOf(impairments, seed), count, (out, now) =>
    out.map(({ packet, at }) => `${at - now} ${packet.payload.toString('hex')}`).join(),
  );

test('the same seed has the same outcome', () => {
  expect(outcomesOf(EVERYTHING)).toEqual(outcomesOf(EVERYTHING));
});

test.each(Object.entries(ALONE))('another seed has another outcome of %s', (_, impairments) => {
  expect(outcomesOf(impairments, 2)).not.toEqual(outcomesOf(impairments, 1));
});

test('the directions of a link, and links of other names, have outcomes of their own', () => {
  const [a, b] = [new Link('a', randomOf(1)), new Link('b', randomOf(1))];
  const again = new Link('a', randomOf(1));
  const [forward, backward, other, same] = [a.forward, a.backward, b.forward, again.forward].map((pipe) => {
    pipe.impairments = { ...pipe.impairments, loss: half };
    return measure(pipe, MANY, (out) => out.length);
  });
  expect(same).toEqual(forward);
  for (const others of [backward, other]) {
    const interleaved = forward!.flatMap((fate, index) => [fate, others![index]!]);
    expect(Math.abs(lagCorrelation(interleaved)) * Math.sqrt(2 * MANY)).toBeLessThan(FAR);
  }
});

describe('what one impairment does is not changed by another', () => {
  const copiesOf = (impairments: Partial<Impairments>): number[] =>
    measure(pipeOf(impairments), 1000, (out) => out.length);
  const lost = copiesOf({ loss: half });
  const lostInBursts = copiesOf(ALONE.bursts);
  const duplicated = copiesOf({ duplicate: half });
  const { corrupt, reorder, jitter } = ALONE;
  const others = { ...corrupt, ...reorder, ...jitter, rate: 1e9 };

  test('which packets are lost', () => {
    expect(copiesOf({ ...others, loss: half })).toEqual(lost);
    expect(copiesOf({ ...others, ...ALONE.bursts })).toEqual(lostInBursts);
  });

  test('which packets are duplicated, and lost', () => {
    expect(copiesOf({ ...others, duplicate: half })).toEqual(duplicated);
    const both = duplicated.map((copies, index) => copies + lost[index]! - 1);
    expect(copiesOf({ ...others, loss: half, duplicate: half })).toEqual(both);
  });

  /** What happens to those that arrive, one after the other. */
  const arrivingOf = <Value>(
    impairments: Partial<Impairments>,
    value: (took: number, payload: string) => Value,
  ): Value[] =>
    measure(pipeOf(impairments), 3000, (out, now) =>
      out.map(({ at, packet }) => value(at - now, packet.payload.toString('hex'))),
    )
      .flat()
      .slice(0, 1000);
  const lossy = { loss: half, duplicate: { ...half, probability: 0.1 } };

  test('which bits are flipped', () => {
    const bits = (impairments: Partial<Impairments>) => arrivingOf(impairments, (_, payload) => payload);
    expect(bits({ ...reorder, ...jitter, ...lossy, ...corrupt })).toEqual(bits(corrupt));
    const often = bits({ corrupt: { probability: 1, correlation: 0 } });
    const sometimes = bits(corrupt).filter((payload) => /[^0]/.test(payload));
    expect(often.slice(0, sometimes.length)).toEqual(sometimes);
  });

  test('which overtake', () => {
    const overtaking = (impairments: Partial<Impairments>) => arrivingOf(impairments, (took) => took === 0);
    expect(overtaking({ ...corrupt, ...lossy, ...reorder })).toEqual(overtaking(reorder));
  });

  test('how late they are', () => {
    const late = (impairments: Partial<Impairments>) => arrivingOf(impairments, (took) => took);
    expect(late({ ...corrupt, ...lossy, ...jitter })).toEqual(late(jitter));
    const delayed = late({ ...reorder, ...jitter, jitter: 1000 }).filter((took) => took > 0);
    expect(late({ ...jitter, jitter: 1000 }).slice(0, delayed.length)).toEqual(delayed);
  });

  test('nor by what it did before: taken away for a while, it goes on where it was', () => {
    const pipe = pipeOf({ loss: half });
    const before = measure(pipe, 500, (out) => out.length);
    pipe.impairments = { ...pipe.impairments, loss: { probability: 0, correlation: 0 }, duplicate: half };
    measure(pipe, 100, (out) => out.length);
    pipe.impairments = { ...pipe.impairments, loss: half, duplicate: { probability: 0, correlation: 0 } };
    expect([...before, ...measure(pipe, 500, (out) => out.length)]).toEqual(lost);
  });
});
