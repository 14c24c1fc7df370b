import { z } from 'zod';
import { Protocol } from '../entities/protocol.ts';
import { longestData } from '../entities/settings.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { type Condition, type Expectation, FIGURES, type Figure, parseCondition } from './expectation.ts';
import { duration, only, quantity, whole } from './quantities.ts';

const PROTOCOLS = Object.keys(Protocol).map((name) => name.toLowerCase()) as Lowercase<
  keyof typeof Protocol
>[];

const conditions = Object.fromEntries(
  (Object.keys(FIGURES) as Figure[]).map((figure) => [
    figure,
    quantity(
      (given): Condition => parseCondition(figure, given),
      `What ${figure} has to be`,
      '>= 1',
    ).optional(),
  ]),
) as unknown as Record<Figure, z.ZodOptional<z.ZodType<Condition, string | number>>>;

const expectation = only({
  from: duration('Only probes sent from then on, since the start', '2m').default(0),
  to: duration('Only probes sent before then', '3m').default(Number.POSITIVE_INFINITY),
  ...conditions,
}).transform(({ from, to, ...given }): Expectation => ({ from, to, conditions: given }));

const expectations = z
  .union([expectation.transform((one) => [one]), z.array(expectation)])
  .meta({ description: 'What has to come out, altogether or in spans of time' });

/** The columns of a row of destinations, as a scenario has them. */
const columns = {
  protocol: z
    .enum(PROTOCOLS as [string, ...string[]])
    .optional()
    .meta({ description: 'icmp, or icmp6 of an IPv6 address, unless given' }),
  port: whole(1, 65_535, 'Of udp and tcp').optional(),
  interval: duration('From one probe to the next', '1s').optional(),
  timeout: duration('How long an answer counts as in time', '1s').optional(),
  ttl: whole(1, 255, 'TTL or hop limit').optional(),
  data: z.string().optional().meta({ description: 'What a probe carries' }),
  size: whole(0, longestData(Protocol.UDP6), 'That many bytes of data, made up').optional(),
  name: z.string().optional().meta({ description: 'A label' }),
  active: z.boolean().optional().meta({ description: 'Whether it is probed' }),
};

export const destinationSchema = only({
  address: z.string().meta({ description: 'A host name or a numeric address' }),
  ...columns,
  count: whole(1, 100_000, 'So many destinations, at consecutive addresses').default(1),
  expect: expectations.default([]),
});

export type DestinationGiven = z.output<typeof destinationSchema>;

/** What an edit changes of a row. */
export const changesSchema = only({ address: z.string().optional(), ...columns });

export type ChangesGiven = z.output<typeof changesSchema>;

/** What of it is a column, as the table has it. */
export function columnsOf(given: ChangesGiven): Record<string, unknown> {
  const { protocol, interval, timeout, size, data, ...rest } = given;
  return {
    ...rest,
    ...(protocol === undefined
      ? {}
      : { protocol: Protocol[protocol.toUpperCase() as keyof typeof Protocol] }),
    ...(interval === undefined ? {} : { interval: interval / MILLISECOND }),
    ...(timeout === undefined ? {} : { timeout: timeout / MILLISECOND }),
    ...(size === undefined ? (data === undefined ? {} : { data }) : { data: 'x'.repeat(size) }),
  };
}
