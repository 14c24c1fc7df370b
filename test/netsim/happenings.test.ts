import { expect, test } from 'vitest';
import { describeEvent, isNetworkEvent } from '../../src/netsim/happenings.ts';
import { scenarioOf } from '../../src/scenario/parse.ts';
import type { EventGiven } from '../../src/scenario/timeline-schema.ts';

const eventsOf = (timeline: EventGiven[]) =>
  scenarioOf({
    name: 'happenings',
    links: { up: { delay: 1 }, down: { delay: 1 } },
    routers: { r: {} },
    networks: { net: { prefix: '198.51.100.0/24', path: ['up', 'r'] } },
    destinations: [{ address: '198.51.100.1' }],
    timeline,
  }).timeline;

test('events in a few words', () => {
  const events = eventsOf([
    { at: 0, outage: ['up', 'r'] },
    {
      at: 0,
      impair: 'up',
      with: {
        delay: '200ms',
        jitter: '1.5ms',
        loss: '3%',
        rate: '2.5mbit',
        mtu: 1400,
        distribution: 'normal',
      },
    },
    {
      at: 0,
      impair: ['up', 'down'],
      with: { loss: { gemodel: { p: '1%', r: '20%' } }, forward: { delay: '1s' } },
    },
    {
      at: 0,
      impair: 'up',
      with: { reorder: { probability: '5%', gap: 3 }, duplicate: { probability: '1%', correlation: '25%' } },
    },
    { at: 0, impair: 'up', with: { reorder: '5%', rate: '64kbit', backward: { corrupt: '0.1%' } } },
    { at: 0, route: 'net', path: ['down'] },
    { at: 0, route: 'net', path: [] },
    { at: 0, reject: 'r', with: 'admin-prohibited' },
    { at: 0, serve: 'net', hosts: { default: { state: 'down' }, '198.51.100.1': {} } },
    { at: 0, interface: 'down' },
  ]);
  expect(events.filter(isNetworkEvent).map(describeEvent)).toEqual([
    'outage of up, r',
    'up: delay 200ms, jitter 1.5ms, distribution normal, loss 3%, rate 2.5mbit, mtu 1400',
    'up, down: loss p 1% r 20% 1-h 100%, forward (delay 1s)',
    'up: duplicate 1% correlation 25%, reorder 5% gap 3',
    'up: reorder 5%, rate 64kbit, backward (corrupt 0.1%)',
    'net is reached by down',
    'net is reached by nothing between',
    'r refuses what would go on beyond: admin-prohibited',
    'net answers differently: default, 198.51.100.1',
    'the interface is down',
  ]);
});

test('what is about a monitor is none of the network’s', () => {
  const events = eventsOf([
    { at: 0, step: '1s' },
    { at: 0, leap: 'insert' },
    { at: 0, suspend: '1s' },
    { at: 0, pause: '1s' },
    { at: 0, add: { address: '198.51.100.2' } },
    { at: 0, change: '198.51.100.1', to: { active: false } },
    { at: 0, remove: '198.51.100.1' },
    { at: 0, resolve: { name: '198.51.100.1' } },
  ]);
  expect(events.filter(isNetworkEvent)).toEqual([]);
});
