import type { EntityManager } from 'typeorm';
import { channelOf } from '../alerts/channel.ts';
import { spanText } from '../alerts/durations.ts';
import {
  CHANNEL_DEFAULTS,
  RULE_DEFAULTS,
  removeRule,
  saveChannel,
  saveMaintenance,
  saveParent,
  saveRule,
} from '../alerts/edit-rows.ts';
import { AlertChannel, AlertRuleChannel } from '../entities/alert-channel.ts';
import { AlertRule } from '../entities/alert-rule.ts';
import { DestinationParent } from '../entities/destination-parent.ts';
import { Maintenance } from '../entities/maintenance.ts';
import type { WantedAlerts } from './wanted.ts';

/** One thing that is to be done, and how people read it: + added, ~ changed, - removed. */
export interface Step {
  sign: '+' | '~' | '-';
  text: string;
  carryOut(manager: EntityManager): Promise<unknown>;
}

/** What makes the tables as they are wanted, in an order in which it can be done. What is not wanted at all is not touched. */
export async function planOf(manager: EntityManager, wanted: WantedAlerts): Promise<Step[]> {
  const steps = [
    ...(wanted.channels ? await planChannels(manager, wanted.channels) : []),
    ...(wanted.rules ? await planRules(manager, wanted.rules) : []),
    ...(wanted.parents ? await planParents(manager, wanted.parents) : []),
    ...(wanted.maintenances ? await planMaintenances(manager, wanted.maintenances) : []),
  ];
  // What is removed may still be named by what is changed.
  return [...steps.filter(({ sign }) => sign !== '-'), ...steps.filter(({ sign }) => sign === '-')];
}

async function planChannels(
  manager: EntityManager,
  wanted: NonNullable<WantedAlerts['channels']>,
): Promise<Step[]> {
  const rows = await manager.find(AlertChannel, { order: { id: 'ASC' } });
  const steps = wanted.flatMap((channel): Step[] => {
    const row = rows.find(({ name }) => name === channel.name);
    if (!row) {
      const settings = channel.settings ?? '{}';
      const problem = channelOf({ id: 0, ...channel, settings });
      const what = 'problem' in problem ? problem.problem : problem.kind;
      return [
        {
          sign: '+',
          text: `channel ${channel.name} (${what})`,
          carryOut: (each) => saveChannel(each, { ...channel, settings }),
        },
      ];
    }
    const to = { ...channel, settings: channel.settings ?? row.settings };
    const changes = (['kind', ...CHANNEL_COLUMNS] as const)
      .filter((column) => row[column] !== to[column])
      .map((column) => `${column} ${shownOf(column, row)} → ${shownOf(column, to)}`);
    // What they are is nobody's business.
    if (!isSameJson(row.settings, to.settings)) changes.push('settings');
    return changed(`channel ${row.name}`, changes, (each) => saveChannel(each, { ...row, ...to }));
  });
  const removed = rows.filter(({ name }) => !wanted.some((channel) => channel.name === name));
  return [
    ...steps,
    ...removed.map(
      ({ id, name }): Step => ({
        sign: '-',
        text: `channel ${name}`,
        carryOut: async (each) => {
          await each.delete(AlertRuleChannel, { channel_id: id });
          await each.delete(AlertChannel, { id });
        },
      }),
    ),
  ];
}

async function planRules(
  manager: EntityManager,
  wanted: NonNullable<WantedAlerts['rules']>,
): Promise<Step[]> {
  const rows = await manager.find(AlertRule, { order: { id: 'ASC' } });
  const channels = await manager.find(AlertChannel);
  const links = await manager.find(AlertRuleChannel);
  const namesOf = (id: number) =>
    links
      .filter(({ rule_id }) => rule_id === id)
      .map(({ channel_id }) => channels.find((each) => each.id === channel_id)?.name ?? `#${channel_id}`)
      .sort();
  const steps = wanted.flatMap(({ channels: names, ...rule }): Step[] => {
    const row = rows.find(({ name }) => name === rule.name);
    const told = [...names].sort();
    const save = async (each: EntityManager) => {
      const known = await each.find(AlertChannel);
      const ids = told.map((name) => known.find((channel) => channel.name === name)?.id ?? -1);
      await saveRule(each, { ...row, ...rule }, ids);
    };
    if (!row) {
      const details = COLUMNS.filter((column) => rule[column] !== RULE_DEFAULTS[column]).map(
        (column) => `${column} ${shown(column, rule)}`,
      );
      if (told.length > 0) details.push(`channels ${told.join(', ')}`);
      return [
        {
          sign: '+',
          text: `rule ${rule.name}${details.length > 0 ? ` (${details.join(', ')})` : ''}`,
          carryOut: save,
        },
      ];
    }
    const changes = COLUMNS.filter((column) => row[column] !== rule[column]).map(
      (column) => `${column} ${shown(column, row)} → ${shown(column, rule)}`,
    );
    const before = namesOf(row.id);
    if (before.join() !== told.join())
      changes.push(`channels ${before.join(', ') || 'all'} → ${told.join(', ') || 'all'}`);
    return changed(`rule ${row.name}`, changes, save);
  });
  const removed = rows.filter(({ name }) => !wanted.some((rule) => rule.name === name));
  return [
    ...steps,
    ...removed.map(
      ({ id, name }): Step => ({
        sign: '-',
        text: `rule ${name}`,
        carryOut: (each) => removeRule(each, id),
      }),
    ),
  ];
}

