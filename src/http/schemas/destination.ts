import { z } from 'zod';
import { count, int32, text } from './common.ts';
import { columns } from './query.ts';

/** The protocols as the API names them; a 6 at the end is IPv6. The table has them as 1 UDP, 2 TCP, 3 ICMP, 4 UDP6, 5 TCP6, 6 ICMP6. */
export const protocolSchema = z.enum(['icmp', 'tcp', 'udp', 'icmp6', 'tcp6', 'udp6']);

const interval = z.number().describe('from one probe to the next, ms');
const timeout = z.number().describe('how long an answer counts as in time, ms');
const ttl = z.number().describe('TTL or hop limit, 1 to 255');

/** A row of the table of destinations. Rows that other tools have written may hold anything, and `problem` says so. */
export const destinationSchema = z
  .object({
    id: z.number().int(),
    active: z.boolean().describe('whether it is probed'),
    address: z.string().describe('host name or IP address'),
    protocol: protocolSchema.nullable().describe('null where the row has a number that stands for none'),
    port: z.number().nullable(),
    interval,
    timeout,
    ttl,
    data: z.string().describe('the payload, as UTF-8'),
    name: z.string().nullable().describe('a label for people'),
    source_id: z.number().int().nullable().describe('the one source that probes it; null: every source'),
    label: z.string().describe('what people call it: its address, or tcp://host:443'),
    size: count.describe('bytes of data'),
    problem: z.string().nullable().describe('why it cannot be probed'),
  })
  .meta({ id: 'Destination' });

export type DestinationBody = z.infer<typeof destinationSchema>;

const settings = {
  active: z.boolean().describe('whether it is probed'),
  protocol: protocolSchema,
  port: int32.nullable().describe('of tcp and udp, 1 to 65535'),
  interval: interval.int(),
  timeout: timeout.int(),
  ttl: ttl.int(),
  data: text(65_507).describe('the payload'),
  name: text(1000).nullable().describe('a label for people'),
  source_id: z.number().int().nullable().describe('the one source that probes it; null: every source'),
};

const address = text(1000).describe('a host name, an IP address, or a URL such as tcp://host:443');

/** A destination to add; what is left out is as the table's defaults have it. */
export const newDestinationSchema = columns({ address, ...settings })
  .partial(mapped(settings))
  .meta({ id: 'NewDestination', examples: [{ address: 'tcp://example.com:443', interval: 5000 }] });

export type NewDestinationBody = z.infer<typeof newDestinationSchema>;

/** So many are added at once. */
const MOST_ADDED = 1000;

export const newDestinationsSchema = z
  .array(newDestinationSchema)
  .min(1, 'expected at least one destination')
  .max(MOST_ADDED, `expected at most ${MOST_ADDED} destinations`);

/** What has become of those that were to be added. */
export const addedDestinationsSchema = z
  .object({
    added: z.array(destinationSchema),
    existing: z
      .array(destinationSchema)
      .describe('those that were there already (by address, protocol and port), with their own settings'),
  })
  .meta({ id: 'AddedDestinations' });

/** What is to be changed of one; what is left out stays as it is. */
export const changedDestinationSchema = columns({ address, ...settings })
  .partial()
  .refine(
    (body) => Object.keys(body).length > 0,
    'nothing to change: expected one of the columns of a destination',
  )
  .meta({ id: 'ChangedDestination', examples: [{ active: false }, { interval: 5000, timeout: 2000 }] });

export type ChangedDestinationBody = z.infer<typeof changedDestinationSchema>;

export const destinationsSchema = z.object({ destinations: z.array(destinationSchema) });

function mapped<Shape extends object>(shape: Shape): { [Key in keyof Shape]: true } {
  return Object.fromEntries(Object.keys(shape).map((key) => [key, true])) as { [Key in keyof Shape]: true };
}
