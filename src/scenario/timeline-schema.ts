import { z } from 'zod';
import { REJECTIONS } from '../network/icmp-error.ts';
import { changesSchema, destinationSchema } from './destination-schema.ts';
import { linkSchema } from './link-schema.ts';
import { namesSchema } from './names-schema.ts';
import { duration, oneOrMore, only, step, whole } from './quantities.ts';
import { hostsSchema, pathSchema } from './topology-schema.ts';

const at = duration('When, since the start', '2m');
/** Of what ends again. */
const lasting = {
  at,
  for: duration('For how long; to the end unless given', '30s').optional(),
  repeat: only({
    every: duration('From one beginning to the next', '1m'),
    times: whole(1, 1e6, 'How often altogether'),
  })
    .optional()
    .meta({ description: 'Again and again: a flap' }),
};

const names = oneOrMore(z.string());

/** Every kind of event, by the key that only it has. */
const KINDS = {
  outage: only({ ...lasting, outage: names.meta({ description: 'Links and routers that lose everything' }) }),
  impair: only({
    ...lasting,
    impair: names.meta({ description: 'Links that change' }),
    with: linkSchema.meta({ description: 'What is different of them' }),
  }),
  route: only({
    ...lasting,
    route: z.string().meta({ description: 'The network that is reached another way' }),
    path: pathSchema,
    return: pathSchema.optional(),
  }),
  reject: only({
    ...lasting,
    reject: names.meta({ description: 'Routers that refuse what would go on beyond them' }),
    with: z.enum(REJECTIONS).meta({ description: 'How' }),
  }),
  serve: only({
    ...lasting,
    serve: z.string().meta({ description: 'The network whose hosts change' }),
    hosts: hostsSchema,
  }),
  resolve: only({ ...lasting, resolve: namesSchema.meta({ description: 'Other answers to host names' }) }),
  interface: only({
    ...lasting,
    interface: z.literal('down').meta({ description: 'The source’s own: it can send nothing' }),
  }),
  step: only({ at, step: step('By how much the wall clock jumps') }),
  leap: only({
    at,
    leap: z
      .enum(['insert', 'delete'])
      .meta({ description: 'A leap second: the wall clock has a second twice, or not at all' }),
  }),
  suspend: only({ at, suspend: duration('For how long the host sleeps', '10m') }),
  pause: only({ at, pause: duration('For how long the process is not executed', '3s') }),
  add: only({ at, add: oneOrMore(destinationSchema.meta({ description: 'Rows that come' })) }),
  change: only({
    at,
    change: names.meta({ description: 'Addresses or names of rows' }),
    to: changesSchema,
  }),
  remove: only({ at, remove: names.meta({ description: 'Addresses or names of rows that go' }) }),
};

export type EventKind = keyof typeof KINDS;

export const EVENT_KINDS = Object.keys(KINDS) as EventKind[];

type Event = { [Kind in EventKind]: z.output<(typeof KINDS)[Kind]> & { kind: Kind } }[EventKind];

export type TimelineEvent = Event;

/** An event as it is written. */
export type EventGiven = { [Kind in EventKind]: z.input<(typeof KINDS)[Kind]> }[EventKind];

const any = z.union(
  EVENT_KINDS.map((kind) =>
    (KINDS[kind] as z.ZodObject).transform((event) => ({ ...event, kind })),
  ) as unknown as [z.ZodType, z.ZodType],
);

export const timelineSchema = z
  .array(any as z.ZodType<TimelineEvent, EventGiven>)
  .meta({ description: 'What happens meanwhile' });
