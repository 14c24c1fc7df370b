import { channelOf } from '../alerts/channel.ts';
import { CHANNEL_DEFAULTS, RULE_DEFAULTS } from '../alerts/edit-rows.ts';
import { maintenanceOf } from '../alerts/maintenance.ts';
import { isFigure, ruleOf } from '../alerts/rule.ts';
import type { AlertChannel } from '../entities/alert-channel.ts';
import type { AlertRule } from '../entities/alert-rule.ts';
import type { Maintenance } from '../entities/maintenance.ts';
import { InputError } from '../input/input-error.ts';
import type { Problem } from '../scenario/problems.ts';
import type { AlertsGiven, Threshold } from './schema.ts';

/** Rows as they are to be; what is undefined stays as it is. */
export interface WantedAlerts {
  channels?: (Omit<AlertChannel, 'id' | 'settings'> & {
    /** JSON; undefined: those that it has. */
    settings: string | undefined;
  })[];
  /** With the names of the channels that each tells. */
  rules?: (Omit<AlertRule, 'id'> & { channels: string[] })[];
  /** Ids of destinations, and of their parents. */
  parents?: Map<number, number>;
  maintenances?: Omit<Maintenance, 'id'>[];
}

export interface Surroundings {
  /** The names of the channels that there are, if the file says nothing of them. */
  channels: ReadonlySet<string>;
  /** The ids of the destinations that a text stands for. */
  idsOf(text: string): number[];
  /** The moment that a text stands for, ms since the Unix epoch. Throws InputError. */
  momentOf(text: string): number;
  env: Readonly<Record<string, string | undefined>>;
}

/** The rows that a file asks for, or everything that is wrong with them. */
export function wantedAlerts(
  given: AlertsGiven,
  { channels: known, idsOf, momentOf, env }: Surroundings,
): WantedAlerts | { problems: Problem[] } {
  const problems: Problem[] = [];
  const each = <Entry, Row>(
    list: keyof AlertsGiven,
    entries: readonly Entry[] | undefined,
    rowOf: (entry: Entry) => Row,
  ): Row[] | undefined =>
    entries?.flatMap((entry, index) => {
      try {
        return [rowOf(entry)];
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push({ path: [list, index], message: error.message });
        return [];
      }
    });
  const names = new Set<string>(given.channels?.map(({ name }) => name) ?? known);
  const taken = new Set<string>();
  const once = (key: string) => {
    if (taken.has(key)) throw new InputError(`there is another ${key}`);
    taken.add(key);
  };
  const channels = each('channels', given.channels, (channel) => {
    once(`channel ${channel.name}`);
    const settings = channel.settings && JSON.stringify(filledIn(channel.settings, env));
    const row = { ...CHANNEL_DEFAULTS, ...channel, settings };
    if (settings === undefined && !known.has(channel.name))
      throw new InputError('settings are missing: a new channel needs them');
    if (settings !== undefined) refuse(channelOf({ id: 0, ...row, settings }));
    return row;
  });
  const rules = each('rules', given.rules, ({ channels = [], threshold, recovery_threshold, ...rule }) => {
    once(`rule ${rule.name}`);
    const metric = rule.metric ?? RULE_DEFAULTS.metric;
    const row = {
      ...RULE_DEFAULTS,
      ...inMilliseconds(rule),
      threshold: thresholdOf('threshold', metric, threshold),
      recovery_threshold: thresholdOf('recovery_threshold', metric, recovery_threshold),
    };
    refuse(ruleOf({ id: 0, ...row }));
    const unknown = channels.find((name) => !names.has(name));
    if (unknown !== undefined) throw new InputError(`channels: there is no channel "${unknown}"`);
    return { ...row, channels };
  });
  const maintenances = each('maintenances', given.maintenances, (maintenance) => {
    const { destinations = '*', repeats = null, time_zone = null, reason = null } = maintenance;
    const [starts, ends] = [momentOf(maintenance.starts), momentOf(maintenance.ends)];
    const row = { destinations, starts, ends, repeats, time_zone, reason };
    refuse(maintenanceOf({ id: 0, ...row }));
    return row;
  });
  const parents = given.parents && new Map<number, number>();
  for (const [child, parent] of Object.entries(given.parents ?? {})) {
    const [parentId, ...others] = idsOf(parent);
    const children = idsOf(child);
    const unknown =
      parentId === undefined || others.length > 0 ? parent : children.length === 0 ? child : undefined;
    if (unknown !== undefined)
      problems.push({
        path: ['parents', child],
        message: `${idsOf(unknown).length > 0 ? 'several destinations are' : 'there is no destination'} ${unknown}`,
      });
    else for (const id of children) if (id !== parentId) parents?.set(id, parentId as number);
  }
  if (problems.length > 0) return { problems };
  return {
    ...(channels && { channels }),
    ...(rules && { rules }),
    ...(parents && { parents }),
    ...(maintenances && { maintenances }),
  };
}

type RuleGiven = NonNullable<AlertsGiven['rules']>[number];

/** `span` and `repeat` come in ns. */
function inMilliseconds({
  span,
  repeat,
  ...rule
}: Omit<RuleGiven, 'channels' | 'threshold' | 'recovery_threshold'>) {
  return {
    ...rule,
    ...(span === undefined ? {} : { span: span / 1e6 }),
    ...(repeat === undefined ? {} : { repeat: repeat / 1e6 }),
  };
}

/** A threshold as the table has it. Throws InputError where it is not one of the metric's. */
export function thresholdOf(key: string, metric: string, given: Threshold | undefined): number | null {
  if (given === undefined) return null;
  if (!isFigure(metric)) throw new InputError(`${key}: metric ${metric} has none`);
  if (metric === 'loss' && 'share' in given) return given.share;
  if (metric !== 'loss' && 'ms' in given) return given.ms;
  throw new InputError(
    `${key}: metric ${metric} needs ${metric === 'loss' ? 'a share, such as 5%' : 'a time, such as 100ms'}`,
  );
}

function refuse(found: object): void {
  if ('problem' in found) throw new InputError(String(found.problem));
}

/** Puts values of the environment in the place of `${NAME}`. Throws InputError. */
export function filledIn(value: unknown, env: Surroundings['env']): unknown {
  if (typeof value === 'string')
    return value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const found = env[name];
      if (found === undefined) throw new InputError(`settings: the environment has no ${name}`);
      return found;
    });
  if (Array.isArray(value)) return value.map((each) => filledIn(each, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filledIn(each, env)]));
}
