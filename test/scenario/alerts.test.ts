import { describe, expect, test } from 'vitest';
import { linesOf, scenarioWith, textOf } from './support.ts';

const wrong = (alerts: string): readonly string[] =>
  linesOf(
    textOf({
      destinations: '[{address: 198.51.100.7, name: web}, {address: 198.51.100.8, name: gw}]',
      alerts,
    }),
  );

test('rules, parents and maintenances are those of the file of "pinger alerts apply"', () => {
  const { alerts } = scenarioWith({
    alerts: `
  channels: [{ name: ops, kind: webhook, settings: { url: "\${NOT_SET}" } }]
  rules:
    - { name: lossy, metric: loss, threshold: 5%, span: 5m, hold: 2m, channels: ops }
  parents: { "198.51.100.7": "198.51.100.7" }
  maintenances: [{ starts: 2m, ends: 2026-01-01T00:05Z }]
  expect:
    - { rule: lossy, fired: 0, resolved: "<= 3" }
    - { from: 1m, to: 2m, channel: ops, messages: 1..2 }`,
  });
  expect(alerts).toMatchObject({
    rules: [{ name: 'lossy', threshold: { share: 0.05 }, span: 300e9, hold: 120_000, channels: ['ops'] }],
    expect: [
      { from: 0, to: Number.POSITIVE_INFINITY, rule: 'lossy', conditions: { fired: { from: 0, to: 0 } } },
      { from: 60e9, to: 120e9, channel: 'ops', conditions: { messages: { from: 1, to: 2 } } },
    ],
  });
});

test('one expectation needs no list', () => {
  expect(scenarioWith({ alerts: '{expect: {fired: 0}}' }).alerts?.expect).toHaveLength(1);
});

describe('what is wrong is told in one line, with what would be right', () => {
  test.each<[string, string]>([
    ['{rule: []}', '6:10: unknown key rule: expected one of channels, rules, parents, maintenances, expect'],
    [
      '{rules: [{name: a, metric: lost}]}',
      '6:36: metric lost: expected one of state, source, silence, loss, p50, p95, p99, ipdv_mean',
    ],
    [
      '{rules: [{name: a, metric: loss}]}',
      '6:18: threshold is missing: metric loss needs one, a share from 0 to 1',
    ],
    [
      '{rules: [{name: a, metric: loss, threshold: 5ms}]}',
      '6:18: threshold: metric loss needs a share, such as 5%',
    ],
    ['{rules: [{name: a}, {name: a}]}', '6:29: there is another rule a'],
    ['{rules: [{name: a, channels: ops}]}', '6:18: channels: there is no channel "ops"'],
    ['{parents: {web: nobody}}', '6:25: there is no destination nobody'],
    ['{parents: {web: "*"}}', '6:25: several destinations are *'],
    [
      '{maintenances: [{starts: 1m, ends: noon}]}',
      '6:25: "noon": expected a time since the start, such as 2m, or an ISO time with its zone, such as 2026-01-01T02:00Z',
    ],
    [
      '{maintenances: [{starts: 1m, ends: 2026-01-01T02:00}]}',
      '6:25: "2026-01-01T02:00": expected a time since the start, such as 2m, or an ISO time with its zone, such as 2026-01-01T02:00Z',
    ],
    ['{maintenances: [{starts: 2m, ends: 1m}]}', '6:25: ends: expected a moment after starts'],
    [
      '{maintenances: [{starts: 2m, ends: 3m, repeats: daily, time_zone: Mars}]}',
      '6:25: time_zone "Mars": expected a name such as Europe/Berlin or UTC',
    ],
    [
      '{expect: {}}',
      '6:18: expect says nothing: expected one of fired, repeated, resolved, suppressed, messages',
    ],
    ['{expect: {fired: few}}', '6:26: fired few: expected a count, such as 0, "<= 3", ">= 100" or 10..20'],
    ['{expect: {rule: down, fired: 1}}', '6:25: rule down: no rule has that name; expected source'],
    [
      '{rules: [{name: a}, {name: b}], expect: [{rule: c, fired: 1}]}',
      '6:57: rule c: no rule has that name; expected one of a, b',
    ],
    [
      '{expect: {channel: ops, messages: 1}}',
      '6:28: channel ops: no channel has that name; expected simulation',
    ],
    [
      '{expect: {channel: simulation, fired: 1}}',
      '6:28: channel: fired is not counted by channels; expected it with messages alone',
    ],
    [
      '{expect: {rule: source, messages: 1}}',
      '6:43: messages: one may be of several rules and destinations; expected it without them',
    ],
    [
      '{expect: {destinations: "protocol:smoke", fired: 1}}',
      '6:33: destinations "protocol:smoke": expected protocol:udp, protocol:tcp, protocol:icmp, protocol:udp6, protocol:tcp6, protocol:icmp6',
    ],
    ['{expect: {from: 10m, fired: 1}}', '6:25: from 10m: the scenario has ended; expected a time before 10m'],
    ['{expect: {from: 2m, to: 1m, fired: 1}}', '6:33: to 1m: expected a time after from, 2m'],
  ])('%s', (alerts, line) => expect(wrong(alerts)).toEqual([`x.yaml:${line}`]));

  test('an expectation of destinations that there never are', () => {
    expect(wrong('{expect: {destinations: "mail-*", fired: 0}}')).toEqual([
      'x.yaml:6:33: destinations mail-*: no destination is meant; expected ids, names, addresses or patterns of those there are',
    ]);
  });
});
