import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { LiveOverview } from '../../src/live/overview.ts';
import type { PingerEvents } from '../../src/pinger.ts';
import type { NewResult } from '../../src/storage/store.ts';

const row = (id: number, status: 'probed' | 'changed' | 'removed' = 'probed') => ({
  destination_id: id,
  address: `192.0.2.${id}`,
  label: `192.0.2.${id}`,
  status,
});

const reply = (id: number): NewResult => ({
  destination_id: id,
  rtime: 1n,
  address: `192.0.2.${id}`,
  rtt: 1,
  rtype: 1,
  rcode: 0,
  icmptype: 0,
  rid: 1,
  rseq: 0,
  datamatch: true,
  rttl: 64,
  outcome: 'reply',
  doubt: null,
  sentAt: 0,
  reason: null,
});

const watched = () => {
  const pinger = new EventEmitter<PingerEvents>();
  const overview = LiveOverview.of(pinger);
  for (const id of [1, 2]) pinger.emit('destination', row(id));
  return { pinger, overview, changes: overview.watch() };
};

test('who watches is told what has changed since, rows apart', () => {
  const { pinger, overview, changes } = watched();
  pinger.emit('result', reply(2));
  pinger.emit('destination', row(1, 'changed'));
  expect([...changes.destinations].sort()).toEqual([1, 2]);
  expect([...changes.rows]).toEqual([1]);
  expect(overview.get(2)?.state).toBe('up');

  overview.unwatch(changes);
  changes.destinations.clear();
  pinger.emit('result', reply(1));
  expect(changes.destinations.size).toBe(0);
});

test('what is removed is gone, whatever still answers', () => {
  const { pinger, overview, changes } = watched();
  pinger.emit('destination', row(1, 'removed'));
  pinger.emit('result', reply(1));
  expect([...overview.all()].map(({ id }) => id)).toEqual([2]);
  expect([...changes.rows]).toEqual([1]);
});
