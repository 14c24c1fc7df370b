import { expect, test } from 'vitest';
import { Spans } from '../../src/probing/spans.ts';

test('a span has its ends in common with others, and nothing beyond them', () => {
  const spans = new Spans();
  expect(spans.overlap(0, 1000)).toBe(false);
  spans.add(10, 20);
  spans.add(30, 40);
  for (const [from, to] of [
    [0, 10],
    [20, 25],
    [12, 13],
    [0, 100],
    [40, 50],
  ] as const)
    expect(spans.overlap(from, to), `${from} to ${to}`).toBe(true);
  for (const [from, to] of [
    [0, 9],
    [21, 29],
    [41, 50],
  ] as const)
    expect(spans.overlap(from, to), `${from} to ${to}`).toBe(false);
});

test('spans that touch become one, however long that goes on', () => {
  const spans = new Spans();
  for (let n = 0; n < 1000; n++) spans.add(n, n + 1);
  expect(spans.overlap(0.5, 0.6)).toBe(true);
  expect(spans.end).toBe(1000);
});

test('of more than are told apart none is forgotten', () => {
  const spans = new Spans();
  for (let n = 0; n < 1000; n++) spans.add(n * 10, n * 10 + 1);
  for (let n = 0; n < 1000; n++) expect(spans.overlap(n * 10, n * 10), String(n)).toBe(true);
  // The newest are still told apart.
  expect(spans.overlap(9982, 9989)).toBe(false);
});
