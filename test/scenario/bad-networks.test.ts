import { expect, test } from 'vitest';
import { linesOf, textOf } from './support.ts';

const HOST = 'state, ping, tcp, udp, ttl, delay';
const REJECTIONS = 'no-route, host-unreachable, port-unreachable, admin-prohibited';
const PREFIX = 'expected a prefix such as 198.51.100.0/24 or 2001:db8:1::/48';
const NAMES = 'expected one of lan, wan, r';
const FREQUENCY = 'expected how often in a second, minute, hour or day, such as 10/s, 6/min or 1/h';
const PORT = 'expected a port from 1 to 65535, or default';

/** A key of a scenario, what it is, and what that is refused with. */
test.each<[string, string, string[]]>([
  ['source', 'x', ['6:9: source x: expected keys with values: name, address']],
  ['source', '{name: ""}', ['6:16: name "": expected text that is not empty']],
  ['source', '{adress: 192.0.2.1}', ['6:10: unknown key adress: expected one of name, address']],
  ['source', '{address: 192.0.2.300}', ['6:19: address 192.0.2.300: expected an IPv4 or IPv6 address']],
  ['source', '{address: fe80::1%eth0}', ['6:19: address fe80::1%eth0: expected an IPv4 or IPv6 address']],
  ['source', '{address: []}', ['6:19: address (a list): expected at least one']],
  [
    'source',
    '{address: [192.0.2.1, 192.0.2.2]}',
    ['6:31: address 192.0.2.2: a second IPv4 address; expected at most one of each IP version'],
  ],
  [
    'source',
    '{address: 198.51.100.1}',
    [
      '4:27: prefix 198.51.100.0/24: has the source’s own address 198.51.100.1; expected another prefix, or another source address',
    ],
  ],
  ['routers', '{r: }', ['3:11: r has no value: expected keys with values: address, errors, quote, nat']],
  ['routers', '{r: {address: 10.1}}', ['3:24: address 10.1: expected an IPv4 or IPv6 address']],
  [
    'routers',
    '{r: {address: [2001:db8::5, 2001:db8::6]}}',
    ['3:38: address 2001:db8::6: a second IPv6 address; expected at most one of each IP version'],
  ],
  [
    'routers',
    '{r: {address: 192.0.2.1}}',
    ['3:24: address 192.0.2.1: the source has it, too; expected another'],
  ],
  [
    'routers',
    '{r: {errors: 5}}',
    ['3:23: errors 5: expected none or unlimited, or keys with values: rate, burst'],
  ],
  ['routers', '{r: {errors: {rate: 5}}}', [`3:30: rate 5: ${FREQUENCY}`]],
  ['routers', '{r: {errors: {burst: 5}}}', [`3:23: missing key rate: ${FREQUENCY}`]],
  ['routers', '{r: {quote: 4}}', ['3:22: quote 4: expected a whole number from 8 to 1232']],
  ['routers', '{r: {nat: yes}}', ['3:20: nat yes: expected keys with values: address, timeout, quotes']],
  [
    'routers',
    '{r: {nat: {address: 2001:db8::5}}}',
    ['3:30: address 2001:db8::5: expected an IPv4 address that is not the source’s own'],
  ],
  [
    'routers',
    '{r: {nat: {address: 203.0.113.5, quotes: lost}}}',
    ['3:51: quotes lost: expected one of restored, kept'],
  ],
  ['networks', '', ['4:1: networks has no value: expected networks by their names']],
  ['networks', '{}', ['5:26: address 198.51.100.7: no network has it; there is none']],
])('%s: %s', (key, text, lines) => {
  expect(linesOf(textOf({ [key]: text }))).toEqual(lines.map((line) => `x.yaml:${line}`));
});

