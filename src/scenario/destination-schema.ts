import { z } from 'zod';
import { Protocol } from '../entities/protocol.ts';
import { longestData } from '../entities/settings.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { type Condition, type Expectation, FIGURES, type Figure, parseCondition } from './expectation.ts';
import { duration, milliseconds, quantity, whole } from './quantities.ts';
import { oneOf, only, text } from './shapes.ts';

/** The protocols as a scenario names them. */
export type ProtocolName = Lowercase<keyof typeof Protocol>;

const PROTOCOLS = Object.keys(Protocol).map((name) => name.toLowerCase()) as [
  ProtocolName,
  ...ProtocolName[],
];

/** The value that a protocol has in the table. */
export const protocolOf = (name: ProtocolName): Protocol =>
  Protocol[name.toUpperCase() as Uppercase<ProtocolName>];

const COUNT = { type: ['string', 'integer'], minimum: 0 };
const FORMS = { count: COUNT, share: { type: 'string' }, time: { ...COUNT, type: ['string', 'number'] } };
const CONDITIONS = {
  count: ['0', '<= 3', '>= 100', '10..20'],
  share: ['0%', '<= 1%', '>= 99%', '2%..4%'],
  time: ['20ms', '< 25ms', '>= 1s', '19ms..21ms'],
};

const conditions = Object.fromEntries(
  (Object.keys(FIGURES) as Figure[]).map((figure) => [
    figure,
    quantity(
      (given): Condition => parseCondition(figure, given),
      `What ${figure} has to be`,
      CONDITIONS[FIGURES[figure]],
      FORMS[FIGURES[figure]],
    ).optional(),
  ]),
) as unknown as Record<Figure, z.ZodOptional<z.ZodType<Condition, string | number>>>;

const expectation = only({
  from: duration('Only probes sent from then on, since the start', '2m').prefault('0s'),
  to: duration('Only probes sent before then; to the end unless given', '3m').optional(),
  ...conditions,
}).transform(
  ({ from, to = Number.POSITIVE_INFINITY, ...given }): Expectation => ({ from, to, conditions: given }),
);

const altogether = expectation.transform((one) => [one]);
const spans = z.array(expectation);
const expectations = oneOf<typeof altogether | typeof spans>([altogether, spans], (given) =>
  Array.isArray(given) ? spans : altogether,
).meta({ description: 'What has to come out, altogether or in spans of time' });

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
  address: text('A host name among `names`, or a numeric address'),
  ...columns,
  count: whole(1, 100_000, 'So many destinations, at consecutive addresses').prefault(1),
  expect: expectations.prefault([]),
}).meta({ id: 'destination', description: 'What is probed, how, and what has to come out' });

export type DestinationGiven = z.output<typeof destinationSchema>;

/** What an edit changes of a row. */
export const changesSchema = only({
  address: text('A host name among `names`, or a numeric address').optional(),
  ...columns,
});

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
