import { describe, expect, test } from 'vitest';
import { network, START, summary, type Told, watching } from './support.ts';

const DOWN = { name: 'down', recovery_hold: 0 };

/** Down from two minutes on, for six. */
const outage = network({ timeline: [{ at: '2m', for: '6m', outage: 'far' }] });

const FIRED = 'fired down 198.51.100.1';
const RESOLVED = 'resolved down 198.51.100.1';

const endedOf = (told: readonly Told[]) => told.map(({ alert }) => alert.ended);

describe('a rule that is edited while it is firing', () => {
  test.each<[string, string, string | null, number]>([
    ['paused', 'UPDATE alert_rules SET enabled = false WHERE id = 2', 'the rule no longer applies', 245],
    ['removed', 'DELETE FROM alert_rules WHERE id = 2', 'the rule no longer applies', 245],
    [
      'about others',
      "UPDATE alert_rules SET destinations = '7' WHERE id = 2",
      'the rule no longer applies',
      245,
    ],
    [
      'about something else',
      "UPDATE alert_rules SET state = 'up' WHERE id = 2",
      'the rule is another one now',
      245,
    ],
    ['wrong', 'UPDATE alert_rules SET span = -1 WHERE id = 2', 'the rule no longer applies', 245],
    // It goes on: the end of the outage is its end, by the new hold.
    ['otherwise patient', 'UPDATE alert_rules SET recovery_hold = 30000 WHERE id = 2', null, 510],
    ['otherwise severe', "UPDATE alert_rules SET severity = 'info' WHERE id = 2", null, 480],
    ['called otherwise', "UPDATE alert_rules SET name = 'gone' WHERE id = 2", null, 480],
  ])('%s', async (_what, edit, ended, at) => {
    const { simulation, told, alerts, sql } = await watching(outage, [DOWN]);
    await simulation.run('237s');
    expect(summary(told)).toEqual([FIRED]);
    await sql(edit);
    await simulation.run();
    const own = told.filter(({ alert }) => alert.id === told[0]!.alert.id);
    expect(summary(own)).toEqual([FIRED, RESOLVED]);
    expect(endedOf(own)).toEqual([null, ended]);
    expect(own[1]!.at).toBeGreaterThan(at - 6);
    expect(own[1]!.at).toBeLessThan(at + 6);
    expect((await alerts())[0]).toMatchObject({ state: 'resolved' });
    await simulation.stop();
  });

  test('a threshold that it is not beyond any more ends it, and nothing else', async () => {
    const { simulation, told, sql } = await watching(
      network({ links: { near: {}, far: { loss: '50%' } }, duration: '10m' }),
      [{ name: 'lossy', metric: 'loss', threshold: 0.2, span: 60_000, recovery_hold: 0 }],
    );
    await simulation.run('3m');
    expect(summary(told)).toEqual(['fired lossy 198.51.100.1']);
    await sql('UPDATE alert_rules SET threshold = 0.9 WHERE id = 2');
    await simulation.run();
    expect(summary(told)).toEqual(['fired lossy 198.51.100.1', 'resolved lossy 198.51.100.1']);
    expect(endedOf(told)).toEqual([null, null]);
    await simulation.stop();
  });
});

test('a rule that comes while a destination is down already finds it so', async () => {
  const { simulation, told, sql } = await watching(outage, []);
  await simulation.run('4m');
  await sql("INSERT INTO alert_rules (name, recovery_hold) VALUES ('down', 0)");
  await simulation.run('10s');
  expect(summary(told)).toEqual([FIRED]);
  await simulation.run();
  expect(summary(told)).toEqual([FIRED, RESOLVED]);
  await simulation.stop();
});

test('a rule that is edited while it waits for its hold begins to wait anew', async () => {
  const { simulation, told, sql } = await watching(outage, [{ ...DOWN, hold: 120_000 }]);
  await simulation.run('3m');
  await sql("UPDATE alert_rules SET severity = 'info'");
  await simulation.run('100s');
  expect(told).toEqual([]);
  await simulation.run('30s');
  expect(summary(told)).toEqual([FIRED]);
  await simulation.stop();
});

