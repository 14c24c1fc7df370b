import type { Channel } from './channel.ts';
import type { MaintenanceWindow } from './maintenance.ts';
import type { Rule } from './rule.ts';
import type { WatchedRow } from './watched.ts';

/** A row that cannot be used, and why. */
export interface RowProblem {
  table: 'alert_rules' | 'alert_channels' | 'maintenances' | 'destination_parents';
  id: number;
  problem: string;
}

/** What tables say of alerts, at one moment. */
export interface AlertConfig {
  /** Changes with every edit. */
  revision: string;
  /** Those that are enabled, and right. */
  rules: readonly Rule[];
  channels: ReadonlyMap<number, Channel>;
  /** Ids of the channels that each rule names; rules that name none are not there. */
  ruleChannels: ReadonlyMap<number, readonly number[]>;
  /** Ids of destinations, and of their parents. */
  parents: ReadonlyMap<number, number>;
  maintenances: readonly MaintenanceWindow[];
  destinations: readonly WatchedRow[];
  problems: readonly RowProblem[];
}

/** The channels that a rule tells. */
export const channelsOf = ({ channels, ruleChannels }: AlertConfig, ruleId: number): Channel[] => {
  const named = ruleChannels.get(ruleId);
  return [...channels.values()].filter(({ id }) => named === undefined || named.includes(id));
};
