import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/network/random.ts';
import { chiSquareDeviation, FAR, lagCorrelation, meanOf } from './statistics.ts';
import { MANY } from './support.ts';

const numbers = (seed: number, name: string, count = 10): number[] => {
  const stream = new RandomStream(seed, name);
  return Array.from({ length: count }, () => stream.uint32());
};

test('the same seed and name give the same numbers', () => {
  expect(numbers(1, 'loss', 1000)).toEqual(numbers(1, 'loss', 1000));
});

// Whoever changes them changes what every scenario's seed stands for.
test('these are the numbers, on every machine', () => {
  expect(numbers(1, 'loss', 3)).toEqual([1_424_743_288, 3_788_329_335, 660_558_909]);
  expect(numbers(42, 'link a forward jitter', 3)).toEqual([3_757_424_160, 2_734_389_061, 882_374_440]);
});

test('another seed or another name gives others', () => {
  const all = [numbers(1, 'loss'), numbers(2, 'loss'), numbers(1, 'jitter'), numbers(11, 'loss')];
  expect(new Set(all.flat())).toHaveProperty('size', 40);
});

test('streams have nothing to do with each other, even where seeds and names are alike', () => {
  const base = numbers(1, 'link a forward loss', MANY);
  for (const [seed, name] of [
    [2, 'link a forward loss'],
    [1, 'link b forward loss'],
    [1, 'link a backward loss'],
    [1, 'link a forward jitter'],
  ] as const) {
    const other = numbers(seed, name, MANY);
    const interleaved = base.flatMap((number, index) => [number, other[index]!]);
    expect(Math.abs(lagCorrelation(interleaved)) * Math.sqrt(2 * MANY)).toBeLessThan(FAR);
  }
});

describe('its numbers', () => {
  const stream = new RandomStream(1, 'uniform');
  const values = Float64Array.from({ length: MANY }, () => stream.uniform());

  test('lie between 0 and 1, evenly', () => {
    const cells = new Array<number>(1000).fill(0);
    for (const value of values) cells[Math.floor(value * 1000)]!++;
    expect(
      chiSquareDeviation(
        cells,
        cells.map(() => MANY / 1000),
      ),
    ).toBeLessThan(FAR);
    expect(Math.abs(meanOf(values) - 0.5) * Math.sqrt(12 * MANY)).toBeLessThan(FAR);
  });

  test('say nothing about the next ones', () => {
    for (const lag of [1, 2, 3, 10])
      expect(Math.abs(lagCorrelation(values, lag)) * Math.sqrt(MANY)).toBeLessThan(FAR);
  });

  test('are neither 0 nor 1, whatever the generator gives', () => {
    for (const number of [0, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      const extreme = new (class extends RandomStream {
        override uint32 = () => number >>> 0;
      })(1, 'extreme');
      expect(extreme.uniform()).toBeGreaterThan(0);
      expect(extreme.uniform()).toBeLessThan(1);
      expect(extreme.below(512)).toBe(Math.floor(((number >>> 0) / 2 ** 32) * 512));
    }
  });

  test('below a limit are whole and evenly spread', () => {
    const cells = new Array<number>(7).fill(0);
    for (let index = 0; index < MANY; index++) cells[stream.below(7)]!++;
    expect(cells).toHaveLength(7);
    expect(
      chiSquareDeviation(
        cells,
        cells.map(() => MANY / 7),
      ),
    ).toBeLessThan(FAR);
  });
});
