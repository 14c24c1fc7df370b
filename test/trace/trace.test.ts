import { expect, test } from 'vitest';
import { Protocol } from '../../src/entities/protocol.ts';
import { concurrencyOf } from '../../src/trace/trace.ts';

test.each([
  ['ICMP has no ports to run out of', Protocol.ICMP, 10, 1000, 100, Number.POSITIVE_INFINITY],
  ['two probes of a hop overlap', Protocol.UDP, 1000, 1000, 10, 32],
  ['no more than there are', Protocol.TCP6, 1000, 5000, 1, 64],
  ['many overlap', Protocol.TCP, 100, 1000, 100, 5],
  ['too many even of one hop', Protocol.UDP6, 10, 1000, 100, 0],
])('hops at once: %s', (_, protocol, interval, timeout, count, expected) => {
  expect(concurrencyOf({ protocol, interval, timeout }, count)).toBe(expected);
});
