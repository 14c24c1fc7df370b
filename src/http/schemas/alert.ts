import { z } from 'zod';
import { CHANNEL_KINDS } from '../../alerts/channel.ts';
import { REPETITIONS } from '../../alerts/maintenance.ts';
import { COMPARISONS, METRICS, SEVERITIES, STATES } from '../../alerts/rule.ts';
import { ALERT_STATES } from '../../entities/alert.ts';
import { DELIVERY_KINDS, DELIVERY_STATES } from '../../entities/alert-delivery.ts';
import { count, int32, moment, text } from './common.ts';
import { columns } from './query.ts';

const int = z.number().int();

/** What a rule has found; docs/alerts.md says what its columns mean. */
export const alertSchema = z
  .object({
    id: int,
    uid: z.string().describe('what messages call it'),
    rule_id: int,
    rule: z.string(),
    severity: z.string(),
    metric: z.string(),
    destination_id: int.nullable().describe('null: it is about the source itself'),
    destination: z.string().nullable(),
    source_id: int,
    source: z.string().nullable(),
    state: z.enum(ALERT_STATES),
    started: moment.describe('when it became bad'),
    fired: moment.nullable().describe('since when it is told'),
    resolved: moment.nullable().describe('when it was over'),
    value: z.number().nullable().describe('the figure: a share or ms; null of states'),
    threshold: z.number().nullable(),
    detail: z.string().describe('in one line, what is wrong'),
    suppressed: z.string().nullable().describe('why nobody is told: maintenance 3, parent 5, or source'),
    ended: z.string().nullable().describe('why it is over, where that is not by itself'),
  })
  .meta({ id: 'Alert' });

export type AlertRow = z.infer<typeof alertSchema>;

export const alertsPageSchema = z.object({
  alerts: z.array(alertSchema),
  next: z.string().nullable().describe('the cursor of the next, older page; null where there is none'),
});

export type AlertsPage = z.infer<typeof alertsPageSchema>;

/** Alerts that go on. */
export const alertCountsSchema = z
  .object({
    ...(Object.fromEntries(SEVERITIES.map((severity) => [severity, count])) as Record<
      (typeof SEVERITIES)[number],
      typeof count
    >),
    firing: count.describe('all of these'),
    suppressed: count,
  })
  .meta({ id: 'AlertCounts' });

export type AlertCounts = z.infer<typeof alertCountsSchema>;

export const deliverySchema = z
  .object({
    channel_id: int,
    channel: z.string().nullable(),
    kind: z.enum(DELIVERY_KINDS),
    state: z.enum(DELIVERY_STATES),
    attempts: count,
    created: moment,
    next_try: moment,
    delivered: moment.nullable(),
    error: z.string().nullable().describe('why the last attempt failed'),
  })
  .meta({ id: 'AlertDelivery' });

export const wholeAlertSchema = alertSchema
  .extend({ deliveries: z.array(deliverySchema) })
  .meta({ id: 'WholeAlert' });

export const ruleColumns = {
  name: text(200).min(1, 'a rule needs a name'),
  enabled: z.boolean(),
  metric: z.enum(METRICS).describe('state, source, silence (of other sources), or a figure of statistics'),
  state: z.enum(STATES).nullable().describe('of the metric state: when it is an alert; null: down'),
  comparison: z.enum(COMPARISONS),
  threshold: z.number().nullable().describe('of loss a share, 0 to 1; of times ms'),
  recovery_threshold: z.number().nullable().describe('what it has to come back to; null: the threshold'),
  span: int.describe('over how long figures are taken, ms'),
  hold: int.describe('how long it has to be bad, ms'),
  recovery_hold: int.describe('how long it has to be good, ms'),
  severity: z.enum(SEVERITIES),
  destinations: text(4000).describe(
    '*, or ids, names, addresses, protocol:NAME with commas between; ! excludes',
  ),
  repeat: int.nullable().describe('how often one that goes on is told again, ms; null: never'),
};

const channels = z.array(int).max(100).describe('ids of the channels that it tells; none: all');

/** A row may hold anything: other tools write the table, too. */
export const ruleSchema = z
  .object({
    id: int,
    ...ruleColumns,
    metric: z.string(),
    state: z.string().nullable(),
    comparison: z.string(),
    severity: z.string(),
    channels,
    problem: z.string().nullable().describe('why it is not watched'),
  })
  .meta({ id: 'AlertRule' });

export type RuleBody = z.infer<typeof ruleSchema>;

export const changedRuleSchema = columns({ ...ruleColumns, channels })
  .partial()
  .meta({ id: 'ChangedAlertRule' });

export const newRuleSchema = columns({ ...ruleColumns, channels })
  .partial()
  .required({ name: true })
  .meta({ id: 'NewAlertRule' });

const settings = z
  .record(z.string(), z.unknown())
  .describe(
    'by the kind; never shown. webhook: url, secret, headers; email: server, from, to; command: argv, env',
  );

const channelColumns = {
  name: text(200).min(1, 'a channel needs a name'),
  enabled: z.boolean(),
  kind: z.enum(CHANNEL_KINDS),
  send_resolved: z.boolean().describe('whether the end of an alert is told, too'),
  group_wait: int.describe('how long others are waited for that may be told in the same message, ms'),
  group_interval: int.describe('how long it is at least from one message of a rule to the next, ms'),
};

export const channelSchema = z
  .object({
    id: int,
    ...channelColumns,
    kind: z.string(),
    group_wait: z.number(),
    group_interval: z.number(),
    target: z.string().nullable().describe('where it leads, as far as that is no secret'),
    waiting: count.describe('messages that have not arrived yet'),
    error: z.string().nullable().describe('why the last attempt failed, as long as something waits'),
    problem: z.string().nullable().describe('why it cannot be used'),
  })
  .meta({ id: 'AlertChannel' });

export type ChannelBody = z.infer<typeof channelSchema>;

export const changedChannelSchema = columns({ ...channelColumns, settings })
  .partial()
  .meta({ id: 'ChangedAlertChannel' });

export const newChannelSchema = columns({ ...channelColumns, settings })
  .partial({ enabled: true, send_resolved: true, group_wait: true, group_interval: true })
  .meta({ id: 'NewAlertChannel' });

const maintenanceColumns = {
  destinations: text(4000).describe(
    '*, or ids, names, addresses, protocol:NAME with commas between; ! excludes',
  ),
  starts: int.describe('ms since the Unix epoch'),
  ends: int.describe('ms since the Unix epoch'),
  repeats: z.enum(REPETITIONS).nullable().describe('at the same time of the day; null: once'),
  time_zone: text(100).nullable().describe('whose time of the day, such as Europe/Berlin; null: UTC'),
  reason: text(1000).nullable(),
};

export const maintenanceSchema = z
  .object({
    id: int,
    ...maintenanceColumns,
    starts: z.number(),
    ends: z.number(),
    repeats: z.string().nullable(),
    under_way: z.boolean(),
    problem: z.string().nullable(),
  })
  .meta({ id: 'Maintenance' });

export type MaintenanceBody = z.infer<typeof maintenanceSchema>;

export const changedMaintenanceSchema = columns(maintenanceColumns)
  .partial()
  .meta({ id: 'ChangedMaintenance' });

export const newMaintenanceSchema = columns(maintenanceColumns)
  .partial({ destinations: true, starts: true, repeats: true, time_zone: true, reason: true })
  .meta({ id: 'NewMaintenance' });

/** A destination that cannot be reached when another one is down. */
export const parentSchema = columns({ destination_id: int32, parent_id: int32 }).meta({
  id: 'DestinationParent',
});