const CHANNEL_COLUMNS = Object.keys(CHANNEL_DEFAULTS) as (keyof typeof CHANNEL_DEFAULTS)[];

function shownOf(column: keyof AlertChannel, channel: Partial<AlertChannel>): string {
  const value = channel[column];
  return typeof value === 'number' ? spanText(value) : String(value);
}

const COLUMNS = Object.keys(RULE_DEFAULTS) as (keyof typeof RULE_DEFAULTS)[];

const TIMES: ReadonlySet<string> = new Set(['span', 'hold', 'recovery_hold', 'repeat']);

function shown(column: keyof typeof RULE_DEFAULTS, rule: Omit<AlertRule, 'id'>): string {
  const value = rule[column];
  if (value === null) return '-';
  if (TIMES.has(column) && typeof value === 'number') return spanText(value);
  if (column.endsWith('threshold') && typeof value === 'number')
    return rule.metric === 'loss' ? `${Number((value * 100).toPrecision(6))}%` : spanText(value);
  return String(value);
}

async function planParents(manager: EntityManager, wanted: ReadonlyMap<number, number>): Promise<Step[]> {
  const rows = await manager.find(DestinationParent, { order: { destination_id: 'ASC' } });
  const before = new Map(rows.map(({ destination_id, parent_id }) => [destination_id, parent_id]));
  const steps: Step[] = [];
  for (const [destination_id, parent_id] of wanted) {
    const known = before.get(destination_id);
    if (known === parent_id) continue;
    const what = known === undefined ? `parent ${parent_id}` : `parent ${known} → ${parent_id}`;
    steps.push({
      sign: known === undefined ? '+' : '~',
      text: `destination ${destination_id}: ${what}`,
      carryOut: (each) => saveParent(each, { destination_id, parent_id }),
    });
  }
  for (const destination_id of before.keys())
    if (!wanted.has(destination_id))
      steps.push({
        sign: '-',
        text: `destination ${destination_id}: parent ${before.get(destination_id)}`,
        carryOut: (each) => each.delete(DestinationParent, { destination_id }),
      });
  return steps;
}

async function planMaintenances(
  manager: EntityManager,
  wanted: readonly Omit<Maintenance, 'id'>[],
): Promise<Step[]> {
  const keyOf = ({ destinations, starts, ends, repeats, time_zone, reason }: Omit<Maintenance, 'id'>) =>
    JSON.stringify([destinations, starts, ends, repeats, time_zone, reason]);
  const left = new Map<string, Maintenance[]>();
  for (const row of await manager.find(Maintenance, { order: { id: 'ASC' } }))
    left.set(keyOf(row), [...(left.get(keyOf(row)) ?? []), row]);
  const added = wanted.filter((each) => left.get(keyOf(each))?.pop() === undefined);
  return [
    ...added.map(
      (each): Step => ({
        sign: '+',
        text: `maintenance of ${describedMaintenance(each)}`,
        carryOut: (manager) => saveMaintenance(manager, { ...each }),
      }),
    ),
    ...[...left.values()].flat().map(
      (row): Step => ({
        sign: '-',
        text: `maintenance ${row.id} of ${describedMaintenance(row)}`,
        carryOut: (manager) => manager.delete(Maintenance, { id: row.id }),
      }),
    ),
  ];
}

export function describedMaintenance({
  destinations,
  starts,
  ends,
  repeats,
  time_zone,
  reason,
}: Omit<Maintenance, 'id'>): string {
  const again = repeats === null ? '' : `, ${repeats}${time_zone === null ? '' : ` (${time_zone})`}`;
  return `${destinations} from ${isoOf(starts)} to ${isoOf(ends)}${again}${reason === null ? '' : `: ${reason}`}`;
}

/** Moments that no Date can say are shown as they are. */
export const isoOf = (moment: number): string =>
  Math.abs(moment) <= 8.64e15 ? new Date(moment).toISOString() : String(moment);

const changed = (what: string, changes: readonly string[], carryOut: Step['carryOut']): Step[] =>
  changes.length === 0 ? [] : [{ sign: '~', text: `${what}: ${changes.join(', ')}`, carryOut }];

function isSameJson(one: string, other: string): boolean {
  try {
    return JSON.stringify(sorted(JSON.parse(one))) === JSON.stringify(sorted(JSON.parse(other)));
  } catch {
    return one === other;
  }
}

const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, each]) => [key, sorted(each)]),
      );
