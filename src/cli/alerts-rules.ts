import { Command, Option } from 'commander';
import type { EntityManager } from 'typeorm';
import { valueText } from '../alerts/detail.ts';
import { spanText } from '../alerts/durations.ts';
import { RULE_DEFAULTS, removeRule, saveRule } from '../alerts/edit-rows.ts';
import { type ListedRule, listRules } from '../alerts/list-rows.ts';
import { AlertChannel } from '../entities/alert-channel.ts';
import { AlertRule } from '../entities/alert-rule.ts';
import { CHANNELS } from './alerts-channels.ts';
import {
  eachRowCommand,
  editRows,
  enabledCommand,
  type RowOptions,
  type Rows,
  rowCommand,
  selectRows,
  someChange,
} from './alerts-rows.ts';
import { type RuleOptions, ruleColumns, withRuleOptions } from './alerts-rule-options.ts';
import { withDatabase } from './database.ts';
import { cell, pausedCell, problemCell, timeCell } from './format.ts';
import { print, printJson } from './output.ts';
import { formatTable } from './table.ts';

const RULES: Rows<ListedRule> = {
  what: 'rule',
  nameOf: ({ name }) => name,
  list: listRules,
  json: async (manager, rows) => {
    const toldBy = await channelNames(manager);
    return rows.map((row) => ({ ...row, channels: toldBy(row) }));
  },
};

/** The names of the channels that a rule names. */
async function channelNames(manager: EntityManager): Promise<(rule: ListedRule) => string[]> {
  const names = new Map((await manager.find(AlertChannel)).map(({ id, name }) => [id, name]));
  return ({ channels }) => channels.map((id) => names.get(id) ?? `#${id}`);
}

/** `pinger alerts rules …`: what is watched. */
export const rulesCommand = (): Command =>
  new Command('rules')
    .description('Show and edit what is watched.')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(
      eachRowCommand({
        rows: RULES,
        name: 'remove',
        description: 'Remove rules. What they have found stays, and is over.',
        done: 'removed; what it has found stays',
        edit: (manager, { id }) => removeRule(manager, id),
      }),
    )
    .addCommand(
      enabledCommand({
        rows: RULES,
        entity: AlertRule,
        name: 'pause',
        description: 'Stop watching by rules, and keep them in the table.',
        enabled: false,
      }),
    )
    .addCommand(
      enabledCommand({
        rows: RULES,
        entity: AlertRule,
        name: 'resume',
        description: 'Watch by paused rules again.',
        enabled: true,
      }),
    );

const listCommand = (): Command =>
  rowCommand('list', 'Show what is watched, and why a rule cannot be.').action(
    ({ database, json }: RowOptions) =>
      withDatabase({ url: database }, async ({ manager }) => {
        const rows = await listRules(manager);
        if (json) return printJson((await RULES.json?.(manager, rows)) ?? rows);
        if (rows.length === 0)
          return print(['There are no rules. Add one: pinger alerts rules add down --hold 1m']);
        const toldBy = await channelNames(manager);
        const cells = rows.map((row) => [
          cell(row.id),
          row.enabled ? 'yes' : pausedCell(),
          cell(row.name),
          cell(conditionOf(row)),
          timeCell(row.hold),
          timeCell(row.recovery_hold),
          cell(row.severity),
          cell(row.destinations),
          cell(toldBy(row).join(', ') || 'all'),
          problemCell(row.problem ?? ''),
        ]);
        return print([
          formatTable(
            HEADINGS.map((heading) => ({ heading })),
            cells,
          ),
        ]);
      }),
  );

const HEADINGS = [
  ...['id', 'enabled', 'name', 'bad when', 'hold', 'recovery_hold', 'severity', 'destinations'],
  ...['channels', 'problem'],
];

function conditionOf(row: AlertRule): string {
  if (row.metric === 'source') return 'the source can send nothing, or nobody answers it';
  if (row.metric === 'silence')
    return `another source gives no sign of life for ${typeof row.span === 'number' ? spanText(row.span) : row.span}`;
  if (row.metric === 'state') return `state ${row.state ?? 'down'}`;
  const { metric, comparison, threshold, span } = row;
  const bound = typeof threshold === 'number' ? valueText(metric, threshold) : String(threshold);
  return `${metric} ${comparison} ${bound} over ${typeof span === 'number' ? spanText(span) : span}`;
}

const addCommand = (): Command =>
  withRuleOptions(rowCommand('add', 'Add a rule.').argument('<name>', 'what it is called'))
    .addOption(new Option('--paused', 'do not watch by it until "pinger alerts rules resume"'))
    .addHelpText(
      'after',
      `
Where not told otherwise: bad is a destination that is down, whichever it is, at once; it is good again after 1m; the severity
is critical, and all channels are told. docs/alerts.md says what each option means.

Examples:
  pinger alerts rules add down --hold 1m
  pinger alerts rules add lossy --metric loss --threshold 5% --recovery-threshold 1% --span 5m --destinations "web-*"
  pinger alerts rules add slow --metric p95 --threshold 200ms --severity warning --channel ops --repeat 4h`,
    )
    .action((name: string, { paused, ...given }: RuleOptions & RowOptions & { paused?: true }) =>
      editRows({
        ...given,
        rows: RULES,
        done: paused ? 'added, paused' : 'added',
        create: true,
        edit: async (manager) => {
          const base = { ...RULE_DEFAULTS, name, enabled: paused !== true };
          return [await save(manager, base, given)];
        },
      }),
    );

const setCommand = (): Command =>
  withRuleOptions(
    rowCommand('set', 'Change rules.').argument('<id|name...>', 'as "pinger alerts rules" shows them'),
  )
    .addOption(new Option('--name <name>', 'what it is called'))
    .addHelpText(
      'after',
      `
What is not given stays as it is; "none" takes a recovery threshold, a repetition or the channels away. When a rule could
not be watched afterwards, nothing is changed. What of a rule is firing goes on by the new one.

Examples:
  pinger alerts rules set lossy --threshold 10% --hold 2m
  pinger alerts rules set 2 3 --channel ops --channel night
  pinger alerts rules set lossy --repeat none --channel none`,
    )
    .action(
      (texts: string[], { database, json, name, ...given }: RuleOptions & RowOptions & { name?: string }) => {
        someChange({ ...given, ...(name === undefined ? {} : { name }) }, '--threshold, --hold');
        return editRows({
          database,
          ...(json && { json }),
          rows: RULES,
          done: 'changed',
          edit: async (manager) => {
            const selected = selectRows(RULES, await listRules(manager), texts);
            for (const { id } of selected) {
              const row = await manager.findOneByOrFail(AlertRule, { id });
              await save(manager, { ...row, ...(name === undefined ? {} : { name }) }, given);
            }
            return selected.map(({ id }) => id);
          },
        });
      },
    );

/** Writes a rule with what is given of it. Throws InputError, or CommandFailure for a channel that there is not. */
async function save(
  manager: EntityManager,
  row: Omit<AlertRule, 'id'> & { id?: number },
  given: RuleOptions,
): Promise<number> {
  const { channel } = given;
  const channels =
    channel === undefined
      ? undefined
      : selectRows(CHANNELS, await CHANNELS.list(manager), channel).map(({ id }) => id);
  return saveRule(manager, { ...row, ...ruleColumns(given, row.metric) }, channels);
}
