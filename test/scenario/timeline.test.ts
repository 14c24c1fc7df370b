import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../src/scenario/timeline-schema.ts';
import { scenarioWith } from './support.ts';

const timeline = (text: string): TimelineEvent[] => scenarioWith({ timeline: text }).timeline;

describe('every kind of event', () => {
  const at = 120e9;
  test.each<[string, object]>([
    ['outage: wan', { kind: 'outage', outage: ['wan'] }],
    ['outage: [lan, r]', { kind: 'outage', outage: ['lan', 'r'] }],
    [
      'impair: [lan, wan], with: {loss: 5%, backward: {delay: 1s}}',
      {
        kind: 'impair',
        impair: ['lan', 'wan'],
        with: { loss: { probability: 0.05, correlation: 0 }, backward: { delay: 1e9 } },
      },
    ],
    ['route: net, path: lan', { kind: 'route', route: 'net', path: ['lan'] }],
    [
      'route: net, path: [lan, r], return: []',
      { kind: 'route', route: 'net', path: ['lan', 'r'], return: [] },
    ],
    ['reject: r, with: no-route', { kind: 'reject', reject: ['r'], with: 'no-route' }],
    [
      'serve: net, hosts: {default: {state: down}, 198.51.100.7: {ping: filtered}}',
      {
        kind: 'serve',
        serve: 'net',
        hosts: { default: { state: 'down' }, '198.51.100.7': { ping: 'filtered' } },
      },
    ],
    [
      'resolve: {web.example: {failure: SERVFAIL}}',
      { kind: 'resolve', resolve: { 'web.example': { failure: 'SERVFAIL' } } },
    ],
    ['interface: down', { kind: 'interface', interface: 'down' }],
    ['database: down', { kind: 'database', database: 'down' }],
    ['step: -2.5s', { kind: 'step', step: -2.5e9 }],
    ['leap: insert', { kind: 'leap', leap: 'insert' }],
    ['leap: delete', { kind: 'leap', leap: 'delete' }],
    ['suspend: 10m', { kind: 'suspend', suspend: 600e9 }],
    ['pause: 3s', { kind: 'pause', pause: 3e9 }],
    [
      'add: {address: 198.51.100.9}',
      { kind: 'add', add: [{ address: '198.51.100.9', count: 1, expect: [] }] },
    ],
    [
      'change: 198.51.100.7, to: {interval: 5s, active: false}',
      { kind: 'change', change: ['198.51.100.7'], to: { interval: 5e9, active: false } },
    ],
    ['remove: [198.51.100.7]', { kind: 'remove', remove: ['198.51.100.7'] }],
  ])('%s', (text, event) => expect(timeline(`[{at: 2m, ${text}}]`)).toEqual([{ at, ...event }]));

  test.each([
    'outage: wan',
    'impair: wan, with: {loss: 5%}',
    'route: net, path: [lan]',
    'reject: r, with: admin-prohibited',
    'serve: net, hosts: {default: {state: down}}',
    'resolve: {web.example: {failure: timeout}}',
    'interface: down',
  ])('%s may end, and come again', (text) => {
    expect(timeline(`[{at: 0s, for: 2s, repeat: {every: 5s, times: 10}, ${text}}]`)).toMatchObject([
      { at: 0, for: 2e9, repeat: { every: 5e9, times: 10 } },
    ]);
    expect(timeline(`[{at: 0s, for: 20m, ${text}}]`)).toMatchObject([{ for: 1200e9 }]);
  });

  test.each([
    'step: 1s',
    'leap: insert',
    'suspend: 1m',
    'pause: 1s',
    'add: {address: 198.51.100.9}',
    'remove: 198.51.100.7',
  ])('%s is over at once', (text) =>
    expect(() => timeline(`[{at: 1m, for: 2s, ${text}}]`)).toThrow('unknown key for: expected one of at, '),
  );
});

describe('rows that are changed or removed', () => {
  const fine = (text: string) => expect(() => timeline(text)).not.toThrow();
  const stranger = (text: string, name: string) =>
    expect(() => timeline(text)).toThrow(`${name}: no destination has that address or name at `);

  test('are those that are there by then, whatever the order of the lines', () => {
    fine('[{at: 2m, remove: 198.51.100.9}, {at: 1m, add: {address: 198.51.100.9}}]');
    fine('[{at: 1m, add: {address: 198.51.100.9, name: new}}, {at: 1m, remove: new}]');
    stranger(
      '[{at: 1m, remove: 198.51.100.9}, {at: 2m, add: {address: 198.51.100.9}}]',
      'remove 198.51.100.9',
    );
    stranger(
      '[{at: 1m, remove: 198.51.100.7}, {at: 2m, change: 198.51.100.7, to: {ttl: 1}}]',
      'change 198.51.100.7',
    );
  });

  test('are known by what they have been changed to', () => {
    fine(
      '[{at: 1m, change: 198.51.100.7, to: {address: 198.51.100.8, name: n}}, {at: 2m, remove: [198.51.100.8, n]}]',
    );
    stranger(
      '[{at: 1m, change: 198.51.100.7, to: {address: 198.51.100.8}}, {at: 2m, remove: 198.51.100.7}]',
      'remove 198.51.100.7',
    );
  });

  test('may be one of many', () => {
    const destinations = '[{address: 198.51.100.7, count: 20, name: all}]';
    const timeline = '[{at: 1m, remove: 198.51.100.26}, {at: 2m, change: all, to: {ttl: 3}}]';
    expect(() => scenarioWith({ destinations, timeline })).not.toThrow();
    expect(() => scenarioWith({ destinations, timeline: timeline.replace('26', '27') })).toThrow(
      '198.51.100.27',
    );
  });

  test('have to be right afterwards, with all their columns', () => {
    fine(
      '[{at: 1m, change: 198.51.100.7, to: {protocol: tcp, port: 80}}, {at: 2m, change: 198.51.100.7, to: {protocol: icmp}}]',
    );
    fine('[{at: 1m, change: 198.51.100.7, to: {address: 2001:db8:1::5, protocol: icmp6}}]');
    const longest = scenarioWith({
      destinations: '[{address: 198.51.100.7, data: abc}]',
      timeline: '[{at: 1m, change: 198.51.100.7, to: {size: 65499}}]',
    });
    expect(longest.timeline).toHaveLength(1);
    const wrong = (to: string, message: string) =>
      expect(() => timeline(`[{at: 1m, change: 198.51.100.7, to: ${to}}]`)).toThrow(message);
    wrong('{protocol: tcp}', 'missing key port: expected a port from 1 to 65535, which tcp needs');
    wrong('{port: 80}', 'port 80: icmp has no ports; expected protocol tcp or udp, too');
    wrong('{address: 2001:db8:1::5}', 'protocol icmp: 2001:db8:1::5 is an IPv6 address; expected icmp6');
    wrong(
      '{size: 65500}',
      'size: 65500 bytes are too long; expected at most 65499, which fit a packet of icmp',
    );
    wrong('{}', 'to: nothing changes');
  });
});
