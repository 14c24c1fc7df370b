import { expect, test } from 'vitest';
import { FAR, lagCorrelation, runsOf, shareDeviation } from './statistics.ts';
import { expectChain, MANY, measure, pipeOf } from './support.ts';

const lossesOf = (probability: number, correlation: number, count: number): number[] =>
  measure(pipeOf({ loss: { probability, correlation } }), count, (out) => (out.length === 0 ? 1 : 0));

// The rarer it is, the more packets it takes.
test.each([
  [0.01, 12 * MANY],
  [0.1, 2 * MANY],
  [0.5, MANY],
  [0.9, MANY],
])('loses a share of %f, each packet for itself', (probability, count) => {
  expectChain(lossesOf(probability, 0, count), { probability, correlation: 0 });
});

test.each([
  [0.1, 0.25],
  [0.2, 0.5],
  [0.3, 0.75],
])('loses a share of %f with a correlation of %f', (probability, correlation) => {
  expectChain(lossesOf(probability, correlation, 2 * MANY), { probability, correlation });
});

test('a packet is correlated with the one before, and with those before it only by that', () => {
  const losses = lossesOf(0.3, 0.5, 2 * MANY);
  for (const lag of [2, 3])
    expect(Math.abs(lagCorrelation(losses, lag) - 0.5 ** lag) * Math.sqrt(losses.length)).toBeLessThan(
      1.5 * FAR,
    );
});

test('all packets are lost at 100 %, none at 0 %', () => {
  for (const correlation of [0, 0.5]) {
    expect(lossesOf(1, correlation, 1000)).not.toContain(0);
    expect(lossesOf(0, correlation, 1000)).not.toContain(1);
  }
});

test('fully correlated, the first packet’s fate is all the others’, and the share is that of the pipes', () => {
  let lost = 0;
  const pipes = 5000;
  for (let seed = 0; seed < pipes; seed++) {
    const pipe = pipeOf({ loss: { probability: 0.3, correlation: 1 } }, seed);
    const fates = measure(pipe, 20, (out) => (out.length === 0 ? 1 : 0));
    expect([...runsOf(fates, 0), ...runsOf(fates, 1)]).toEqual([]);
    lost += fates[0]!;
  }
  expect(Math.abs(shareDeviation(lost, pipes, 0.3))).toBeLessThan(FAR);
});
