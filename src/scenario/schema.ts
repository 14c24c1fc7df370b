import { z } from 'zod';
import { alertsSchema } from './alerts-schema.ts';
import { destinationSchema } from './destination-schema.ts';
import { linkSchema } from './link-schema.ts';
import { namesSchema } from './names-schema.ts';
import { moment, span, whole } from './quantities.ts';
import { named, oneOrMore, only, text } from './shapes.ts';
import { timelineSchema } from './timeline-schema.ts';
import { address, networkSchema, routerSchema } from './topology-schema.ts';

const source = only({
  name: z.string().min(1).prefault('simulation').meta({ description: 'Its name among the sources' }),
  address: oneOrMore(address('Its own, at most one of each IP version')).prefault([
    '192.0.2.1',
    '2001:db8::1',
  ]),
}).meta({ description: 'The host that probes' });

/** A scenario: a network, what is probed in it, what happens meanwhile, and what has to come out. Times in ns. */
export const scenarioSchema = only({
  name: text('What it is called'),
  description: text('What it is for').prefault(''),
  seed: whole(0, 2 ** 31 - 1, 'What chance depends on; another one gives other results').prefault(1),
  duration: span('How long it takes, in its own time', '1h', '24h').prefault('10m'),
  start: moment('What the wall clock says at the start').prefault('2026-01-01T00:00:00Z'),
  source: source.prefault({}),
  links: named(linkSchema, 'links').prefault({}).meta({ description: 'Links by their names' }),
  routers: named(routerSchema, 'routers').prefault({}).meta({ description: 'Routers by their names' }),
  networks: named(networkSchema, 'networks').meta({ description: 'Networks by their names' }),
  names: namesSchema.prefault({}),
  destinations: z.array(destinationSchema).meta({ description: 'What is probed' }),
  timeline: timelineSchema.prefault([]),
  alerts: alertsSchema.optional(),
}).meta({
  title: 'pinger scenario',
  description: 'A network, what is probed in it, and what happens meanwhile',
});

/** A scenario as it is written: https://yaml.org, or an object of the same shape. */
export type ScenarioGiven = z.input<typeof scenarioSchema>;

/** A scenario that has been found to be right. */
export type Scenario = z.output<typeof scenarioSchema>;

/** The schema for editors, which know less than `parseScenario`: https://json-schema.org/draft/2020-12 */
export const scenarioJsonSchema = (): object =>
  tidy(z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' })) as object;

/** Without what nothing fits, of which `oneOf` makes use, and without that names are text, as all keys are. */
function tidy(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.filter((each) => JSON.stringify(each) !== '{"not":{}}').map(tidy);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => key !== 'propertyNames' || Object.keys(value).some((each) => each !== 'type'),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, tidy(value)]));
}
