import { Command } from 'commander';
import { formatAlerts } from '../alerts-file/format.ts';
import { AlertChannel, AlertRuleChannel } from '../entities/alert-channel.ts';
import { AlertRule } from '../entities/alert-rule.ts';
import { DestinationParent } from '../entities/destination-parent.ts';
import { Maintenance } from '../entities/maintenance.ts';
import { withDatabase } from './database.ts';
import { databaseOption } from './options.ts';
import { print } from './output.ts';

/** `pinger alerts export`. */
export const alertsExportCommand = (): Command =>
  new Command('export')
    .description('Print rules, channels, parents and maintenances as a file for "pinger alerts apply".')
    .addOption(databaseOption())
    .addHelpText(
      'after',
      `
The settings of channels are not in it, since they may be secret: applied to the same database, channels keep theirs.

Examples:
  pinger alerts export > alerts.yaml`,
    )
    .action(({ database }: { database: string }) =>
      withDatabase({ url: database }, async ({ manager }) => {
        const yaml = formatAlerts({
          channels: await manager.find(AlertChannel, { order: { id: 'ASC' } }),
          rules: await manager.find(AlertRule, { order: { id: 'ASC' } }),
          ruleChannels: await manager.find(AlertRuleChannel),
          parents: await manager.find(DestinationParent, { order: { destination_id: 'ASC' } }),
          maintenances: await manager.find(Maintenance, { order: { id: 'ASC' } }),
        });
        await print([yaml.trimEnd()]);
      }),
    );
