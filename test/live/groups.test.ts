import { expect, test } from 'vitest';
import { LIVE_STATES } from '../../src/live/destination.ts';
import { groupFigures, nameOrder, neighbourhoodOf } from '../../src/live/groups.ts';
import { BY_SEVERITY } from '../../src/live/severity.ts';

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['2001:db8::1', '2001:db8::/64'],
  ['2001:DB8:0:12::1', '2001:db8:0:12::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['::1', '::/64'],
  ['0:0:0:0:0:0:0:1', '::/64'],
  ['www.example.com', 'example.com'],
  ['example.com.', 'example.com'],
  ['printer', 'printer'],
])('without a name, %s is in %s', (address, expected) => {
  expect(neighbourhoodOf({ name: null, address })).toBe(expected);
  expect(neighbourhoodOf({ name: '', address })).toBe(expected);
});

test.each([
  ['edge-12', 'edge'],
  ['edge.paris', 'edge'],
  ['edge12', 'edge'],
  ['Zürich core', 'Zürich'],
  ['東京', '東京'],
  ['12-edge', '12-edge'],
  [' x', ' x'],
])('what is called %j belongs to %j', (name, expected) =>
  expect(neighbourhoodOf({ name, address: '192.0.2.1' })).toBe(expected),
);

test('numbers in names are in the order of their size', () => {
  const names = ['edge-10', 'Edge-9', 'edge-2', '10.0.0.0/24', '9.0.0.0/24'];
  expect(names.sort((one, other) => (nameOrder(one) < nameOrder(other) ? -1 : 1))).toEqual([
    '9.0.0.0/24',
    '10.0.0.0/24',
    'edge-2',
    'Edge-9',
    'edge-10',
  ]);
});

test('a group tells the loss of all its probes, and the median of its round trips', () => {
  expect(
    groupFigures([
      { state: 'up', live: { loss: 0, rtt: 5 } },
      { state: 'lossy', live: { loss: 0.5, rtt: 90 } },
      { state: 'down', live: { loss: 1, rtt: null } },
      { state: 'paused', live: { loss: 1, rtt: 1 } },
      { state: 'elsewhere' },
    ]),
  ).toEqual({
    states: { up: 1, lossy: 1, down: 1, paused: 1, elsewhere: 1 },
    loss: 0.5,
    median: 90,
  });
  expect(groupFigures([{ state: 'waiting', live: { loss: null, rtt: null } }])).toEqual({
    states: { waiting: 1 },
    loss: null,
    median: null,
  });
});

test('every state has its place among the severe and the harmless', () => {
  expect([...BY_SEVERITY].sort()).toEqual([...LIVE_STATES].sort());
});
