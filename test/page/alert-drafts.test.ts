import { describe, expect, test } from 'vitest';
import type { MaintenanceBody, RuleBody } from '../../src/http/schemas/alert.ts';
import { channelGiven, NEW_CHANNEL } from '../../src/page/alerts/channel-draft.ts';
import { maintenanceGiven, maintenanceTexts } from '../../src/page/alerts/maintenance-draft.ts';
import { boundText, NEW_RULE, ruleGiven, ruleTexts } from '../../src/page/alerts/rule-draft.ts';

const rule: RuleBody = {
  id: 3,
  name: 'lossy',
  enabled: true,
  metric: 'loss',
  state: null,
  comparison: '>',
  threshold: 0.001,
  recovery_threshold: 0.0005,
  span: 300_000,
  hold: 0,
  recovery_hold: 90_000,
  severity: 'warning',
  destinations: 'web-*,!web-3',
  repeat: 14_400_000,
  channels: [2, 5],
  problem: null,
};

describe('a rule', () => {
  test('that nobody has touched says what it said', () => {
    const { id, enabled, problem, ...columns } = rule;
    expect(ruleGiven(ruleTexts(rule))).toEqual({ body: columns, problems: {} });
    for (const changed of [
      { metric: 'state', state: 'change', threshold: null, recovery_threshold: null },
      { metric: 'p95', threshold: 1.5, recovery_threshold: null },
      { metric: 'p99', threshold: 200, repeat: null, channels: [] },
    ]) {
      const row = { ...rule, ...changed };
      const { id, enabled, problem, ...wanted } = row;
      expect(ruleGiven(ruleTexts(row))).toEqual({ body: wanted, problems: {} });
    }
  });

  test('bounds are written as in a file', () => {
    expect(boundText('loss', 0.125)).toBe('12.5%');
    expect(boundText('loss', 0.05)).toBe('5%');
    expect(boundText('p95', 200)).toBe('200ms');
    expect(boundText('p95', 0.25)).toBe('0.25ms');
    const given = (metric: string, threshold: string) => {
      const { body, problems } = ruleGiven({ ...NEW_RULE, metric, threshold });
      return problems.threshold ?? body.threshold;
    };
    expect(given('loss', '0.1%')).toBe(0.001);
    expect(given('loss', '0.3')).toBe(0.3);
    expect(given('p95', '1.5s')).toBe(1500);
    expect(given('p95', '30')).toBe(30);
    expect(given('p95', '5%')).toBe('threshold: metric p95 needs a time, such as 100ms');
    expect(given('loss', '5s')).toBe('threshold: metric loss needs a share, such as 5%');
    // One that is left from another metric is not the rule's.
    expect(given('state', '5%')).toBeNull();
    expect(given('loss', '')).toBeNull();
  });

  test('times that are none, or missing, are told', () => {
    expect(ruleGiven({ ...NEW_RULE, hold: '', span: 'x' }).problems).toEqual({
      hold: 'empty: expected a number and a unit, such as 200ms, 10s or 1h',
      span: '"x" is not a time: expected a number and a unit, such as 200ms, 10s or 1h',
    });
  });
});

describe('a channel', () => {
  test('says nothing of settings that are to stay', () => {
    expect(channelGiven({ ...NEW_CHANNEL, name: ' ops ', replace: '' }, { isNew: false })).toEqual({
      body: { name: 'ops', send_resolved: true },
      problems: {},
    });
  });

  test('has the settings of its kind, and only those that are said', () => {
    const webhook = { ...NEW_CHANNEL, name: 'ops', url: 'https://a.example', headers: 'a: b:c\n\n x-y :z ' };
    expect(channelGiven(webhook, { isNew: true }).body).toEqual({
      name: 'ops',
      kind: 'webhook',
      send_resolved: true,
      settings: { url: 'https://a.example', headers: { a: 'b:c', 'x-y': 'z' } },
    });
    const mail = { ...webhook, kind: 'email', server: 'smtp://b.example', from: 'a@b', to: 'a@b; c@d\ne@f' };
    expect(
      channelGiven({ ...mail, timeout: '5s', require_tls: 'yes' }, { isNew: true }).body.settings,
    ).toEqual({
      server: 'smtp://b.example',
      from: 'a@b',
      to: ['a@b', 'c@d', 'e@f'],
      require_tls: true,
      timeout: 5000,
    });
  });
});

describe('a maintenance', () => {
  const row: MaintenanceBody = {
    id: 1,
    destinations: '*',
    starts: 1_762_344_000_123,
    ends: 1_762_351_200_123,
    repeats: null,
    time_zone: null,
    reason: null,
    under_way: false,
    problem: null,
  };

  test('that is made longer begins when it began, to the ms', () => {
    const texts = { ...maintenanceTexts(row), length: '3h' };
    const { body } = maintenanceGiven(texts, { now: 0, before: row });
    expect(body).toMatchObject({ starts: row.starts, ends: row.starts + 10_800_000 });
  });

  test('begins now unless told otherwise', () => {
    const texts = { ...maintenanceTexts(row), starts: '', destinations: ' ', length: '1h' };
    expect(maintenanceGiven(texts, { now: 5000 }).body).toMatchObject({
      destinations: '*',
      starts: 5000,
      ends: 3_605_000,
      time_zone: null,
    });
  });
});
