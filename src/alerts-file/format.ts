import { stringify } from 'yaml';
import { spanText } from '../alerts/durations.ts';
import { CHANNEL_DEFAULTS, RULE_DEFAULTS } from '../alerts/edit-rows.ts';
import type { AlertChannel, AlertRuleChannel } from '../entities/alert-channel.ts';
import type { AlertRule } from '../entities/alert-rule.ts';
import type { DestinationParent } from '../entities/destination-parent.ts';
import type { Maintenance } from '../entities/maintenance.ts';
import { isoOf } from './plan.ts';

export interface AlertTables {
  channels: readonly AlertChannel[];
  rules: readonly AlertRule[];
  ruleChannels: readonly AlertRuleChannel[];
  parents: readonly DestinationParent[];
  maintenances: readonly Maintenance[];
}

const TIMES = ['span', 'hold', 'recovery_hold', 'repeat'] as const;

/**
 * The tables as the file that makes them so again. The settings of channels, which may be secret, are not in it: a channel that is there
 * keeps its own.
 */
export function formatAlerts({ channels, rules, ruleChannels, parents, maintenances }: AlertTables): string {
  const names = new Map(channels.map(({ id, name }) => [id, name]));
  return stringify(
    {
      channels: channels.map(({ id, settings, ...row }) => {
        const entry = unusual(row, { ...CHANNEL_DEFAULTS });
        for (const column of ['group_wait', 'group_interval'])
          if (typeof entry[column] === 'number') entry[column] = spanText(entry[column]);
        return entry;
      }),
      rules: rules.map((row) => {
        const told = ruleChannels.filter(({ rule_id }) => rule_id === row.id);
        return {
          ...ruleEntry(row),
          ...(told.length > 0 && { channels: told.map(({ channel_id }) => names.get(channel_id)) }),
        };
      }),
      parents: Object.fromEntries(
        parents.map(({ destination_id, parent_id }) => [String(destination_id), String(parent_id)]),
      ),
      maintenances: maintenances.map(({ id, starts, ends, ...row }) => ({
        ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
        starts: isoOf(starts),
        ends: isoOf(ends),
      })),
    },
    { lineWidth: 0 },
  );
}

/** What of a row is not as it would be by itself. */
const unusual = (row: object, usual: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([column, value]) => value !== usual[column]));

function ruleEntry({ id, ...row }: AlertRule): object {
  const entry = unusual(row, { ...RULE_DEFAULTS });
  for (const column of TIMES) if (typeof entry[column] === 'number') entry[column] = spanText(entry[column]);
  for (const column of ['threshold', 'recovery_threshold'])
    if (typeof entry[column] === 'number')
      entry[column] =
        row.metric === 'loss' ? `${Number((entry[column] * 100).toPrecision(12))}%` : `${entry[column]}ms`;
  return entry;
}
