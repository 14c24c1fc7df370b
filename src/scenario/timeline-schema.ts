import { z } from 'zod';
import { REJECTIONS } from '../network/icmp-error.ts';
import { changesSchema, destinationSchema } from './destination-schema.ts';
import { hostsSchema } from './hosts-schema.ts';
import { linkSchema } from './link-schema.ts';
import { namesSchema } from './names-schema.ts';
import { duration, span, step, whole } from './quantities.ts';
import { isKeys, oneOf, oneOrMore, only, text } from './shapes.ts';
import { pathSchema } from './topology-schema.ts';
import { anyOf } from './wording.ts';

const at = duration('When, since the start', '2m');
/** Of what ends again. */
const lasting = {
  at,
  for: span('For how long; to the end unless given', '30s').optional(),
  repeat: only({
    every: span('From one beginning to the next', '1m'),
    times: whole(1, 1e6, 'How often altogether'),
  })
    .optional()
    .meta({ description: 'Again and again: a flap' }),
};

const names = (description: string) => oneOrMore(text(description, 'a name or several'));

/** Every kind of event, by the key that only it has. */
const KINDS = {
  outage: only({ ...lasting, outage: names('Links and routers that lose everything') }),
  impair: only({
    ...lasting,
    impair: names('Links that change'),
    with: linkSchema.meta({ description: 'What is different of them' }),
  }),
  route: only({
    ...lasting,
    route: text('The network that is reached another way'),
    path: pathSchema,
    return: pathSchema.optional().meta({ description: 'The way back; the same unless given' }),
  }),
  reject: only({
    ...lasting,
    reject: names('Routers that refuse what would go on beyond them'),
    with: z.enum(REJECTIONS).meta({ description: 'How' }),
  }),
  serve: only({
    ...lasting,
    serve: text('The network whose hosts change'),
    hosts: hostsSchema,
  }),
  resolve: only({ ...lasting, resolve: namesSchema.meta({ description: 'Other answers to host names' }) }),
  interface: only({
    ...lasting,
    interface: z.literal('down').meta({ description: 'The source’s own: it can send nothing' }),
  }),
  database: only({
    ...lasting,
    database: z.literal('down').meta({ description: 'The monitor’s own: it takes no results' }),
  }),
  step: only({ at, step: step('By how much the wall clock jumps') }),
  leap: only({
    at,
    leap: z
      .enum(['insert', 'delete'])
      .meta({ description: 'A leap second: the wall clock has a second twice, or not at all' }),
  }),
  suspend: only({ at, suspend: span('For how long the host sleeps', '10m') }),
  pause: only({ at, pause: span('For how long the process is not executed', '3s') }),
  add: only({ at, add: oneOrMore(destinationSchema.meta({ description: 'Rows that come' })) }),
  change: only({
    at,
    change: names('Addresses or names of rows'),
    to: changesSchema.meta({ description: 'What is different of them' }),
  }),
  remove: only({ at, remove: names('Addresses or names of rows that go') }),
};

export type EventKind = keyof typeof KINDS;

const EVENT_KINDS = Object.keys(KINDS) as EventKind[];

type Event = { [Kind in EventKind]: z.output<(typeof KINDS)[Kind]> & { kind: Kind } }[EventKind];

export type TimelineEvent = Event;

/** An event as it is written. */
export type EventGiven = { [Kind in EventKind]: z.input<(typeof KINDS)[Kind]> }[EventKind];

type EventSchema = z.ZodType<TimelineEvent, EventGiven>;

const events = new Map(
  EVENT_KINDS.map((kind) => {
    const schema = KINDS[kind] as z.ZodType<object, EventGiven>;
    return [
      kind,
      schema.meta({ title: kind }).transform((event) => ({ ...event, kind })) as unknown as EventSchema,
    ];
  }),
);

/** The schema of the kind that an event is meant to be. */
function meant(given: unknown): EventSchema | string {
  if (!isKeys(given)) return 'an event without keys: expected at, and what happens';
  const kinds = EVENT_KINDS.filter((kind) => Object.hasOwn(given, kind));
  const [kind = 'outage', ...others] = kinds;
  if (kinds.length === 0) return `nothing happens: expected ${anyOf(EVENT_KINDS)}`;
  if (others.length > 0) return `${kinds.join(' and ')} in one event: expected an event for each`;
  return events.get(kind) as EventSchema;
}

export const eventSchema = oneOf([...events.values()], meant);

export const timelineSchema = z.array(eventSchema).meta({ description: 'What happens meanwhile' });
