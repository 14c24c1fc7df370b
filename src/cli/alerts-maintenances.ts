import { Command, Option } from 'commander';
import { saveMaintenance } from '../alerts/edit-rows.ts';
import { type ListedMaintenance, listMaintenances } from '../alerts/list-rows.ts';
import { REPETITIONS } from '../alerts/maintenance.ts';
import { Maintenance } from '../entities/maintenance.ts';
import { columnOf, orNone, parseLength, selected, selectorOption } from './alerts-options.ts';
import {
  eachRowCommand,
  editRows,
  type RowOptions,
  type Rows,
  rowCommand,
  selectRows,
  someChange,
} from './alerts-rows.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell, instantCell, problemCell } from './format.ts';
import { parseSince } from './options.ts';
import { print, printJson } from './output.ts';
import { formatTable } from './table.ts';

const MAINTENANCES: Rows<ListedMaintenance> = {
  what: 'maintenance',
  nameOf: () => undefined,
  list: listMaintenances,
};

/** `pinger alerts maintenances …`: when nobody is told. */
export const maintenancesCommand = (): Command =>
  new Command('maintenances')
    .description('Show and edit when nobody is told.')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(
      eachRowCommand({
        rows: MAINTENANCES,
        name: 'remove',
        description: 'Remove maintenances. What is still bad of a destination is told then.',
        done: 'removed',
        edit: (manager, { id }) => manager.delete(Maintenance, { id }),
      }),
    );

const listCommand = (): Command =>
  rowCommand('list', 'Show when nobody is told.').action(({ database, json }: RowOptions) =>
    withDatabase({ url: database }, async ({ manager }) => {
      const rows = await listMaintenances(manager);
      if (json) return printJson(rows);
      if (rows.length === 0) return print(['There are no maintenances.']);
      const moment = (at: number) =>
        Number.isSafeInteger(at) ? instantCell(`${at}000000`, new Date()) : cell(at);
      return print([
        formatTable(
          HEADINGS.map((heading) => ({ heading })),
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

const HEADINGS = ['id', 'now', 'destinations', 'starts', 'ends', 'repeats', 'time_zone', 'reason', 'problem'];

/** What the options of a maintenance say: moments in ms since the Unix epoch, `for` in ms. */
interface MaintenanceOptions {
  starts?: number;
  ends?: number;
  for?: number;
  repeats?: string;
  timeZone?: string;
  reason?: string;
}

const withMaintenanceOptions = (command: Command): Command =>
  command
    .addOption(new Option('--starts <time>', 'when it begins: an ISO time').argParser(parseSince))
    .addOption(
      new Option('--ends <time>', 'when it ends: an ISO time').argParser(parseSince).conflicts('for'),
    )
    .addOption(new Option('--for <time>', 'how long it is, in place of --ends').argParser(parseLength))
    .addOption(
      new Option(
        '--repeats <how>',
        `${REPETITIONS.join(' or ')}, at the same time of the day, or none`,
      ).argParser(orNone((text) => text)),
    )
    .addOption(
      new Option('--time-zone <name>', 'whose time of the day, such as Europe/Berlin; none is UTC').argParser(
        orNone((text) => text),
      ),
    )
    .addOption(new Option('--reason <text>', 'for people; an empty one takes it away'));

const addCommand = (): Command =>
  withMaintenanceOptions(
    rowCommand('add', 'Add a maintenance.').argument(
      '<destination...>',
      'ids, names, addresses, patterns such as "web-*", or "*" for all',
    ),
  )
    .addHelpText(
      'after',
      `
It begins now unless told otherwise. What is still bad when it ends is told then. A repeated one begins at the same time of
the day by the clocks of its time zone, and is always as long as the first one.

Examples:
  pinger alerts maintenances add "web-*" --starts 2026-03-01T02:00Z --ends 2026-03-01T04:00Z --reason "new switch"
  pinger alerts maintenances add "*" --starts 2026-03-01T03:00+01:00 --for 30m --repeats daily --time-zone Europe/Berlin`,
    )
    .action((destinations: string[], { database, json, ...given }: MaintenanceOptions & RowOptions) => {
      const selector = selected(destinations).text;
      if (given.ends === undefined && given.for === undefined)
        throw new CommandFailure('when does it end? Give --for or --ends', 2);
      const base = {
        ...{ destinations: selector, starts: Date.now(), ends: 0 },
        ...{ repeats: null, time_zone: null, reason: null },
      };
      return editRows({
        database,
        ...(json && { json }),
        rows: MAINTENANCES,
        done: 'added',
        create: true,
        edit: async (manager) => [await saveMaintenance(manager, changedRow(base, given))],
      });
    });

const setCommand = (): Command =>
  withMaintenanceOptions(
    rowCommand('set', 'Change maintenances.').argument(
      '<id...>',
      'as "pinger alerts maintenances" shows them',
    ),
  )
    .addOption(selectorOption())
    .addHelpText(
      'after',
      `
What is not given stays as it is.

Examples:
  pinger alerts maintenances set 3 --for 4h
  pinger alerts maintenances set 3 --repeats none --destinations "web-*, !web-7"`,
    )
    .action((texts: string[], { database, json, ...given }: SetOptions) => {
      someChange(given, '--starts, --for');
      return editRows({
        database,
        ...(json && { json }),
        rows: MAINTENANCES,
        done: 'changed',
        edit: async (manager) => {
          const selected = selectRows(MAINTENANCES, await listMaintenances(manager), texts);
          const { destinations } = given;
          for (const { under_way, problem, ...row } of selected)
            await saveMaintenance(manager, {
              ...changedRow(row, given),
              ...(destinations === undefined ? {} : { destinations }),
            });
          return selected.map(({ id }) => id);
        },
      });
    });

type SetOptions = MaintenanceOptions & RowOptions & { destinations?: string };

function changedRow<Row extends Omit<Maintenance, 'id'>>(row: Row, given: MaintenanceOptions): Row {
  const starts = given.starts ?? row.starts;
  const { repeats, timeZone, reason = row.reason } = given;
  const ends = given.ends ?? (given.for === undefined ? row.ends : starts + given.for);
  return {
    ...row,
    starts,
    ends,
    repeats: repeats === undefined ? row.repeats : columnOf(repeats),
    time_zone: timeZone === undefined ? row.time_zone : columnOf(timeZone),
    reason: reason === '' ? null : reason,
  };
}
