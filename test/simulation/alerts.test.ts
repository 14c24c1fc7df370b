import { expect, test } from 'vitest';
import { alertDifferences, alertLines } from '../../src/cli/simulation-alerts.ts';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const scenario = (expect: object, given: Partial<ScenarioGiven> = {}): ScenarioGiven => ({
  name: 'alerts',
  duration: '5m',
  links: { near: { delay: '1ms' }, far: { delay: '9ms', jitter: '1ms' } },
  networks: {
    lan: { prefix: '203.0.113.0/24', path: 'near' },
    net: { prefix: '198.51.100.0/24', path: ['near', 'far'] },
  },
  destinations: [
    { address: '198.51.100.1', name: 'web', count: 3 },
    { address: '203.0.113.1', name: 'near' },
  ],
  timeline: [{ at: '2m', for: '1m', outage: 'far' }],
  alerts: { rules: [{ name: 'down', recovery_hold: '10s' }], expect: expect as never },
  ...given,
});

test('what comes of alerts is told in order, and judged', async () => {
  const expectations = [
    { fired: 3, resolved: 3, suppressed: 0, messages: 2 },
    { destinations: 'near', fired: 0 },
    { to: '2m', fired: 0 },
    { rule: 'down', from: '2m', to: '3m', fired: '<= 2', resolved: 0 },
  ];
  const { alerts, holds } = await (await simulate(scenario(expectations))).finish();
  expect(alerts?.happenings.map(({ kind, rule, destination }) => `${kind} ${rule} ${destination}`)).toEqual([
    ...Array(3).fill(expect.stringMatching(/^fired down web \(198\.51\.100\.[123]\)$/)),
    ...Array(3).fill(expect.stringMatching(/^resolved down web \(198\.51\.100\.[123]\)$/)),
  ]);
  expect(alerts?.messages).toBe(2);
  expect(alertDifferences(alerts)).toEqual(['alerts of rule down: fired 3, expected <= 2 (from 2m to 3m)']);
  expect(holds).toBe(false);
  expect(alertLines(alerts!)[0]).toBe('Alerts: 3 fired, 2 messages; 7 of 8 expectations met.');
});

test('the same scenario and seed give the same alerts and messages, by the same names', async () => {
  const rows = async () => {
    const simulation = await simulate(scenario([]));
    await simulation.run();
    const found = await simulation.database.read(async (dataSource) => [
      await dataSource.query('SELECT * FROM alerts ORDER BY id'),
      await dataSource.query('SELECT * FROM alert_deliveries ORDER BY id'),
    ]);
    await simulation.stop();
    return found;
  };
  const [first, again] = [await rows(), await rows()];
  expect(first[0]).toHaveLength(3);
  expect(first[1]).toHaveLength(6);
  expect(again).toEqual(first);
});

test('time that was not simulated is not judged, and time beyond is not counted', async () => {
  const expectations = [{ fired: 3 }, { from: '2m', to: '4m', fired: 3 }];
  const shorter = await (await simulate(scenario(expectations), { duration: '3m' })).finish();
  expect([shorter.unjudged, shorter.alerts?.expectations, shorter.holds]).toEqual([2, [], true]);
  const longer = await (
    await simulate(
      scenario(expectations, {
        timeline: [{ at: '2m', for: '1m', outage: 'far', repeat: { every: '4m', times: 2 } }],
      }),
      {
        duration: '10m',
      },
    )
  ).finish();
  expect(longer.alerts?.happenings.filter(({ kind }) => kind === 'fired')).toHaveLength(6);
  expect(longer).toMatchObject({ holds: true, unjudged: 0 });
});

test('a rule of destinations that come later is about them as well', async () => {
  const given = scenario([{ destinations: 'late', fired: 1 }], {
    timeline: [
      { at: '1m', add: { address: '198.51.100.9', name: 'late' } },
      { at: '2m', for: '1m', outage: 'far' },
    ],
  });
  expect(await (await simulate(given)).finish()).toMatchObject({ holds: true });
});

test('a scenario that says nothing of alerts has none', async () => {
  const { alerts: _, ...without } = scenario([]);
  expect((await (await simulate(without)).finish()).alerts).toBeNull();
});
