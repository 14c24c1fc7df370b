import type { AlertEventBody, AlertMessage } from '../../src/alerts/message.ts';
import type { Alert } from '../../src/entities/alert.ts';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { Simulation } from '../../src/simulation/simulation.ts';

export const START = Date.parse('2026-01-01T00:00:00Z');

/** A network of two links and a router, with a destination a second behind each. */
export const network = (given: Partial<ScenarioGiven> = {}): ScenarioGiven => ({
  name: 'alerts',
  duration: '10m',
  start: new Date(START).toISOString(),
  links: { near: { delay: '1ms' }, far: { delay: '9ms' } },
  routers: { router: { address: '203.0.113.1' } },
  networks: {
    lan: { prefix: '203.0.113.0/24', path: ['near', 'router'] },
    net: { prefix: '198.51.100.0/24', path: ['near', 'router', 'far'] },
  },
  destinations: [{ address: '198.51.100.1' }],
  ...given,
});

/** What has been told: when, in s since the start, and what of whom. */
export interface Told {
  at: number;
  kind: AlertEventBody['kind'];
  rule: string;
  destination: string | null;
  message: string;
  alert: AlertEventBody['alert'];
}

export interface Watching {
  simulation: Simulation;
  told: Told[];
  messages: AlertMessage[];
  /** Runs a statement. */
  sql(statement: string, parameters?: unknown[]): Promise<unknown[]>;
  alerts(): Promise<Alert[]>;
}

/** A simulation with these rules (columns of their table) and one channel, from its beginning. */
export async function watching(
  scenario: ScenarioGiven,
  rules: readonly Record<string, unknown>[],
  { database }: { database?: string } = {},
): Promise<Watching> {
  const told: Told[] = [];
  const messages: AlertMessage[] = [];
  const simulation: Simulation = await simulate(scenario, {
    ...(database === undefined ? {} : { database }),
    alerts: {
      send: async (_channel, message) => {
        messages.push(message);
        for (const { kind, alert } of message.events)
          told.push({
            at: simulation.now / 1000,
            kind,
            rule: alert.rule,
            destination: alert.destination,
            message: message.id,
            alert,
          });
      },
    },
  });
  const sql = (statement: string, parameters: unknown[] = []): Promise<unknown[]> =>
    simulation.database.edit((manager) => manager.query(statement, parameters));
  await sql(
    `INSERT INTO alert_channels (name, kind, settings) VALUES ('test', 'webhook', '{"url":"http://192.0.2.1/"}')`,
  );
  for (const rule of rules) {
    const columns = Object.keys(rule);
    await sql(
      `INSERT INTO alert_rules (${columns.join(', ')}) VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(rule),
    );
  }
  // The edit is seen.
  await simulation.run('3s');
  return {
    simulation,
    told,
    messages,
    sql,
    alerts: () =>
      simulation.database.read((dataSource) =>
        dataSource.query('SELECT * FROM alerts ORDER BY id'),
      ) as Promise<Alert[]>,
  };
}

/** Kind, rule and destination of each, in order. */
export const summary = (told: readonly Told[]): string[] =>
  told.map(({ kind, rule, destination }) => `${kind} ${rule} ${destination ?? 'source'}`);
