import { Command, Option } from 'commander';
import type { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { protocolName } from '../entities/protocol.ts';
import { addMissing } from '../storage/missing-destinations.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { type NewDestinationOptions, newDestination, withNewDestinationOptions } from './new-destination.ts';
import * as options from './options.ts';
import { print } from './output.ts';

interface AddOptions extends NewDestinationOptions {
  database: string;
  name?: string;
  paused?: true;
}

/** `pinger destinations add`: makes the database, too, where there is none. */
export const addCommand = (): Command =>
  withNewDestinationOptions(new Command('add'))
    .description('Add destinations, where they are not there yet.')
    .argument('<address...>', 'IP addresses or host names, or URLs such as tcp://host:443 and udp://host:53')
    .addOption(options.databaseOption())
    .addOption(new Option('--name <label>', 'a label for people'))
    .addOption(new Option('--paused', 'do not probe them until "pinger destinations resume"'))
    .addHelpText(
      'after',
      `
Where not told otherwise, interval and timeout are 1s, the TTL is 64, and probes carry no data. A host name
means its IPv4 address, with -6 its IPv6 address. Times take a unit (200ms, 10s, 1h); a bare number is
milliseconds. When one of the addresses or options is wrong, nothing is added.

Examples:
  pinger destinations add 192.0.2.1 2001:db8::1
  pinger destinations add example.com -6 --interval 5s --timeout 2s --name gateway
  pinger destinations add tcp://example.com:443 udp://192.0.2.53:53
  pinger destinations add example.com 192.0.2.1 --protocol tcp --port 22
  sqlite3 pinger.db "INSERT INTO destinations (address) VALUES ('192.0.2.1')"    does the same`,
    )
    .action(add);

async function add(addresses: string[], given: AddOptions): Promise<void> {
  const { database, name, paused } = given;
  const more = { name: name || null, active: paused !== true };
  const rows = addresses.map((address) => ({ ...newDestination(address, given), ...more }));
  await withDatabase({ url: database, create: true }, async (dataSource) => {
    const { added, existing } = await inEdit(dataSource, (manager) => addMissing(manager, rows));
    await print([
      ...added.map((row) => `Added ${shown(row)} as destination ${row.id}${row.active ? '' : ', paused'}.`),
      ...existing.map(
        (row) => `Already there: ${shown(row)} is destination ${row.id}, with its own settings.`,
      ),
      ...(existing.length > 0 && hasSettings(given) ? ['"pinger destinations set" changes those.'] : []),
    ]);
  });
}

/** Whether somebody wants more than that it is there. */
const hasSettings = ({ interval, timeout, ttl, data, size, name, paused }: AddOptions): boolean =>
  [interval, timeout, ttl, data, size, name, paused].some((setting) => setting !== undefined);

const shown = (row: Destination): string => `${labelOf(row)} (${protocolName(row.protocol)})`;
