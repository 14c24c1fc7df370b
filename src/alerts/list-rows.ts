import type { EntityManager } from 'typeorm';
import { AlertChannel, AlertRuleChannel } from '../entities/alert-channel.ts';
import { AlertRule } from '../entities/alert-rule.ts';
import { Maintenance } from '../entities/maintenance.ts';
import { channelOf, targetOf } from './channel.ts';
import { maintenanceOf } from './maintenance.ts';
import { ruleOf } from './rule.ts';

/** Why a row cannot be used; null where it can. */
interface Checked {
  problem: string | null;
}

/** A rule, with the ids of the channels that it names. */
export type ListedRule = AlertRule & Checked & { channels: number[] };

/** A channel without its settings, which may be secret. */
export type ListedChannel = Omit<AlertChannel, 'settings'> &
  Checked & {
    /** Where it leads, as far as that is no secret. */
    target: string | null;
    /** Messages that have not arrived yet, and why the last attempt failed. */
    waiting: number;
    error: string | null;
  };

export type ListedMaintenance = Maintenance & Checked & { under_way: boolean };

/** All rules, by id. Throws QueryFailedError. */
export async function listRules(manager: EntityManager): Promise<ListedRule[]> {
  const named = await manager.find(AlertRuleChannel);
  return (await manager.find(AlertRule, { order: { id: 'ASC' } })).map((row) => ({
    ...row,
    channels: named.filter(({ rule_id }) => rule_id === row.id).map(({ channel_id }) => channel_id),
    problem: problemOf(ruleOf(row)),
  }));
}

/** All channels, by id. Throws QueryFailedError. */
export async function listChannels(manager: EntityManager): Promise<ListedChannel[]> {
  const queues: { channel_id: number; count: number; error: string | null }[] = await manager.query(
    "SELECT channel_id, count(DISTINCT message) AS count, max(error) AS error FROM alert_deliveries WHERE state = 'waiting' GROUP BY channel_id",
  );
  return (await manager.find(AlertChannel, { order: { id: 'ASC' } })).map(({ settings, ...row }) => {
    const channel = channelOf({ ...row, settings });
    const queue = queues.find(({ channel_id }) => channel_id === row.id);
    return {
      ...row,
      target: 'problem' in channel ? null : targetOf(channel),
      waiting: queue?.count ?? 0,
      error: queue?.error ?? null,
      problem: problemOf(channel),
    };
  });
}

/** All maintenances, by id. Throws QueryFailedError. */
export async function listMaintenances(manager: EntityManager): Promise<ListedMaintenance[]> {
  return (await manager.find(Maintenance, { order: { id: 'ASC' } })).map((row) => {
    const maintenance = maintenanceOf(row);
    const under_way = !('problem' in maintenance) && maintenance.isUnderWay(Date.now());
    return { ...row, under_way, problem: problemOf(maintenance) };
  });
}

const problemOf = (found: object): string | null => ('problem' in found ? String(found.problem) : null);
