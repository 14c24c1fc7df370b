import { z } from 'zod';
import { CHANNEL_KINDS } from '../alerts/channel.ts';
import { REPETITIONS } from '../alerts/maintenance.ts';
import { COMPARISONS, METRICS, SEVERITIES, STATES } from '../alerts/rule.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { milliseconds, quantity } from '../scenario/quantities.ts';
import { named, oneOrMore, only, text } from '../scenario/shapes.ts';
import { type Given, parseDuration, parsePercentage } from '../scenario/units.ts';

/** In the table's units: 0 to 1, or ms. */
export type Threshold = { share: number } | { ms: number };

/** A share or a time as it is written. Throws RangeError. */
export function parseThreshold(given: Given): Threshold {
  const written = String(given).trim();
  try {
    return written.endsWith('%')
      ? { share: parsePercentage(written) }
      : { ms: parseDuration(written) / MILLISECOND };
  } catch {
    throw new RangeError('expected a share, such as 5%, or a time, such as 100ms');
  }
}

const threshold = (description: string) => quantity(parseThreshold, description, ['5%', '100ms']).optional();

/** `2h`, or none at all. */
const hold = (description: string) =>
  quantity((given) => Math.round(parseDuration(given) / MILLISECOND), description, ['0s', '2m']).optional();

const destinations = text(
  '*, or ids, names, addresses and protocol:NAME with commas between them; what has a ! before it is left out',
).optional();

const enabled = z.boolean().meta({ description: 'Whether it counts; true unless given' });

const channel = only({
  name: text('By which it is found again'),
  kind: z.enum(CHANNEL_KINDS).meta({ description: 'How it is told' }),
  enabled: enabled.optional(),
  send_resolved: z.boolean().optional().meta({ description: 'Whether the end of an alert is told, too' }),
  group_wait: hold('How long others are waited for that may be told in the same message; 10s unless given'),
  group_interval: hold('How long it is at least from one message of a rule to the next; 1m unless given'),
  settings: z.record(z.string(), z.unknown()).optional().meta({
    description:
      'By the kind; a name in braces after a dollar sign is taken from the environment. A channel that is there keeps its own',
  }),
});

const rule = only({
  name: text('By which it is found again'),
  enabled: enabled.optional(),
  metric: z.enum(METRICS).optional().meta({ description: 'What is looked at; state unless given' }),
  state: z.enum(STATES).optional().meta({ description: 'Of the metric state; down unless given' }),
  comparison: z.enum(COMPARISONS).optional().meta({ description: '> unless given' }),
  threshold: threshold('Beyond which it is bad'),
  recovery_threshold: threshold('What it has to come back to; the threshold unless given'),
  span: milliseconds('Over how long figures are taken; 1m unless given', '5m').optional(),
  hold: hold('How long it has to be bad; 0s unless given'),
  recovery_hold: hold('How long it has to be good; 1m unless given'),
  severity: z.enum(SEVERITIES).optional().meta({ description: 'critical unless given' }),
  destinations,
  repeat: milliseconds('How often one that goes on is told again; never unless given', '4h').optional(),
  channels: oneOrMore(text('The names of those that it tells; all unless given')).optional(),
});

const maintenance = only({
  destinations,
  starts: text('An ISO time, such as 2026-03-01T02:00Z'),
  ends: text('An ISO time'),
  repeats: z.enum(REPETITIONS).optional().meta({ description: 'At the same time of the day' }),
  time_zone: text('Whose time of the day, such as Europe/Berlin; UTC unless given').optional(),
  reason: text('For people').optional(),
});

/** What may be said of alerts, in the words that every file has for it. */
export const alertsShape = {
  channels: z.array(channel).optional().meta({ description: 'Who is told' }),
  rules: z.array(rule).optional().meta({ description: 'What is watched' }),
  parents: named(text('Its parent: an id, a name or an address'), 'parents')
    .optional()
    .meta({ description: 'What cannot be reached when another one is down' }),
  maintenances: z.array(maintenance).optional().meta({ description: 'When nobody is told' }),
};

/** What `pinger alerts apply` takes. What it does not mention at all stays as it is. */
export const alertsFileSchema = only(alertsShape).meta({ title: 'pinger alerts' });

export type AlertsGiven = z.output<typeof alertsFileSchema>;
