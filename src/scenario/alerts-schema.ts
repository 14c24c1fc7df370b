import type { z } from 'zod';
import { alertsShape } from '../alerts-file/schema.ts';
import type { Condition, Kind } from './expectation.ts';
import { conditionsOf } from './expectation-schema.ts';
import { duration } from './quantities.ts';
import { oneOrMore, only, text } from './shapes.ts';

/** What may be counted of alerts. */
export const ALERT_COUNTS = ['fired', 'repeated', 'resolved', 'suppressed', 'messages'] as const;

export type AlertCount = (typeof ALERT_COUNTS)[number];

const KINDS = Object.fromEntries(ALERT_COUNTS.map((count) => [count, 'count'])) as Record<AlertCount, Kind>;

const MEANINGS: Readonly<Record<AlertCount, string>> = {
  fired: 'Alerts that began, and are told',
  repeated: 'Times that it was told again that one goes on',
  resolved: 'Alerts whose end was told',
  suppressed: 'Alerts that are told nobody, because of a maintenance, a parent, or the source’s own trouble',
  messages: 'Messages in which channels were told, each of one or more alerts',
};

/** What is expected of alerts in a span of time, ns since the start; without a filter, of all of them. */
export interface AlertExpectation {
  from: number;
  to: number;
  rule: string | undefined;
  destinations: string | undefined;
  channel: string | undefined;
  conditions: Partial<Record<AlertCount, Condition>>;
}

const expectation = only({
  from: duration('Only what came of alerts from then on, since the start', '2m').prefault('0s'),
  to: duration('Only what came of them before then; to the end unless given', '3m').optional(),
  rule: text('Only of the rule of this name').optional(),
  destinations: text('Only of these destinations, as a rule names them').optional(),
  channel: text('Only messages to the channel of this name').optional(),
  ...conditionsOf<AlertCount>(KINDS, MEANINGS),
})
  .transform(
    ({
      from,
      to = Number.POSITIVE_INFINITY,
      rule,
      destinations,
      channel,
      ...conditions
    }): AlertExpectation => ({
      ...{ from, to, rule, destinations, channel },
      conditions,
    }),
  )
  .meta({ id: 'alert_expectation', description: 'How many alerts there have to be in a span of time' });

/** What is an alert, in the words of `pinger alerts apply`, and what has to come of it. */
export const alertsSchema = only({
  ...alertsShape,
  expect: oneOrMore(expectation, 0).prefault([]).meta({
    description: 'How many alerts there have to be, altogether or in spans of time',
  }),
}).meta({
  description:
    'Rules, channels, parents and maintenances as "pinger alerts apply" takes them; nobody is told',
});

export type ScenarioAlerts = z.output<typeof alertsSchema>;