describe('a destination', () => {
  test('that is removed while it is firing is over, and told so once', async () => {
    const { simulation, told, alerts, sql } = await watching(outage, [DOWN]);
    await simulation.run('3m');
    simulation.apply({ remove: '198.51.100.1' });
    await simulation.run();
    expect(summary(told)).toEqual([FIRED, RESOLVED]);
    expect(endedOf(told)).toEqual([null, 'the destination was removed']);
    expect(await alerts()).toMatchObject([{ state: 'resolved', destination: '198.51.100.1' }]);
    expect(await sql("SELECT 1 FROM alert_deliveries WHERE state <> 'delivered'")).toEqual([]);
    await simulation.stop();
  });

  test('that comes while others are watched is watched, too', async () => {
    const { simulation, told } = await watching(outage, [DOWN]);
    simulation.apply({ add: { address: '198.51.100.2' } });
    await simulation.run();
    expect(summary(told).sort()).toEqual([
      FIRED,
      'fired down 198.51.100.2',
      RESOLVED,
      'resolved down 198.51.100.2',
    ]);
    await simulation.stop();
  });
});

test('of a channel that is removed while an alert is firing nobody is told any more; others are', async () => {
  const { simulation, told, sql } = await watching(outage, [DOWN]);
  await sql(
    `INSERT INTO alert_channels (name, kind, settings) VALUES ('other', 'webhook', '{"url":"http://192.0.2.1/"}')`,
  );
  await simulation.run('3m');
  expect(summary(told)).toEqual([FIRED, FIRED]);
  await sql("DELETE FROM alert_channels WHERE name = 'test'");
  await simulation.run();
  expect(summary(told)).toEqual([FIRED, FIRED, RESOLVED]);
  await simulation.stop();
});

describe('what suppressed an alert', () => {
  test('a maintenance that is removed: what is still bad is told', async () => {
    const { simulation, told, sql } = await watching(outage, [DOWN]);
    await sql(`INSERT INTO maintenances (destinations, starts, ends) VALUES ('*', $1, $2)`, [
      START,
      START + 3_600_000,
    ]);
    await simulation.run('4m');
    expect(told).toEqual([]);
    await sql('DELETE FROM maintenances');
    await simulation.run('20s');
    expect(summary(told)).toEqual([FIRED]);
    await simulation.stop();
  });

  test('a parent that it no longer has: what is still bad is told', async () => {
    const { simulation, told, sql } = await watching(
      network({
        destinations: [{ address: '198.51.100.1' }, { address: '198.51.100.2' }],
        timeline: [{ at: '2m', for: '6m', outage: 'far' }],
      }),
      [DOWN],
    );
    await sql('INSERT INTO destination_parents (destination_id, parent_id) VALUES (2, 1)');
    await simulation.run('4m');
    expect(summary(told)).toEqual([FIRED]);
    await sql('DELETE FROM destination_parents');
    await simulation.run('75s');
    expect(summary(told)).toEqual([FIRED, 'fired down 198.51.100.2']);
    await simulation.stop();
  });

  test('an edit of something else leaves it suppressed, and makes no second row of it', async () => {
    const { simulation, told, alerts, sql } = await watching(outage, [DOWN]);
    await sql(`INSERT INTO maintenances (destinations, starts, ends) VALUES ('*', $1, $2)`, [
      START,
      START + 3_600_000,
    ]);
    await simulation.run('4m');
    await sql("INSERT INTO alert_rules (name, metric, threshold) VALUES ('lossy', 'loss', 0.99)");
    await simulation.run('20s');
    expect(told).toEqual([]);
    expect(await alerts()).toMatchObject([{ state: 'suppressed', suppressed: 'maintenance 1' }]);
    await simulation.stop();
  });
});
