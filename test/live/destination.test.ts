import { describe, expect, test } from 'vitest';
import { LiveDestination, type LiveResult, RECENT } from '../../src/live/destination.ts';

const result = (given: Partial<LiveResult> = {}): LiveResult => ({
  destination_id: 1,
  rtime: 1_800_000_000_000_000_000n,
  outcome: 'reply',
  doubt: null,
  rtt: 1.5,
  address: '192.0.2.1',
  reason: null,
  ...given,
});

const lost = result({ outcome: 'timeout', rtt: null, address: null });

const probed = { destination_id: 1, address: '192.0.2.1', label: '192.0.2.1', status: 'probed' } as const;

const taking = (...results: LiveResult[]): LiveDestination => {
  const destination = new LiveDestination(1, '192.0.2.1');
  destination.follow(probed);
  for (const each of results) destination.take(each);
  return destination;
};

const times = (count: number, of: LiveResult): LiveResult[] => Array.from({ length: count }, () => of);

describe('the state of a destination', () => {
  test.each([
    ['waiting', []],
    ['up', [result()]],
    ['up', [result({ outcome: 'refused' })]],
    ['lossy', [result(), lost]],
    ['lossy', [lost, lost, lost, result()]],
    ['down', [result(), lost, lost, lost]],
    ['down', [result(), lost, lost, result({ outcome: 'unreachable' })]],
    ['unsent', [result(), result({ outcome: 'unsent', rtt: null, reason: 'no route' })]],
    // What this host may have caused itself says nothing of the network.
    ['up', [result(), ...times(3, { ...lost, doubt: 'suspended' })]],
    // A late answer leaves its probe lost, and a duplicate adds nothing.
    ['down', [...times(3, lost), result({ outcome: 'late' }), result({ outcome: 'duplicate' })]],
    // What is no longer recent does not matter.
    ['up', [lost, ...times(RECENT, result())]],
  ] as const)('is %s', (state, results) => {
    expect(taking(...results).state).toBe(state);
  });

  test('is told by its row where it is not probed, and begins anew when it is again', () => {
    const destination = taking(lost, lost, lost);
    destination.follow({ ...probed, status: 'paused' });
    expect(destination.state).toBe('paused');
    destination.follow({
      ...probed,
      status: 'invalid',
      problem: 'ttl 0: expected a whole number from 1 to 255',
    });
    expect([destination.state, destination.problem]).toEqual([
      'invalid',
      'ttl 0: expected a whole number from 1 to 255',
    ]);
    destination.follow(probed);
    expect([destination.state, destination.problem, destination.recent(), destination.loss]).toEqual([
      'waiting',
      null,
      [],
      null,
    ]);
  });

  test('survives an edit of its settings, but not of its address', () => {
    const destination = taking(result());
    destination.follow({ ...probed, status: 'changed' });
    expect(destination.state).toBe('up');
    destination.follow({ ...probed, label: '192.0.2.2', status: 'changed' });
    expect(destination.state).toBe('waiting');
  });
});

test('what is recent is the last probes, each with what became of it', () => {
  const doubtful = { ...lost, doubt: 'delayed' } as const;
  const destination = taking(
    ...times(RECENT, lost),
    result({ rtt: 2 }),
    lost,
    doubtful,
    result({ rtt: 0.25 }),
  );
  expect(destination.recent(4)).toEqual([2, 'lost', 'unknown', 0.25]);
  expect(destination.recent()).toHaveLength(RECENT);
  expect(destination.loss).toBe((RECENT - 3) / (RECENT - 1));
  expect(destination.rtt).toBe(0.25);
  expect(destination.count).toBe(RECENT + 4);
});
