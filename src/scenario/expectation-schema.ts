import { z } from 'zod';
import {
  type Condition,
  type Expectation,
  FIGURES,
  type Figure,
  type Kind,
  parseCondition,
} from './expectation.ts';
import { duration, quantity } from './quantities.ts';
import { oneOf, only } from './shapes.ts';

/** How conditions look, for editors. */
const LOOKS = {
  count: { form: { type: ['string', 'integer'], minimum: 0 }, examples: ['0', '<= 3', '>= 100', '10..20'] },
  share: { form: { type: 'string' }, examples: ['0%', '<= 1%', '>= 99%', '2%..4%'] },
  time: {
    form: { type: ['string', 'number'], minimum: 0 },
    examples: ['20ms', '< 25ms', '>= 1s', '19ms..21ms'],
  },
};

const MEANINGS: Readonly<Record<Figure, string>> = {
  sent: 'Probes that left',
  received: 'Probes that the target itself has answered in time: reply and refused',
  lost: 'Probes that left and were not received',
  undetermined: 'Timeouts that the source itself may have caused: neither received nor lost',
  loss: 'Share of the received and lost ones that were lost',
  loss_periods: 'Runs of consecutive losses',
  longest_loss_period: 'Longest run of consecutive losses, in probes',
  min: 'Shortest round-trip time',
  avg: 'Mean round-trip time',
  max: 'Longest round-trip time',
  stddev: 'Standard deviation of round-trip times',
  p50: 'Median of round-trip times',
  p95: '95th percentile of round-trip times',
  p99: '99th percentile of round-trip times',
  pdv_p95: '95th percentile of round-trip times, less the shortest',
  pdv_p99: '99th percentile of round-trip times, less the shortest',
  ipdv_mean: 'Mean difference between consecutive round-trip times',
  ipdv_max: 'Largest difference between consecutive round-trip times',
  availability: 'Share of the minutes in which no more than 20 % were lost',
  late: 'Answers after their timeout',
  duplicate: 'Further answers to answered probes',
  corrupt: 'Replies whose data had changed',
  unsent: 'Probes that never left',
  reply: 'Probes with the answer asked for',
  refused: 'Probes whose port was closed, as the target itself said',
  unreachable: 'Probes with any other ICMP error',
  ttl_exceeded: 'Probes whose TTL ran out',
  timeout: 'Probes without an answer in time',
};

/** What may be said of some figures or counts, which are of one kind each. */
export const conditionsOf = <Name extends string>(
  kinds: Readonly<Record<Name, Kind>>,
  meanings: Readonly<Record<Name, string>>,
) =>
  Object.fromEntries(
    (Object.keys(kinds) as Name[]).map((name) => {
      const { form, examples } = LOOKS[kinds[name]];
      const parse = (given: string | number): Condition => parseCondition(kinds[name], given);
      return [name, quantity(parse, meanings[name], examples, form).optional()];
    }),
  ) as unknown as Record<Name, z.ZodOptional<z.ZodType<Condition, string | number>>>;

const expectation = only({
  from: duration('Only probes sent from then on, since the start', '2m').prefault('0s'),
  to: duration('Only probes sent before then; to the end unless given', '3m').optional(),
  ...conditionsOf<Figure>(FIGURES, MEANINGS),
})
  .transform(
    ({ from, to = Number.POSITIVE_INFINITY, ...given }): Expectation => ({ from, to, conditions: given }),
  )
  .meta({ id: 'expectation', description: 'What has to come out in a span of time' });

const altogether = expectation.transform((one) => [one]);
const spans = z.array(expectation);

/** What is expected of a destination: of all that comes out, or in one span of time after the other. */
export const expectationsSchema = oneOf<typeof altogether | typeof spans>([altogether, spans], (given) =>
  Array.isArray(given) ? spans : altogether,
).meta({ description: 'What has to come out, altogether or in spans of time' });