/** What a network n is, which begins in column 15 of the fourth line, and what that is refused with. */
test.each<[string, string[]]>([
  ['{}', [`4:15: missing key prefix: ${PREFIX}`]],
  ['{prefx: 198.51.100.0/24}', ['4:16: unknown key prefx: expected prefix']],
  ['{prefix: }', [`4:16: prefix has no value: ${PREFIX}`]],
  ['{prefix: []}', ['4:24: prefix (a list): expected at least one']],
  ['{prefix: 198.51.100.7}', [`4:24: prefix 198.51.100.7: ${PREFIX}`]],
  ['{prefix: 198.51.100.0/33}', [`4:24: prefix 198.51.100.0/33: ${PREFIX}`]],
  ['{prefix: 10.1/16}', [`4:24: prefix 10.1/16: ${PREFIX}`]],
  [
    '{prefix: 198.51.0.0/16}, m: {prefix: 198.51.100.0/24}',
    ['4:52: prefix 198.51.100.0/24: overlaps 198.51.0.0/16 of network n; expected no address in common'],
  ],
  [
    '{prefix: [198.51.100.0/24, 198.51.100.128/25]}',
    [
      '4:42: prefix 198.51.100.128/25: overlaps 198.51.100.0/24 of the same network; expected no address in common',
    ],
  ],
  [
    '{prefix: 198.51.100.0/24}, m: {prefix: 192.0.2.0/24}',
    [
      '4:54: prefix 192.0.2.0/24: has the source’s own address 192.0.2.1; expected another prefix, or another source address',
    ],
  ],
  ['{prefix: 198.51.100.0/24, path: [lan, wam]}', [`4:53: path wam: no such link or router; ${NAMES}`]],
  ['{prefix: 198.51.100.0/24, path: wam}', [`4:47: path wam: no such link or router; ${NAMES}`]],
  ['{prefix: 198.51.100.0/24, return: [r, q]}', [`4:53: return q: no such link or router; ${NAMES}`]],
  [
    '{prefix: 198.51.100.0/24, path: [lan, r, lan]}',
    ['4:56: path lan: passed before; expected each name once'],
  ],
  [
    '{prefix: 198.51.100.0/24, path: [5]}',
    ['4:48: path 5: expected names of links and routers; in quotes, "5" is text'],
  ],
  ['{prefix: 198.51.100.0/24, path: }', ['4:41: path has no value: expected names of links and routers']],
])('networks: {n: %s}', (text, lines) => {
  expect(linesOf(textOf({ networks: `{n: ${text}}` }))).toEqual(lines.map((line) => `x.yaml:${line}`));
});

/** What hosts are, which begin in column 49 of the fourth line, and what they are refused with. */
test.each<[string, string[]]>([
  ['{web: {}}', ['4:49: key web: expected an IPv4 or IPv6 address, or default']],
  [
    '{198.51.101.1: {}}',
    ['4:49: host 198.51.101.1: not in network n; expected default, or an address in 198.51.100.0/24'],
  ],
  ['{default: }', [`4:49: default has no value: expected keys with values: ${HOST}`]],
  ['{default: down}', [`4:58: default down: expected keys with values: ${HOST}`]],
  ['{default: {port: 0}}', [`4:59: unknown key port: expected one of ${HOST}`]],
  ['{default: {state: off}}', ['4:66: state off: expected one of up, down, unreachable']],
  ['{default: {ping: no}}', [`4:65: ping no: expected one of reply, filtered, ${REJECTIONS}`]],
  ['{default: {ttl: 0}}', ['4:64: ttl 0: expected a whole number from 1 to 255']],
  [
    '{default: {tcp: echo}}',
    [
      `4:64: tcp echo: expected one of open, closed, filtered, ${REJECTIONS}, or ports with one of these each`,
    ],
  ],
  [
    '{default: {tcp: {80: opne, 70000: open, http: open}}}',
    [
      `4:69: 80 opne: expected one of open, closed, filtered, ${REJECTIONS}`,
      `4:75: key "70000": ${PORT}`,
      `4:88: key http: ${PORT}`,
    ],
  ],
  ['{default: {udp: {0: echo}}}', [`4:65: key "0": ${PORT}`]],
])('hosts: %s', (hosts, lines) => {
  const networks = `{n: {prefix: 198.51.100.0/24, hosts: ${hosts}}}`;
  expect(linesOf(textOf({ networks }))).toEqual(lines.map((line) => `x.yaml:${line}`));
});
