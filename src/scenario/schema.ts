import { z } from 'zod';
import { SECOND } from '../network/scheduler.ts';
import { destinationSchema } from './destination-schema.ts';
import { linkSchema } from './link-schema.ts';
import { namesSchema } from './names-schema.ts';
import { duration, moment, named, oneOrMore, only, whole } from './quantities.ts';
import { timelineSchema } from './timeline-schema.ts';
import { address, networkSchema, routerSchema } from './topology-schema.ts';

/** Some moment, the same for everybody. */
const USUAL_START = Date.UTC(2026, 0, 1);

const source = only({
  name: z.string().min(1).default('simulation').meta({ description: 'Its name among the sources' }),
  address: oneOrMore(address('Its own, at most one of each IP version')).default([
    '192.0.2.1',
    '2001:db8::1',
  ]),
});

/** A scenario: a network, what is probed in it, what happens meanwhile, and what has to come out. Times in ns. */
export const scenarioSchema = only({
  name: z.string().meta({ description: 'What it is called' }),
  description: z.string().default(''),
  seed: whole(0, 2 ** 31 - 1, 'What chance depends on; another one gives other results').default(1),
  duration: duration('How long it takes, in its own time', '1h').default(600 * SECOND),
  start: moment('What the wall clock says at the start').default(USUAL_START),
  source: source.default({ name: 'simulation', address: ['192.0.2.1', '2001:db8::1'] }),
  links: named(linkSchema).default({}),
  routers: named(routerSchema).default({}),
  networks: named(networkSchema).meta({
    description: 'Addresses, the way to them, and the hosts that have them',
  }),
  names: namesSchema.default({}),
  destinations: z.array(destinationSchema).meta({ description: 'What is probed' }),
  timeline: timelineSchema.default([]),
}).meta({ title: 'pinger scenario' });

/** A scenario as it is written: https://yaml.org, or an object of the same shape. */
export type ScenarioGiven = z.input<typeof scenarioSchema>;

/** A scenario that has been found to be right. */
export type Scenario = z.output<typeof scenarioSchema>;

/** The schema for editors: https://json-schema.org/draft/2020-12 */
export const scenarioJsonSchema = (): object =>
  z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' });
