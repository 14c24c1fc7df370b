import { Command, Option } from 'commander';
import { changedColumns } from '../destinations/change-destination.ts';
import { dataOf } from '../destinations/new-row.ts';
import { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { settingsOf } from '../entities/settings.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { selectDestinations } from './destination-selection.ts';
import { asUsage, CommandFailure } from './failure.ts';
import { cell } from './format.ts';
import { type NewDestinationOptions, withProbeOptions } from './new-destination.ts';
import * as options from './options.ts';
import { print } from './output.ts';

interface SetOptions extends Omit<NewDestinationOptions, 4 | 6> {
  database: string;
  address?: string;
  name?: string;
}

/** `pinger destinations set`. */
export const setCommand = (): Command =>
  withProbeOptions(
    new Command('set')
      .description('Change destinations.')
      .argument('<destination...>', 'ids, names or addresses; all destinations that have them')
      .addOption(options.databaseOption())
      .addOption(
        new Option('--address <address>', 'an IP address or host name, or a URL such as tcp://host:443'),
      ),
  )
    .addOption(new Option('--name <label>', 'a label for people; an empty one takes it away'))
    .addHelpText(
      'after',
      `
What is not given stays as it is. When a row could not be probed afterwards, nothing is changed.

Examples:
  pinger destinations set 3 --interval 500ms --ttl 32
  pinger destinations set 3 4 --size 1400
  pinger destinations set 5 --address 2001:db8::1 --protocol icmp6
  pinger destinations set 6 --protocol tcp --port 443
  pinger destinations set 7 --address udp://192.0.2.53:53`,
    )
    .action(set);

async function set(texts: string[], given: SetOptions): Promise<void> {
  const changes = asUsage(() => changesOf(given));
  if (Object.keys(changes).length === 0)
    throw new CommandFailure(
      'nothing to change: give --interval, --timeout or another option ("--help" lists them)',
      2,
    );
  await withDatabase({ url: given.database }, async (dataSource) => {
    const changed = await inEdit(dataSource, async (manager) => {
      const rows = (await selectDestinations(manager, texts)).map((row) => ({ ...row, ...changes }));
      for (const row of rows) {
        const settings = settingsOf(row);
        if ('problem' in settings) throw new CommandFailure(`destination ${row.id}: ${settings.problem}`);
        await manager.getRepository(Destination).update({ id: row.id }, changes);
      }
      return rows;
    });
    await print(changed.map((row) => `Destination ${row.id} (${cell(labelOf(row))}): changed.`));
  });
}

/** The columns that the options change. */
const changesOf = ({ address, protocol, port, interval, timeout, ttl, name, ...given }: SetOptions) =>
  changedColumns({
    ...{ address, protocol, port, interval, timeout, ttl },
    data: dataOf(given),
    name: name === '' ? null : name,
  });
