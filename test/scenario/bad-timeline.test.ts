import { expect, test } from 'vitest';
import { linesOf, textOf } from './support.ts';

const KINDS =
  'outage, impair, route, reject, serve, resolve, interface, database, step, leap, suspend, pause, add, change, remove';
const TIME = 'expected a time with a unit, such as 200ms, 1.5s or 1h';
const NAMES = 'expected one of lan, wan, r';
const PREFIXES = 'expected an address in 198.51.100.0/24 or 2001:db8:1::/48';

/** An event, which begins in column 12 of the sixth line, and what it is refused with. */
test.each<[string, string[]]>([
  ['5', ['6:12: an event without keys: expected at, and what happens']],
  ['{at: 5m}', [`6:12: nothing happens: expected one of ${KINDS}`]],
  ['{at: 5m, outtage: wan}', [`6:12: nothing happens: expected one of ${KINDS}`]],
  [
    '{at: 5m, outage: wan, impair: lan}',
    ['6:12: outage and impair in one event: expected an event for each'],
  ],
  ['{outage: wan}', [`6:12: missing key at: ${TIME}, from 0 to 104d`]],
  ['{at: -5m, outage: wan}', [`6:17: at -5m: ${TIME}, from 0 to 104d`]],
  ['{at: 10m, outage: wan}', ['6:17: at 10m: the scenario has ended; expected a time before 10m']],
  ['{at: 5m, outage: }', ['6:21: outage has no value: expected a name or several']],
  ['{at: 5m, outage: []}', ['6:29: outage (a list): expected at least one']],
  ['{at: 5m, outage: wam}', [`6:29: outage wam: no such link or router; ${NAMES}`]],
  [
    '{at: 5m, outage: [lan, wam, r, net]}',
    [
      `6:35: outage wam: no such link or router; ${NAMES}`,
      `6:43: outage net: no such link or router; ${NAMES}`,
    ],
  ],
  ['{at: 5m, outage: wan, fro: 5m}', ['6:34: unknown key fro: expected one of at, for, repeat, outage']],
  ['{at: 5m, outage: wan, for: 0s}', [`6:39: for 0s: ${TIME}, longer than 0 and at most 104d`]],
  [
    '{at: 5m, outage: wan, for: 1m, repeat: {every: 1m, times: 3}}',
    ['6:39: for 1m: it has not ended when it is repeated; expected less than every, 1m'],
  ],
  [
    '{at: 5m, outage: wan, repeat: {every: 1m, times: 3}}',
    ['6:42: repeat: without for it never ends; expected for, shorter than 1m'],
  ],
  ['{at: 5m, outage: wan, for: 5s, repeat: 3}', ['6:51: repeat 3: expected keys with values: every, times']],
  [
    '{at: 5m, outage: wan, for: 5s, repeat: {every: 1m, times: 0}}',
    ['6:70: times 0: expected a whole number from 1 to 1000000'],
  ],
  ['{at: 5m, impair: r, with: {loss: 3%}}', ['6:29: impair r: no such link; expected one of lan, wan']],
  [
    '{at: 5m, impair: wan, with: {limit: 5}}',
    ['6:48: limit: nothing waits where there is no rate; expected rate, too'],
  ],
  ['{at: 5m, reject: wan, with: no-route}', ['6:29: reject wan: no such router; expected r']],
  [
    '{at: 5m, reject: r, with: reset}',
    ['6:38: with reset: expected one of no-route, host-unreachable, port-unreachable, admin-prohibited'],
  ],
  ['{at: 5m, route: net}', ['6:12: missing key path: expected names of links and routers']],
  [
    '{at: 5m, route: nat, path: [lam], return: [lan, lan]}',
    [
      '6:28: route nat: no such network; expected net',
      `6:40: path lam: no such link or router; ${NAMES}`,
      '6:60: return lan: passed before; expected each name once',
    ],
  ],
  ['{at: 5m, serve: web, hosts: {}}', ['6:28: serve web: no such network; expected net']],
  [
    '{at: 5m, serve: net, hosts: {203.0.113.1: {}}}',
    [
      `6:41: host 203.0.113.1: not in network net; expected default, or an address in 198.51.100.0/24 or 2001:db8:1::/48`,
    ],
  ],
  [
    '{at: 5m, resolve: {web.example: [198.51.100.1, 203.0.113.77]}}',
    [`6:59: address 203.0.113.77: no network has it; ${PREFIXES}`],
  ],
  ['{at: 5m, interface: up}', ['6:32: interface up: expected down']],
  [
    '{at: 5m, step: soon}',
    ['6:27: step soon: expected a time with a sign and a unit, such as -2.5s or +1h, from -104d to +104d'],
  ],
  ['{at: 5m, step: 1s, for: 5s}', ['6:31: unknown key for: expected one of at, step']],
  ['{at: 5m, leap: add}', ['6:27: leap add: expected one of insert, delete']],
  ['{at: 5m, suspend: -5s}', [`6:30: suspend -5s: ${TIME}, longer than 0 and at most 104d`]],
  ['{at: 5m, add: {address: 203.0.113.77}}', [`6:36: address 203.0.113.77: no network has it; ${PREFIXES}`]],
  [
    '{at: 5m, add: [{address: 198.51.100.7, protocol: udp}]}',
    ['6:27: missing key port: expected a port from 1 to 65535, which udp needs'],
  ],
  [
    '{at: 5m, change: 198.51.100.9, to: {ttl: 3}}',
    ['6:29: change 198.51.100.9: no destination has that address or name at 5m; expected 198.51.100.7'],
  ],
  [
    '{at: 5m, change: 198.51.100.7}',
    [
      '6:12: missing key to: expected keys with values: address, protocol, port, interval, timeout, ttl, data, size, name, active',
    ],
  ],
  ['{at: 5m, change: 198.51.100.7, to: {}}', ['6:47: to: nothing changes; expected a column of the row']],
  [
    '{at: 5m, change: 198.51.100.7, to: {address: 203.0.113.8}}',
    [`6:57: address 203.0.113.8: no network has it; ${PREFIXES}`],
  ],
  [
    '{at: 5m, remove: 198.51.100.7}, {at: 6m, remove: 198.51.100.7}',
    ['6:61: remove 198.51.100.7: no destination has that address or name at 6m; there is none'],
  ],
])('timeline: [%s]', (event, lines) => {
  expect(linesOf(textOf({ timeline: `[${event}]` }))).toEqual(lines.map((line) => `x.yaml:${line}`));
});

test.each<[string, string]>([
  ['', '6:1: timeline has no value: expected a list'],
  ['{at: 5m, outage: wan}', '6:11: timeline (keys with values): expected a list'],
])('timeline: %s', (timeline, line) => expect(linesOf(textOf({ timeline }))).toEqual([`x.yaml:${line}`]));

test('what is wrong in several places is told in their order, a line each', () => {
  const text = `
timeline:
  - { at: soon, outage: lan }
name: 5
seed: -1
networks:
  net: { prefix: 198.51.100.0/24, paht: [] }
destinations: []
`;
  expect(linesOf(text).map((line) => line.split(':').slice(1, 4).join(':'))).toEqual([
    '3:11: at soon',
    '4:7: name 5',
    '5:7: seed -1',
    '7:35: unknown key paht',
  ]);
});
