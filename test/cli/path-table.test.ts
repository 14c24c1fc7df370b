import { expect, test } from 'vitest';
import { pathLines, pathObjects } from '../../src/cli/path-table.ts';
import { Hop, type HopResult } from '../../src/trace/hop.ts';
import { from, reply, timeout, unreachable } from '../support/hop-results.ts';

const figures = (hop: number, ...results: HopResult[]) => {
  const made = new Hop(hop);
  for (const result of results) made.take(result);
  return made.figures();
};

const nobody = () => null;

test('further addresses of a hop come below it, and ??? stands for nobody', () => {
  const lines = pathLines(
    [
      figures(1, from(1, '192.0.2.1', { rtt: 1 }), from(1, '192.0.2.101', { rtt: 2 }), timeout(1)),
      figures(2, timeout(2)),
      figures(3),
      figures(4, reply(4, '203.0.113.1', { outcome: 'refused', rtt: 0.5 })),
    ],
    (address) => (address === '192.0.2.1' ? 'a.example' : null),
  );
  expect(lines).toEqual([
    'hop  host                    loss  sent  last ms    avg   best  worst  stdev  notes',
    '  1  a.example (192.0.2.1)  33.3%     3    2.000  1.500  1.000  2.000  0.707',
    '     192.0.2.101',
    '  2  ???                     100%     1        -      -      -      -      -',
    '  3  ???                        -     0        -      -      -      -      -',
    '  4  203.0.113.1               0%     1    0.500  0.500  0.500  0.500  0.000  port closed',
  ]);
});

test('a name is shown, never obeyed', () => {
  const lines = pathLines([figures(1, from(1, '192.0.2.1'))], () => '\x1b[2J.example');
  expect(lines[1]).toContain('\\x1b[2J.example (192.0.2.1)');
});

test.each([
  [{ rcode: 0 }, '!N network unreachable'],
  [{ rcode: 1 }, '!H host unreachable'],
  [{ rcode: 13 }, '!X administratively prohibited'],
  [{ rcode: 200 }, 'unreachable, code 200'],
  [{ icmptype: 12, rcode: 0 }, 'ICMP type 12 code 0'],
  [{ rtype: 58, icmptype: 1, rcode: 3 }, '!H address unreachable'],
  [{ rtype: 58, icmptype: 1, rcode: 4 }, 'unreachable, code 4'],
])('an error is noted: %o', (error, note) => {
  const [, line] = pathLines([figures(1, unreachable(1, '192.0.2.1', error))], nobody);
  expect(line?.endsWith(`  ${note}`)).toBe(true);
});

test('as JSON', () => {
  const nameOf = () => 'a.example';
  expect(pathObjects([figures(1, unreachable(1, '192.0.2.1', { rtt: 3 })), figures(2)], nameOf)).toEqual([
    {
      hop: 1,
      addresses: [{ address: '192.0.2.1', name: 'a.example' }],
      sent: 1,
      received: 1,
      loss: 0,
      last: 3,
      avg: 3,
      best: 3,
      worst: 3,
      stdev: 0,
      late: 0,
      outcomes: {
        reply: 0,
        refused: 0,
        unreachable: 1,
        ttl_exceeded: 0,
        timeout: 0,
        unsent: 0,
        late: 0,
        duplicate: 0,
      },
      icmptype: 3,
      rcode: 1,
    },
    expect.objectContaining({ hop: 2, addresses: [], sent: 0, loss: null, last: null, icmptype: null }),
  ]);
});
