import type { EntityManager, EntityTarget, QueryDeepPartialEntity } from 'typeorm';
import { AlertChannel, AlertRuleChannel } from '../entities/alert-channel.ts';
import { AlertRule } from '../entities/alert-rule.ts';
import { Destination } from '../entities/destination.ts';
import { DestinationParent } from '../entities/destination-parent.ts';
import { Maintenance } from '../entities/maintenance.ts';
import { InputError } from '../input/input-error.ts';
import { channelOf } from './channel.ts';
import { maintenanceOf } from './maintenance.ts';
import { ruleOf } from './rule.ts';
import { MOST_PARENTS } from './verdict.ts';

/** What the tables of alerts have for what is not given. */
export const RULE_DEFAULTS: Omit<AlertRule, 'id' | 'name'> = {
  enabled: true,
  metric: 'state',
  state: null,
  comparison: '>',
  threshold: null,
  recovery_threshold: null,
  span: 60_000,
  hold: 0,
  recovery_hold: 60_000,
  severity: 'critical',
  destinations: '*',
  repeat: null,
};

/** The same of channels. */
export const CHANNEL_DEFAULTS: Omit<AlertChannel, 'id' | 'name' | 'kind' | 'settings'> = {
  enabled: true,
  send_resolved: true,
  group_wait: 10_000,
  group_interval: 60_000,
};

/** Writes a rule, a new one where it has no id, and the channels it names (undefined: as they are). Throws InputError. */
export async function saveRule(
  manager: EntityManager,
  row: Omit<AlertRule, 'id'> & { id?: number },
  channels: readonly number[] | undefined,
): Promise<number> {
  const problem = ruleOf({ id: 0, ...row });
  if ('problem' in problem) throw new InputError(problem.problem);
  await refuseTaken(manager, AlertRule, row);
  const id = await put(manager, AlertRule, row);
  if (channels === undefined) return id;
  const known = new Set((await manager.find(AlertChannel)).map((channel) => channel.id));
  const unknown = channels.find((each) => !known.has(each));
  if (unknown !== undefined) throw new InputError(`channels: there is no channel ${unknown}`);
  await manager.delete(AlertRuleChannel, { rule_id: id });
  for (const channel_id of new Set(channels))
    await manager.insert(AlertRuleChannel, { rule_id: id, channel_id });
  return id;
}

export async function removeRule(manager: EntityManager, id: number): Promise<void> {
  await manager.delete(AlertRuleChannel, { rule_id: id });
  await manager.delete(AlertRule, { id });
}

/** Writes a channel, a new one where it has no id. Throws InputError. */
export async function saveChannel(
  manager: EntityManager,
  row: Omit<AlertChannel, 'id'> & { id?: number },
): Promise<number> {
  const found = channelOf({ id: 0, ...row });
  if ('problem' in found) throw new InputError(found.problem);
  await refuseTaken(manager, AlertChannel, row);
  return put(manager, AlertChannel, row);
}

/** Throws InputError where a rule would tell everybody instead. */
export async function removeChannel(manager: EntityManager, id: number): Promise<void> {
  const named = await manager.findBy(AlertRuleChannel, { channel_id: id });
  for (const { rule_id } of named)
    if ((await manager.countBy(AlertRuleChannel, { rule_id })) === 1) {
      const rule = await manager.findOneBy(AlertRule, { id: rule_id });
      if (rule) throw new InputError(`rule "${rule.name}" names no other channel: change or remove it first`);
    }
  await manager.delete(AlertRuleChannel, { channel_id: id });
  await manager.delete(AlertChannel, { id });
}

/** Writes a maintenance, a new one where it has no id. Throws InputError. */
export async function saveMaintenance(
  manager: EntityManager,
  row: Omit<Maintenance, 'id'> & { id?: number },
): Promise<number> {
  const found = maintenanceOf({ id: 0, ...row });
  if ('problem' in found) throw new InputError(found.problem);
  return put(manager, Maintenance, row);
}

/** Names a destination's parent. Throws InputError. */
export async function saveParent(
  manager: EntityManager,
  { destination_id, parent_id }: DestinationParent,
): Promise<void> {
  for (const [column, id] of Object.entries({ destination_id, parent_id }))
    if (!(await manager.existsBy(Destination, { id })))
      throw new InputError(`${column}: there is no destination ${id}`);
  let above: number | undefined = parent_id;
  for (let depth = 0; above !== undefined && depth < MOST_PARENTS; depth++) {
    if (above === destination_id)
      throw new InputError(`parent_id: ${destination_id} would be its own parent`);
    above = (await manager.findOneBy(DestinationParent, { destination_id: above }))?.parent_id;
  }
  await manager.upsert(DestinationParent, { destination_id, parent_id }, ['destination_id']);
}

/** Not by TypeORM's "save", which would begin a transaction within the caller's. */
async function put<Row extends { id: number }>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  { id, ...row }: Omit<Row, 'id'> & { id?: number },
): Promise<number> {
  const columns = row as unknown as QueryDeepPartialEntity<Row>;
  if (id === undefined) return (await manager.insert(entity, columns)).identifiers[0]?.id;
  await manager.update(entity, id, columns);
  return id;
}

async function refuseTaken(
  manager: EntityManager,
  entity: typeof AlertRule | typeof AlertChannel,
  { id, name }: { id?: number; name: string },
): Promise<void> {
  const other = await manager.findOneBy<AlertRule | AlertChannel>(entity, { name });
  if (other && other.id !== id) throw new InputError(`name "${name}": there is one of that name already`);
}
