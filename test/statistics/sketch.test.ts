import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sketch } from '../../src/statistics/sketch.ts';

const values = (constraints: fc.ArrayConstraints = {}) =>
  fc.array(
    fc.oneof(
      fc.double({ min: 0.001, max: 10_000, noNaN: true }),
      fc.double({ min: -1000, max: 1000, noNaN: true }),
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.constant(0),
    ),
    { maxLength: 200, ...constraints },
  );

const sketchOf = (all: number[]): Sketch => {
  const sketch = new Sketch();
  for (const each of all) sketch.add(each);
  return sketch;
};

const QUANTILES = [0, 0.01, 0.05, 0.5, 0.95, 0.99, 1];

test('has every quantile, by nearest rank, within 1 % of the true value', () => {
  fc.assert(
    fc.property(values({ minLength: 1 }), (all) => {
      const sketch = sketchOf(all);
      const sorted = [...all].sort((a, b) => a - b);
      for (const q of QUANTILES) {
        const exact = sorted.find((_, index) => (index + 1) * 100 >= Math.round(q * 100) * all.length)!;
        expect(Math.abs(sketch.quantile(q) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.010001 + 1e-6);
      }
    }),
  );
});

test('merged, or added to in any order, is the same to the last byte', () => {
  fc.assert(
    fc.property(values(), values(), (some, others) => {
      const merged = sketchOf(some);
      const added = sketchOf(others);
      merged.merge(added);
      expect(merged.encode()).toEqual(sketchOf([...others, ...some]).encode());
      expect(added.encode()).toEqual(sketchOf(others).encode());
    }),
  );
});

test('counts what is added several times', () => {
  const sketch = new Sketch();
  sketch.add(1, 3);
  sketch.add(2, 1e12);
  sketch.add(2);
  expect(sketch.count).toBe(1e12 + 4);
  expect(Sketch.decode(sketch.encode())).toEqual(sketch);
});

test('comes back from its bytes', () => {
  fc.assert(
    fc.property(values(), fc.nat(1e6), (all, times) => {
      const sketch = sketchOf(all);
      if (times > 0) sketch.add(5, times);
      const read = Sketch.decode(sketch.encode());
      expect(read).toEqual(sketch);
      for (const q of QUANTILES) expect(read.quantile(q)).toBe(sketch.quantile(q));
    }),
  );
});

test('of none has no quantile', () => {
  expect(new Sketch().quantile(0.5)).toBeNaN();
  expect(new Sketch().encode()).toHaveLength(1);
});

test('takes about a byte a bin for a minute of results', () => {
  // 60 round-trip times from 20 to 26 ms: some 14 bins.
  const minute = Array.from({ length: 60 }, (_, index) => 20 + ((index * 37) % 60) / 10);
  expect(sketchOf(minute).encode().length).toBeLessThanOrEqual(20);
});

test('says of damaged bytes that they are', () => {
  const whole = sketchOf([1, 2, 2.5, 400]).encode();
  for (let length = 0; length < whole.length; length++)
    expect(() => Sketch.decode(whole.slice(0, length))).toThrow(/^damaged sketch: cut off after \d bytes$/);
  expect(() => Sketch.decode(Uint8Array.from([...whole, 0]))).toThrow(
    'damaged sketch: more bytes than it has bins for',
  );
  expect(() => Sketch.decode(Uint8Array.from([1, 0, 0x01]))).toThrow(
    'damaged sketch: 2 values in place of 1',
  );
  expect(() => Sketch.decode(Uint8Array.from([1, 0x80, 0x80, 0x80, 0x80, 0x10, 0]))).toThrow(
    /^damaged sketch: no value has the bin \d+$/,
  );
});

test('never makes more of any bytes than a sketch, or that error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        expect(Sketch.decode(bytes).encode().length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(/^damaged sketch: /);
      }
    }),
  );
});
