import { z } from 'zod';
import { Protocol } from '../entities/protocol.ts';
import { longestData } from '../entities/settings.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { expectationsSchema } from './expectation-schema.ts';
import { milliseconds, whole } from './quantities.ts';
import { only, text } from './shapes.ts';

/** The protocols as a scenario names them. */
export type ProtocolName = Lowercase<keyof typeof Protocol>;

const PROTOCOLS = Object.keys(Protocol).map((name) => name.toLowerCase()) as [
  ProtocolName,
  ...ProtocolName[],
];

/** The value that a protocol has in the table. */
export const protocolOf = (name: ProtocolName): Protocol =>
  Protocol[name.toUpperCase() as Uppercase<ProtocolName>];

const address = text('A host name among `names`, or a numeric address', 'a host name or an IP address');

/** The columns of a row of destinations, as a scenario has them. */
const columns = {
  protocol: z
    .enum(PROTOCOLS)
    .optional()
    .meta({ description: 'icmp, or icmp6 of an IPv6 address, unless given' }),
  port: whole(1, 65_535, 'Of udp and tcp').optional(),
  interval: milliseconds('From one probe to the next', '1s', '200ms').optional(),
  timeout: milliseconds('How long an answer counts as in time', '1s').optional(),
  ttl: whole(1, 255, 'TTL or hop limit').optional(),
  data: text('What a probe carries').optional(),
  size: whole(0, longestData(Protocol.UDP6), 'That many bytes of data, made up').optional(),
  name: text('A label').optional(),
  active: z.boolean().optional().meta({ description: 'Whether it is probed' }),
};

export const destinationSchema = only({
  address,
  ...columns,
  count: whole(1, 100_000, 'So many destinations, at consecutive addresses').prefault(1),
  expect: expectationsSchema.prefault([]),
}).meta({ id: 'destination', description: 'What is probed, how, and what has to come out' });

export type DestinationGiven = z.output<typeof destinationSchema>;

/** What an edit changes of a row. */
export const changesSchema = only({ address: address.optional(), ...columns }).meta({ id: 'changes' });

export type ChangesGiven = z.output<typeof changesSchema>;

/** What of it is a column, as the table has it. */
export function columnsOf(given: ChangesGiven): Record<string, unknown> {
  const { protocol, interval, timeout, size, data, ...rest } = given;
  return {
    ...rest,
    ...(protocol === undefined ? {} : { protocol: protocolOf(protocol) }),
    ...(interval === undefined ? {} : { interval: interval / MILLISECOND }),
    ...(timeout === undefined ? {} : { timeout: timeout / MILLISECOND }),
    ...(size === undefined ? (data === undefined ? {} : { data }) : { data: 'x'.repeat(size) }),
  };
}
