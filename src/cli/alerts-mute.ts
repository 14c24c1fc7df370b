import { Command, Option } from 'commander';
import { saveMaintenance } from '../alerts/edit-rows.ts';
import { maintenanceOf } from '../alerts/maintenance.ts';
import { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { Maintenance } from '../entities/maintenance.ts';
import { inEdit } from '../storage/transaction.ts';
import { parseLength, selected } from './alerts-options.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell, counted, instantCell } from './format.ts';
import { databaseOption, parseCount } from './options.ts';
import { print } from './output.ts';

interface MuteOptions {
  database: string;
  for: number;
  reason?: string;
}

/** `pinger alerts mute`: a maintenance from now on. */
export const muteCommand = (): Command =>
  new Command('mute')
    .description('Have nobody told of destinations for a while: a maintenance that begins now.')
    .argument('<destination...>', 'ids, names, addresses, patterns such as "web-*", or "*" for all')
    .addOption(databaseOption())
    .addOption(new Option('--for <time>', 'for how long').argParser(parseLength).makeOptionMandatory())
    .addOption(new Option('--reason <text>', 'for people'))
    .addHelpText(
      'after',
      `
What is still bad when it ends is told then. What has been told already goes on, and its end is told.

Examples:
  pinger alerts mute web-1 --for 2h --reason "new disk"
  pinger alerts mute "web-*" 192.0.2.1 --for 30m
  pinger alerts unmute 3`,
    )
    .action((destinations: string[], { database, for: length, reason }: MuteOptions) => {
      const text = destinations.join(',');
      const selector = selected(destinations);
      return withDatabase({ url: database }, async (dataSource) => {
        const { id, ends, count } = await inEdit(dataSource, async (manager) => {
          const rows = await manager.find(Destination);
          const count = rows.filter((row) => selector.matches({ ...row, label: labelOf(row) })).length;
          if (count === 0 && text.trim() !== '*')
            throw new CommandFailure(
              `there is no destination ${cell(text)}; "pinger destinations list" shows those there are`,
            );
          const starts = Date.now();
          const ends = starts + length;
          const window = { starts, ends, repeats: null, time_zone: null };
          const row = { destinations: text, ...window, reason: reason ?? null };
          return { id: await saveMaintenance(manager, row), ends, count };
        });
        await print([
          `Maintenance ${id}: ${counted(count, 'destination')} muted until ${instantCell(`${ends}000000`, new Date())}.`,
        ]);
      });
    });

/** `pinger alerts unmute`: ends maintenances. */
export const unmuteCommand = (): Command =>
  new Command('unmute')
    .description('End maintenances now; those that repeat, or have not begun, are removed.')
    .argument('<id...>', 'as "pinger alerts maintenances" shows them', (text, before: number[] = []) => [
      ...before,
      parseCount(text),
    ])
    .addOption(databaseOption())
    .action((ids: number[], { database }: { database: string }) =>
      withDatabase({ url: database }, async (dataSource) => {
        const lines = await inEdit(dataSource, async (manager) => {
          const lines: string[] = [];
          for (const id of ids) {
            const row = await manager.findOneBy(Maintenance, { id });
            if (!row)
              throw new CommandFailure(
                `there is no maintenance ${id}; "pinger alerts maintenances" shows those there are`,
              );
            const maintenance = maintenanceOf(row);
            const now = Date.now();
            if (!('problem' in maintenance) && row.repeats === null && maintenance.isUnderWay(now)) {
              await manager.update(Maintenance, { id }, { ends: Math.max(now, row.starts + 1) });
              lines.push(`Maintenance ${id}: ended.`);
            } else {
              await manager.delete(Maintenance, { id });
              lines.push(`Maintenance ${id}: removed.`);
            }
          }
          return lines;
        });
        await print(lines);
      }),
    );
