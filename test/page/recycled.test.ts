import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recycled, type Slot } from '../../src/page/overview/recycled.ts';

const range = (first: number, end: number) => Array.from({ length: end - first }, (_, n) => first + n);
const indexes = (slots: readonly Slot[]) => slots.map(({ index }) => index);

describe('elements for the lines that are seen', () => {
  test('while it scrolls none is moved in the document, and those that leave come back for others', () => {
    const before = recycled([], { first: 0, end: 6, isMoving: false });
    expect(before).toEqual(range(0, 6).map((n) => ({ key: n, index: n })));
    const down = recycled(before, { first: 2, end: 8, isMoving: true });
    expect(down.map(({ key }) => key)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(indexes(down)).toEqual([6, 7, 2, 3, 4, 5]);
    const rest = recycled(down, { first: 2, end: 8, isMoving: false });
    expect(indexes(rest)).toEqual(range(2, 8));
    expect(rest.map(({ key }) => key)).toEqual([2, 3, 4, 5, 0, 1]);
  });

  test('whatever is seen next, each line has one element, and an element that stays keeps its line', () => {
    const step = fc.record({
      first: fc.nat(30),
      length: fc.nat(12),
      isMoving: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let slots: Slot[] = [];
        for (const { first, length, isMoving } of steps) {
          const before = slots;
          const end = first + length;
          slots = recycled(before, { first, end, isMoving });
          expect(indexes(slots).toSorted((a, b) => a - b)).toEqual(range(first, end));
          expect(new Set(slots.map(({ key }) => key)).size).toBe(slots.length);
          for (const slot of before)
            if (slot.index >= first && slot.index < end) expect(slots).toContainEqual(slot);
          if (!isMoving) expect(indexes(slots)).toEqual(range(first, end));
        }
      }),
    );
  });
});
