import { Command, Option } from 'commander';
import type { DataSource } from 'typeorm';
import { readAlerts } from '../alerts/read-alerts.ts';
import { ALERT_STATES, type Alert, type AlertState } from '../entities/alert.ts';
import { alertsApplyCommand } from './alerts-apply.ts';
import { channelsCommand } from './alerts-channels.ts';
import { alertsExportCommand } from './alerts-export.ts';
import { maintenancesCommand } from './alerts-maintenances.ts';
import { muteCommand, unmuteCommand } from './alerts-mute.ts';
import { parentsCommand } from './alerts-parents.ts';
import { rulesCommand } from './alerts-rules.ts';
import { alertsTestCommand } from './alerts-test.ts';
import { withDatabase } from './database.ts';
import { cell, instantCell, spanCell, stateCell } from './format.ts';
import { databaseOption, jsonOption, parseCount, sinceOption } from './options.ts';
import { print, printJson } from './output.ts';
import { type Column, formatTable } from './table.ts';

/** `pinger alerts …`: what was found, what is watched, who is told, and when not. */
export const alertsCommand = (): Command =>
  new Command('alerts')
    .description('Show alerts, and say what is one, who is told of it, and when nobody is.')
    .addCommand(listCommand())
    .addCommand(rulesCommand())
    .addCommand(channelsCommand())
    .addCommand(maintenancesCommand())
    .addCommand(parentsCommand())
    .addCommand(alertsApplyCommand())
    .addCommand(alertsExportCommand())
    .addCommand(muteCommand())
    .addCommand(unmuteCommand())
    .addCommand(alertsTestCommand())
    .addHelpText(
      'after',
      `
Rules, channels, parents and maintenances are tables as destinations are: each has commands of its own, "pinger alerts
apply" makes them as a file says, and any other tool may edit them. A running pinger follows within seconds.
docs/alerts.md has all of it.

Examples:
  pinger alerts list
  pinger alerts channels add ops --url "https://hooks.example.com/x" --secret '\${HOOK_SECRET}'
  pinger alerts rules add down --hold 1m
  pinger alerts apply alerts.yaml --dry-run
  pinger alerts test ops
  pinger alerts mute web-1 --for 2h --reason "new disk"`,
    );

interface ListOptions {
  database: string;
  state?: AlertState;
  since?: number;
  limit: number;
  json?: true;
}

const listCommand = (): Command =>
  new Command('list')
    .description('Show alerts: those that go on first, then those that are over.')
    .addOption(databaseOption())
    .addOption(new Option('--state <state>', 'only those that are so').choices([...ALERT_STATES]))
    .addOption(sinceOption())
    .addOption(new Option('-n, --limit <n>', 'how many at most').argParser(parseCount).default(50))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
firing: it goes on, and is told; suppressed: it goes on, and is not told, because of a maintenance, of a parent that is
down, or of the source's own trouble; resolved: it is over.
With --json: the columns of the table as they are (times in ms since the Unix epoch).

Examples:
  pinger alerts list
  pinger alerts list --state firing --json | jq -r .destination`,
    )
    .action(({ database, state, since, limit, json }: ListOptions) =>
      withDatabase({ url: database }, async (dataSource) => {
        const alerts = await found(dataSource, { state, since, limit });
        if (json) return printJson(alerts);
        if (alerts.length === 0) return print(['There are no alerts.']);
        return print([formatTable(COLUMNS, alerts.map(cells))]);
      }),
    );

async function found(
  dataSource: DataSource,
  { state, since, limit }: { state: AlertState | undefined; since: number | undefined; limit: number },
): Promise<Alert[]> {
  if (state !== undefined) return readAlerts(dataSource, { states: [state], since, limit });
  const open = await readAlerts(dataSource, { states: ['firing', 'suppressed'], since, limit });
  const over = await readAlerts(dataSource, { states: ['resolved'], since, limit });
  return [...open, ...over].slice(0, limit);
}

const COLUMNS: Column[] = [
  { heading: 'state' },
  { heading: 'severity' },
  { heading: 'destination' },
  { heading: 'rule' },
  { heading: 'what' },
  { heading: 'since' },
  { heading: 'lasted', right: true },
  { heading: 'source' },
  { heading: 'note' },
];

function cells(alert: Alert): string[] {
  const { state, severity, destination, rule, detail, started, resolved, source, suppressed, ended } = alert;
  return [
    stateCell(state),
    cell(severity),
    cell(destination ?? 'the source itself'),
    cell(rule),
    cell(detail),
    instantCell(`${started}000000`, new Date()),
    spanCell(Math.max(0, (resolved ?? Date.now()) - started)),
    cell(source),
    [suppressed === null ? [] : [`suppressed by ${suppressed}`], ended ?? []].flat().map(cell).join(', '),
  ];
}
