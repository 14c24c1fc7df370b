import { Command } from 'commander';
import { channelOf, targetOf } from '../alerts/channel.ts';
import { valueText } from '../alerts/detail.ts';
import { spanText } from '../alerts/durations.ts';
import { maintenanceOf } from '../alerts/maintenance.ts';
import { ruleOf } from '../alerts/rule.ts';
import { AlertChannel, AlertRuleChannel } from '../entities/alert-channel.ts';
import { AlertRule } from '../entities/alert-rule.ts';
import { Maintenance } from '../entities/maintenance.ts';
import { withDatabase } from './database.ts';
import { cell, instantCell, pausedCell, problemCell, timeCell } from './format.ts';
import { databaseOption, jsonOption } from './options.ts';
import { print, printJson } from './output.ts';
import { type Column, formatTable } from './table.ts';

interface TableOptions {
  database: string;
  json?: true;
}

const tableCommand = (name: string, description: string) =>
  new Command(name).description(description).addOption(databaseOption()).addOption(jsonOption());

const columns = (...headings: string[]): Column[] => headings.map((heading) => ({ heading }));

const problemOf = (found: object): string | null => ('problem' in found ? String(found.problem) : null);

export const rulesCommand = (): Command =>
  tableCommand('rules', 'Show what is watched, and why a rule cannot be.').action(
    ({ database, json }: TableOptions) =>
      withDatabase({ url: database }, async ({ manager }) => {
        const rows = await manager.find(AlertRule, { order: { id: 'ASC' } });
        const links = await manager.find(AlertRuleChannel);
        const names = new Map((await manager.find(AlertChannel)).map(({ id, name }) => [id, name]));
        const told = ({ id }: AlertRule) =>
          links
            .filter(({ rule_id }) => rule_id === id)
            .map(({ channel_id }) => names.get(channel_id) ?? `#${channel_id}`);
        if (json)
          return printJson(
            rows.map((row) => ({ ...row, channels: told(row), problem: problemOf(ruleOf(row)) })),
          );
        if (rows.length === 0) return print(['There are no rules. "pinger alerts apply" adds some.']);
        const cells = rows.map((row) => [
          cell(row.id),
          row.enabled ? 'yes' : pausedCell(),
          cell(row.name),
          cell(conditionOf(row)),
          timeCell(row.hold),
          timeCell(row.recovery_hold),
          cell(row.severity),
          cell(row.destinations),
          cell(told(row).join(', ') || 'all'),
          problemCell(problemOf(ruleOf(row)) ?? ''),
        ]);
        const headings = ['id', 'enabled', 'name', 'bad when', 'hold', 'recovery_hold', 'severity'];
        return print([formatTable(columns(...headings, 'destinations', 'channels', 'problem'), cells)]);
      }),
  );

function conditionOf(row: AlertRule): string {
  if (row.metric === 'source') return 'the source can send nothing, or nobody answers it';
  if (row.metric === 'state') return `state ${row.state ?? 'down'}`;
  const { metric, comparison, threshold, span } = row;
  const bound = typeof threshold === 'number' ? valueText(metric, threshold) : String(threshold);
  return `${metric} ${comparison} ${bound} over ${typeof span === 'number' ? spanText(span) : span}`;
}

export const channelsCommand = (): Command =>
  tableCommand('channels', 'Show who is told, and what has not arrived yet. Settings are not shown.').action(
    ({ database, json }: TableOptions) =>
      withDatabase({ url: database }, async ({ manager }) => {
        const queues: { channel_id: number; count: number; error: string | null }[] = await manager.query(
          "SELECT channel_id, count(DISTINCT message) AS count, max(error) AS error FROM alert_deliveries WHERE state = 'waiting' GROUP BY channel_id",
        );
        const rows = (await manager.find(AlertChannel, { order: { id: 'ASC' } })).map((row) => {
          const channel = channelOf(row);
          const queue = queues.find(({ channel_id }) => channel_id === row.id);
          const { settings, ...shown } = row;
          return {
            ...shown,
            target: 'problem' in channel ? null : targetOf(channel),
            waiting: queue?.count ?? 0,
            error: queue?.error ?? null,
            problem: problemOf(channel),
          };
        });
        if (json) return printJson(rows);
        if (rows.length === 0)
          return print(['There are no channels: nobody is told. "pinger alerts apply" adds some.']);
        return print([
          formatTable(
            columns('id', 'enabled', 'name', 'kind', 'target', 'resolved', 'waiting', 'problem'),
            rows.map((row) => [
              cell(row.id),
              row.enabled ? 'yes' : pausedCell(),
              cell(row.name),
              cell(row.kind),
              cell(row.target),
              row.send_resolved ? 'told' : 'not told',
              cell(row.waiting),
              problemCell(row.problem ?? row.error ?? ''),
            ]),
          ),
        ]);
      }),
  );

export const maintenancesCommand = (): Command =>
  tableCommand('maintenances', 'Show when nobody is told.').action(({ database, json }: TableOptions) =>
    withDatabase({ url: database }, async ({ manager }) => {
      const rows = (await manager.find(Maintenance, { order: { id: 'ASC' } })).map((row) => {
        const maintenance = maintenanceOf(row);
        const under_way = !('problem' in maintenance) && maintenance.isUnderWay(Date.now());
        return { ...row, under_way, problem: problemOf(maintenance) };
      });
      if (json) return printJson(rows);
      if (rows.length === 0) return print(['There are no maintenances.']);
      const moment = (at: number) =>
        Number.isSafeInteger(at) ? instantCell(`${at}000000`, new Date()) : cell(at);
      return print([
        formatTable(
          columns('id', 'now', 'destinations', 'starts', 'ends', 'repeats', 'time_zone', 'reason', 'problem'),
          rows.map((row) => [
            cell(row.id),
            row.under_way ? 'under way' : '-',
            cell(row.destinations),
            moment(row.starts),
            moment(row.ends),
            cell(row.repeats),
            cell(row.time_zone),
            cell(row.reason),
            problemCell(row.problem ?? ''),
          ]),
        ),
      ]);
    }),
  );
