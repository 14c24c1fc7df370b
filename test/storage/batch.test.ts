import { expect, test } from 'vitest';
import { Backlog } from '../../src/storage/batch.ts';

const filled = (...rows: string[]) => {
  const backlog = new Backlog('w', 2);
  for (const row of rows) backlog.add(row);
  return backlog;
};

const drained = (backlog: Backlog) => {
  const batches = [];
  for (let batch = backlog.first(); batch; batch = backlog.first()) {
    batches.push([batch.number, ...batch.rows]);
    backlog.remove();
  }
  return batches;
};

test('results come out in order, in batches of at most the size, numbered', () => {
  const backlog = filled('a', 'b', 'c', 'd', 'e');
  expect(backlog).toMatchObject({ size: 5, hasFullBatch: true });
  expect(drained(backlog)).toEqual([
    [1, 'a', 'b'],
    [2, 'c', 'd'],
    [3, 'e'],
  ]);
  expect(backlog).toMatchObject({ size: 0, hasFullBatch: false });
});

test('a batch that has been looked at does not change any more, so that it can be tried again as it was', () => {
  const backlog = filled('a');
  const first = backlog.first();
  backlog.add('b');
  expect(backlog.first()).toBe(first);
  expect(drained(backlog)).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
});

test('an empty one has no first, and goes on counting after it was emptied', () => {
  const backlog = filled('a');
  expect(drained(backlog)).toEqual([[1, 'a']]);
  expect(backlog.first()).toBeUndefined();
  backlog.add('b');
  expect(drained(backlog)).toEqual([[2, 'b']]);
});

test('the batch after the first can be given up, and what comes later goes into a new one', () => {
  const backlog = filled('a', 'b', 'c');
  expect(backlog.remove({ keepFirst: true })).toBe(1);
  backlog.add('d');
  expect(drained(backlog)).toEqual([
    [1, 'a', 'b'],
    [3, 'd'],
  ]);
  expect(filled('a').remove({ keepFirst: true })).toBe(0);
});
