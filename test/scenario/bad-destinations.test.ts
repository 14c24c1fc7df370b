import { expect, test } from 'vitest';
import { linesOf, textOf } from './support.ts';

const COLUMNS = 'address, protocol, port, interval, timeout, ttl, data, size, name, active, count, expect';
const FIGURES =
  'sent, received, lost, undetermined, loss, loss_periods, longest_loss_period, min, avg, max, stddev, p50, p95, p99, pdv_p95, pdv_p99, ipdv_mean, ipdv_max, availability, late, duplicate, corrupt, unsent, reply, refused, unreachable, ttl_exceeded, timeout';
const MS = 'expected a time with a unit, such as 200ms, 1.5s or 1h, of whole milliseconds from 1ms to 24.8d';
const PREFIXES = 'expected an address in 198.51.100.0/24 or 2001:db8:1::/48';
const ALONE = 'expected a host name or an IP address alone; protocol and port have their own keys';

/** A destination, which begins in column 16 of the fifth line, and what it is refused with. */
test.each<[string, string[]]>([
  ['{}', ['5:16: missing key address: expected a host name or an IP address']],
  ['{adress: 198.51.100.7}', ['5:17: unknown key adress: expected address']],
  ['198.51.100.7', [`5:16: destinations 198.51.100.7: expected keys with values: ${COLUMNS}`]],
  ['{address: 198.51.100.7, prot: tcp}', [`5:40: unknown key prot: expected one of ${COLUMNS}`]],
  ['{address: 5}', ['5:26: address 5: expected a host name or an IP address; in quotes, "5" is text']],
  ['{address: ""}', ['5:26: address "": expected a host name or an IP address']],
  ['{address: a b}', ['5:26: address a b: expected a host name or an IP address']],
  ['{address: 198.51.100.300}', ['5:26: address 198.51.100.300: expected a host name or an IP address']],
  ['{address: tcp://198.51.100.7:80}', [`5:26: address tcp://198.51.100.7:80: ${ALONE}`]],
  ['{address: web.example:80}', [`5:26: address web.example:80: ${ALONE}`]],
  ['{address: web.example}', ['5:26: address web.example: not among names; expected an IP address']],
  ['{address: 203.0.113.9}', [`5:26: address 203.0.113.9: no network has it; ${PREFIXES}`]],
  [
    '{address: ::ffff:198.51.100.7}',
    ['5:26: address ::ffff:198.51.100.7: stands for an IPv4 address; expected 198.51.100.7'],
  ],
  [
    '{address: 2001:db8:1::1%lo}',
    ['5:26: address 2001:db8:1::1%lo: networks have no zones; expected 2001:db8:1::1'],
  ],
  [
    '{address: 198.51.100.7, protocol: tcp}',
    ['5:16: missing key port: expected a port from 1 to 65535, which tcp needs'],
  ],
  [
    '{address: 198.51.100.7, protocol: gre}',
    ['5:50: protocol gre: expected one of udp, tcp, icmp, udp6, tcp6, icmp6'],
  ],
  [
    '{address: 198.51.100.7, protocol: tcp6, port: 80}',
    ['5:50: protocol tcp6: 198.51.100.7 is an IPv4 address; expected tcp'],
  ],
  [
    '{protocol: udp, address: 2001:db8:1::5}',
    [
      '5:16: missing key port: expected a port from 1 to 65535, which udp needs',
      '5:27: protocol udp: 2001:db8:1::5 is an IPv6 address; expected udp6',
    ],
  ],
  [
    '{address: 198.51.100.7, port: 80}',
    ['5:46: port 80: icmp has no ports; expected protocol tcp or udp, too'],
  ],
  [
    '{address: 198.51.100.7, protocol: udp, port: 70000}',
    ['5:61: port 70000: expected a whole number from 1 to 65535'],
  ],
  [
    '{address: 198.51.100.7, protocol: udp, port: "53"}',
    ['5:61: port "53": expected a whole number from 1 to 65535'],
  ],
  ['{address: 198.51.100.7, interval: 0s}', [`5:50: interval 0s: ${MS}`]],
  ['{address: 198.51.100.7, timeout: 1.5ms}', [`5:49: timeout 1.5ms: ${MS}`]],
  ['{address: 198.51.100.7, ttl: 256}', ['5:45: ttl 256: expected a whole number from 1 to 255']],
  ['{address: 198.51.100.7, data: 5}', ['5:46: data 5: expected text; in quotes, "5" is text']],
  ['{address: 198.51.100.7, data: a, size: 5}', ['5:55: size 5: data is given, too; expected one of them']],
  [
    '{address: 198.51.100.7, size: 65500}',
    ['5:46: size: 65500 bytes are too long; expected at most 65499, which fit a packet of icmp'],
  ],
  ['{address: 198.51.100.7, size: 70000}', ['5:46: size 70000: expected a whole number from 0 to 65527']],
  [
    `{address: 198.51.100.7, protocol: tcp, port: 80, data: ${'é'.repeat(33_000)}}`,
    ['5:71: data: 66000 bytes are too long; expected at most 65491, which fit a packet of tcp'],
  ],
  ['{address: 198.51.100.7, active: 1}', ['5:48: active 1: expected true or false']],
  ['{address: 198.51.100.7, count: 0}', ['5:47: count 0: expected a whole number from 1 to 100000']],
  ['{address: 198.51.100.250, count: 10}', [`5:49: count 10: no network has 198.51.101.0; ${PREFIXES}`]],
  [
    '{address: 255.255.255.250, count: 10}',
    ['5:50: count 10: addresses end before; expected fewer from 255.255.255.250 on'],
  ],
  [
    '{address: web.example, count: 2}',
    ['5:46: count 2: nothing follows a host name; expected 1, or an IP address'],
  ],
])('destinations: [%s]', (destination, lines) => {
  expect(linesOf(textOf({ destinations: `[${destination}]` }))).toEqual(
    lines.map((line) => `x.yaml:${line}`),
  );
});

