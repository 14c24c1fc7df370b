import { expect, test } from 'vitest';
import { Hop } from '../../src/trace/hop.ts';
import { from, reply, timeout, unreachable, unsent } from '../support/hop-results.ts';

test('every answer in time is received, silence is lost, and what never left is neither', () => {
  const hop = new Hop(3);
  hop.take(from(3, '192.0.2.3'));
  hop.take(reply(3, '192.0.2.9'));
  hop.take(unreachable(3, '192.0.2.3'));
  hop.take(reply(3, '192.0.2.9', { outcome: 'refused' }));
  hop.take(timeout(3));
  hop.take(unsent(3));
  expect(hop.figures()).toMatchObject({
    hop: 3,
    addresses: ['192.0.2.3', '192.0.2.9'],
    sent: 5,
    received: 4,
    loss: 0.2,
    outcomes: { ttl_exceeded: 1, reply: 1, unreachable: 1, refused: 1, timeout: 1, unsent: 1 },
    fault: { rtype: 1, icmptype: 3, rcode: 1 },
  });
  expect(hop.ended).toBe(6);
});

test("the deviation is the sample's, as mtr has it, and that of a single one is 0", () => {
  const hop = new Hop(1);
  hop.take(from(1, '192.0.2.1', { rtt: 2 }));
  expect(hop.figures()).toMatchObject({ last: 2, avg: 2, best: 2, worst: 2, stdev: 0 });
  for (const rtt of [4, 4, 4, 5, 5, 7, 9]) hop.take(from(1, '192.0.2.1', { rtt }));
  const { stdev, ...figures } = hop.figures();
  expect(figures).toMatchObject({ last: 9, avg: 5, best: 2, worst: 9 });
  expect(stdev).toBeCloseTo(Math.sqrt(32 / 7), 12);
});

test('late and duplicate answers change neither loss nor times; who is late is there all the same', () => {
  const hop = new Hop(2);
  hop.take(timeout(2));
  hop.take(from(2, '192.0.2.2', { outcome: 'late', rtt: 1500 }));
  hop.take(from(2, '192.0.2.66', { outcome: 'duplicate', rtt: 2 }));
  expect(hop.figures()).toMatchObject({
    addresses: ['192.0.2.2'],
    sent: 1,
    received: 0,
    loss: 1,
    late: 1,
    last: null,
    avg: null,
    best: null,
    worst: null,
    stdev: null,
  });
});

test('of a hop that nothing is known of, nothing is said', () => {
  expect(new Hop(4).figures()).toMatchObject({
    addresses: [],
    sent: 0,
    loss: null,
    stdev: null,
    fault: null,
  });
});
