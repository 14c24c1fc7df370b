import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { channelOf, targetOf } from '../alerts/channel.ts';
import { testMessage } from '../alerts/message.ts';
import { send } from '../alerts/send/send.ts';
import { AlertChannel } from '../entities/alert-channel.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell } from './format.ts';
import { databaseOption } from './options.ts';
import { print } from './output.ts';

/** `pinger alerts test`. */
export const alertsTestCommand = (): Command =>
  new Command('test')
    .description('Tell a channel that nothing has happened, to see whether it arrives.')
    .argument('<channel>', 'its name')
    .addOption(databaseOption())
    .addHelpText(
      'after',
      `
Examples:
  pinger alerts test ops`,
    )
    .action((name: string, { database }: { database: string }) =>
      withDatabase({ url: database }, async ({ manager }) => {
        const row = await manager.findOneBy(AlertChannel, { name });
        if (!row)
          throw new CommandFailure(
            `there is no channel ${cell(name)}; "pinger alerts channels" shows those there are`,
          );
        const channel = channelOf(row);
        if ('problem' in channel) throw new CommandFailure(`channel ${cell(name)}: ${channel.problem}`);
        const message = testMessage({ id: randomUUID(), channel: name, now: Date.now() });
        try {
          await send(channel, message, new AbortController().signal);
        } catch (error) {
          throw new CommandFailure(`channel ${cell(name)}: ${(error as Error).message}`);
        }
        await print([`Told ${cell(name)} (${channel.kind}, ${cell(targetOf(channel))}).`]);
      }),
    );