/** What is expected, which begins in column 48 of the fifth line, and what that is refused with. */
test.each<[string, string[]]>([
  ['', [`5:40: expect has no value: expected keys with values: from, to, ${FIGURES}`]],
  ['5', [`5:48: expect 5: expected keys with values: from, to, ${FIGURES}`]],
  ['{}', [`5:48: expect says nothing: expected one of ${FIGURES}`]],
  ['[{sent: 5}, {from: 5m}]', [`5:60: expect says nothing: expected one of ${FIGURES}`]],
  ['{p90: 3ms}', [`5:49: unknown key p90: expected one of from, to, ${FIGURES}`]],
  ['{loss: 0}', ['5:55: loss 0: expected a share, such as 0%, "<= 1%", ">= 99%" or 2%..4%']],
  ['{sent: 1.5}', ['5:55: sent 1.5: expected a count, such as 0, "<= 3", ">= 100" or 10..20']],
  ['{sent: }', ['5:49: sent has no value: expected a count, such as 0, "<= 3", ">= 100" or 10..20']],
  ['{p95: fast}', ['5:54: p95 fast: expected a time, such as 20ms, "< 25ms", ">= 1s" or 19ms..21ms']],
  [
    '[{from: 3m, to: 2m, lost: 0}, {from: 10m, lost: 0}, {to: 0s, lost: 0}]',
    [
      '5:64: to 2m: expected a time after from, 3m',
      '5:85: from 10m: the scenario has ended; expected a time before 10m',
      '5:105: to 0s: expected a time after from, 0s',
    ],
  ],
])('expect: %s', (expected, lines) => {
  const destinations = `[{address: 198.51.100.7, expect: ${expected}}]`;
  expect(linesOf(textOf({ destinations }))).toEqual(lines.map((line) => `x.yaml:${line}`));
});
