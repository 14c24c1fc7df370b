import { expect, test } from 'vitest';
import { linesOf, textOf } from './support.ts';

const LINK =
  'delay, jitter, distribution, correlation, loss, duplicate, corrupt, reorder, rate, limit, mtu, forward, backward';
const TIME = 'expected a time with a unit, such as 200ms, 1.5s or 1h, from 0 to 104d';
const SHARE = 'expected a percentage from 0% to 100%, such as 2.5%';
const LOSS = `${SHARE}, or a model: random, gemodel`;
const RATE = 'expected a rate in bits a second, such as 64kbit, 10mbit or 1gbit, from 1bit to 10tbit';

/** The settings of link a, which begin in column 12 of the second line, and what they are refused with. */
test.each<[string, string[]]>([
  ['', [`2:9: a has no value: expected keys with values: ${LINK}`]],
  ['5', [`2:12: a 5: expected keys with values: ${LINK}`]],
  ['20ms', [`2:12: a 20ms: expected keys with values: ${LINK}`]],
  ['[wan]', [`2:12: a (a list): expected keys with values: ${LINK}`]],
  [
    '{dealy: 1ms, los: 1%}',
    [`2:13: unknown key dealy: expected one of ${LINK}`, `2:25: unknown key los: expected one of ${LINK}`],
  ],
  ['{delay:1ms}', [`2:13: unknown key delay:1ms: expected one of ${LINK}; a colon needs a space behind it`]],
  ['{delay: -5ms}', [`2:20: delay -5ms: ${TIME}`]],
  ['{delay: }', [`2:13: delay has no value: ${TIME}`]],
  ['{delay: ~}', [`2:20: delay has no value: ${TIME}`]],
  ['{delay: ""}', [`2:20: delay "": ${TIME}`]],
  ['{delay: true}', [`2:20: delay true: ${TIME}`]],
  ['{delay: [1ms]}', [`2:20: delay (a list): ${TIME}`]],
  ['{delay: {min: 1ms}}', [`2:20: delay (keys with values): ${TIME}`]],
  ['{delay: 100ms 20ms}', [`2:20: delay 100ms 20ms: ${TIME}`]],
  ['{delay: .inf}', [`2:20: delay Infinity: ${TIME}`]],
  ['{delay: .nan}', [`2:20: delay NaN: ${TIME}`]],
  ['{delay: 1e300}', [`2:20: delay 1e+300: ${TIME}`]],
  ['{delay: 99999999h}', [`2:20: delay 99999999h: ${TIME}`]],
  [`{delay: ${'9'.repeat(100)}s}`, [`2:20: delay ${'9'.repeat(59)}…: ${TIME}`]],
  ['{jitter: 5 lightyears}', [`2:21: jitter 5 lightyears: ${TIME}`]],
  ['{loss: 120%}', [`2:19: loss 120%: ${LOSS}`]],
  ['{loss: 3}', [`2:19: loss 3: ${LOSS}`]],
  ['{loss: 1% 25%}', [`2:19: loss 1% 25%: ${LOSS}`]],
  ['{loss: }', [`2:13: loss has no value: ${LOSS}`]],
  ['{loss: {random: 101%}}', [`2:28: random 101%: ${SHARE}`]],
  ['{loss: {probability: 1%}}', ['2:20: unknown key probability: expected random']],
  ['{loss: {correlation: 1%}}', [`2:19: missing key random: ${SHARE}`]],
  ['{loss: {gemodel: 3%}}', ['2:29: gemodel 3%: expected keys with values: p, r, 1-h, 1-k']],
  ['{loss: {gemodel: {p: 1%}}}', [`2:29: missing key r: ${SHARE}`]],
  ['{loss: {gemodel: {p: 1%, q: 2%}}}', ['2:37: unknown key q: expected r']],
  ['{loss: {gemodel: {p: 1%, r: 2%}, random: 1%}}', ['2:19: random and gemodel: expected one of them']],
  ['{duplicate: 101%}', [`2:24: duplicate 101%: ${SHARE}, or keys with values: probability, correlation`]],
  ['{corrupt: {share: 1%}}', ['2:23: unknown key share: expected probability']],
  ['{delay: 1ms, reorder: {gap: 5}}', [`2:34: missing key probability: ${SHARE}`]],
  [
    '{delay: 1ms, reorder: {probability: 5%, gap: 0}}',
    ['2:57: gap 0: expected a whole number from 1 to 1000000'],
  ],
  ['{reorder: 5%}', ['2:22: reorder: nothing overtakes where nothing is delayed; expected delay, too']],
  [
    '{forward: {reorder: 5%}, backward: {delay: 1ms}}',
    ['2:32: reorder: nothing overtakes where nothing is delayed; expected delay, too'],
  ],
  [
    '{distribution: gaussian}',
    ['2:27: distribution gaussian: expected one of uniform, normal, pareto, paretonormal'],
  ],
  ['{distribution: normal}', ['2:27: distribution: there is no jitter to be spread; expected jitter, too']],
  [
    '{loss: 1%, correlation: 25%}',
    [
      '2:36: correlation: there is no jitter to be correlated; expected jitter, too, or for loss: {random: 1%, correlation: 25%}',
    ],
  ],
  ['{limit: 5}', ['2:20: limit: nothing waits where there is no rate; expected rate, too']],
  ['{rate: 10}', [`2:19: rate 10: ${RATE}`]],
  ['{rate: 10mbps}', [`2:19: rate 10mbps: ${RATE}`]],
  ['{rate: 0bit}', [`2:19: rate 0bit: ${RATE}`]],
  ['{mtu: 20}', ['2:18: mtu 20: expected a whole number from 68 to 65535']],
  ['{mtu: "1500"}', ['2:18: mtu "1500": expected a whole number from 68 to 65535']],
  [
    '{mtu: 99999999999999999999}',
    ['2:18: mtu 100000000000000000000: expected a whole number from 68 to 65535'],
  ],
  [
    '{forward: 5ms}',
    [`2:22: forward 5ms: expected keys with values: ${LINK.replace(', forward, backward', '')}`],
  ],
  [
    '{forward: {backward: {}}}',
    [`2:23: unknown key backward: expected one of ${LINK.replace(', forward, backward', '')}`],
  ],
])('links: {a: %s}', (settings, lines) => {
  const links = `{a: ${settings}, lan: {}, wan: {}}`;
  expect(linesOf(textOf({ links }))).toEqual(lines.map((line) => `x.yaml:${line}`));
});

test.each<[string, string[]]>([
  ['[a]', ['2:8: links (a list): expected links by their names']],
  ['', ['2:1: links has no value: expected links by their names']],
  ['{lan: {}, wan: {}, r: {}}', ['2:27: link r: a router has that name, too; expected another']],
])('links: %s', (links, lines) => {
  expect(linesOf(textOf({ links }))).toEqual(lines.map((line) => `x.yaml:${line}`));
});
