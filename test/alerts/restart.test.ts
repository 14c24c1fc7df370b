import { expect, test } from 'vitest';
import type { AlertMessage } from '../../src/alerts/message.ts';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { Simulation } from '../../src/simulation/simulation.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';
import { network, START } from './support.ts';

/** A monitor that has stopped, and what was told meanwhile. */
interface Run {
  url: string;
  /** When it starts: so many ms after the first one. */
  after: number;
  scenario: Partial<ScenarioGiven>;
  send?: () => Promise<void>;
  meanwhile?: (simulation: Simulation) => Promise<void>;
}

/** Runs a monitor on a database that an earlier one may have left, and returns what it has told. */
async function run({ url, after, scenario, send, meanwhile }: Run): Promise<AlertMessage[]> {
  const told: AlertMessage[] = [];
  if (after > 0)
    // A simulation begins with empty tables; alerts are not among those that it asks for.
    await shell(
      url,
      "DELETE FROM results; DELETE FROM destinations; DELETE FROM sqlite_sequence WHERE name = 'destinations'",
    );
  const simulation = await simulate(network({ ...scenario, start: new Date(START + after).toISOString() }), {
    database: url,
    alerts: {
      send: async (_channel, message) => {
        await send?.();
        told.push(message);
      },
    },
  });
  await meanwhile?.(simulation);
  await simulation.finish();
  return told;
}

const tables = async (simulation: Simulation) =>
  simulation.database.edit(async (manager) => {
    await manager.query("INSERT INTO alert_rules (name, recovery_hold) VALUES ('down', 0)");
    await manager.query(
      `INSERT INTO alert_channels (name, kind, settings) VALUES ('ops', 'webhook', '{"url":"http://192.0.2.1/"}')`,
    );
  });

const FAILING = { duration: '4m', timeline: [{ at: '2m', outage: 'far' }] };

const eventsOf = (messages: readonly AlertMessage[]) =>
  messages.flatMap(({ events }) => events.map(({ kind, alert }) => [kind, alert.id, alert.ended] as const));

test('what was firing when a monitor stopped is not told again by the next one, and its end is', async () => {
  const url = await temporaryDatabase();
  const first = eventsOf(await run({ url, after: 0, scenario: FAILING, meanwhile: tables }));
  expect(first).toEqual([['fired', expect.any(String), null]]);
  const [[, uid]] = first as [(typeof first)[number]];
  const second = await run({
    url,
    after: 600_000,
    scenario: { duration: '5m', timeline: [{ at: '0s', for: '2m', outage: 'far' }] },
  });
  expect(eventsOf(second)).toEqual([['resolved', uid, null]]);
  const { started, resolved } = second[0]!.events[0]!.alert;
  expect(resolved! - started).toBeGreaterThan(590_000);
  expect(await shell(url, 'SELECT count(*) FROM alerts')).toBe('1');
});

test('what is good when the next monitor starts is over then', async () => {
  const url = await temporaryDatabase();
  await run({ url, after: 0, scenario: FAILING, meanwhile: tables });
  const told = await run({ url, after: 600_000, scenario: { duration: '2m' } });
  expect(eventsOf(told).map(([kind, , ended]) => [kind, ended])).toEqual([['resolved', null]]);
});

test('what there is no destination or no rule of any more when the next monitor starts is over, and says why', async () => {
  const url = await temporaryDatabase();
  await run({ url, after: 0, scenario: FAILING, meanwhile: tables });
  const gone = await run({
    url,
    after: 600_000,
    scenario: { duration: '2m', destinations: [] },
  });
  expect(eventsOf(gone).map(([kind, , ended]) => [kind, ended])).toEqual([
    ['resolved', 'the destination was removed'],
  ]);

  const other = await temporaryDatabase();
  await run({ url: other, after: 0, scenario: FAILING, meanwhile: tables });
  await shell(other, "DELETE FROM alert_rules WHERE name = 'down'");
  const unwatched = await run({ url: other, after: 600_000, scenario: { duration: '1m' } });
  expect(eventsOf(unwatched).map(([kind, , ended]) => [kind, ended])).toEqual([
    ['resolved', 'the rule no longer applies'],
  ]);
});

test('what a monitor could not tell the next one tells, under the same id, and the end after it', async () => {
  const url = await temporaryDatabase();
  const attempted = await run({
    url,
    after: 0,
    scenario: FAILING,
    meanwhile: tables,
    send: () => Promise.reject(new Error('no')),
  });
  expect(attempted).toEqual([]);
  const message = await shell(url, 'SELECT DISTINCT message FROM alert_deliveries');
  expect(message).toMatch(/^[0-9a-f-]{36}$/);
  const told = await run({ url, after: 600_000, scenario: { duration: '5m' } });
  expect(told.map(({ id }) => id)).toEqual([message, expect.not.stringMatching(message)]);
  expect(eventsOf(told).map(([kind]) => kind)).toEqual(['fired', 'resolved']);
});
