import { Command, InvalidArgumentError, Option } from 'commander';
import type { EntityManager } from 'typeorm';
import { problemOfAddress } from '../entities/settings.ts';
import { Source } from '../entities/source.ts';
import { InputError } from '../input/input-error.ts';
import { changeSource, type SourceChanges } from '../sources/change-source.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell, oneLine } from './format.ts';
import { databaseOption, jsonOption, parseCount } from './options.ts';
import { print, printJson } from './output.ts';
import { type Column, formatTable } from './table.ts';

/** `pinger sources …`: shows and edits the hosts that probe. */
export const sourcesCommand = (): Command =>
  new Command('sources')
    .description('Show and edit the hosts that run pinger. A host gets its row when it runs pinger first.')
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addHelpText(
      'after',
      `
Examples:
  pinger sources list
  pinger sources set "$(hostname)" --location 12 --host 3`,
    );

const listCommand = (): Command =>
  new Command('list')
    .description('Show all sources.')
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  pinger sources list\n  pinger sources list --json')
    .action(({ database, json }: { database: string; json?: true }) =>
      withDatabase({ url: database }, async (dataSource) => {
        const rows = await dataSource.getRepository(Source).find({ order: { id: 'ASC' } });
        if (json) return printJson(rows);
        if (rows.length === 0)
          return print(['There are no sources yet. "pinger run" makes one of this host.']);
        return print([formatTable(COLUMNS, rows.map(cells))]);
      }),
    );

const COLUMNS: Column[] = [
  { heading: 'id', right: true },
  { heading: 'location', right: true },
  { heading: 'host', right: true },
  { heading: 'sourceid', right: true },
  { heading: 'address' },
  { heading: 'name' },
];

const cells = ({ id, location, host, sourceid, address, name }: Source): string[] =>
  [id, location, host, sourceid, address, name].map(cell);

const setCommand = (): Command =>
  new Command('set')
    .description('Change a source. "pinger run" reads it when it starts.')
    .argument('<name>', 'its name, or the id of one that has none')
    .addOption(databaseOption())
    .addOption(new Option('--location <n>', 'the number of its location').argParser(parseCount))
    .addOption(new Option('--host <n>', 'its number there').argParser(parseCount))
    .addOption(
      new Option('--sourceid <0-255>', 'the high byte of the identifier in its packets').argParser(
        parseSourceid,
      ),
    )
    .addOption(
      new Option('--address <address>', 'its address; an empty one takes it away').argParser(parseAddress),
    )
    .addOption(new Option('--name <name>', 'its new name, for --source').argParser(parseName))
    .addHelpText(
      'after',
      `
Results carry the location and host that their source had when the probe was sent.

Examples:
  pinger sources set probe-1 --location 12 --host 3
  pinger sources set probe-1 --name probe-2 --sourceid 7`,
    )
    .action(async (name: string, { database, ...given }: { database: string } & SourceChanges) => {
      const changes: SourceChanges = { ...given, ...(given.address === '' ? { address: null } : {}) };
      if (Object.keys(changes).length === 0)
        throw new CommandFailure(
          'nothing to change: give --location, --host or another option ("--help" lists them)',
          2,
        );
      await withDatabase({ url: database }, async (dataSource) => {
        const id = await inEdit(dataSource, (manager) => change(manager, name, changes));
        await print([`Source ${id} (${cell(changes.name ?? name)}): changed.`]);
      });
    });

/** Returns the id of the source. Throws CommandFailure when there is none, or another one stands in the way. */
async function change(manager: EntityManager, name: string, changes: SourceChanges): Promise<number> {
  const sources = await manager.getRepository(Source).find();
  const source =
    sources.find((one) => one.name === name) ??
    sources.find((one) => one.name === null && String(one.id) === name);
  if (!source)
    throw new CommandFailure(
      `there is no source ${oneLine(name)}; "pinger sources list" shows those there are`,
    );
  try {
    await changeSource(manager, source, { sources, changes });
  } catch (error) {
    // What the table has is no matter of usage.
    throw error instanceof InputError ? new CommandFailure(error.message) : error;
  }
  return source.id;
}

function parseSourceid(text: string): number {
  const sourceid = parseCount(text);
  if (sourceid > 255) throw new InvalidArgumentError('expected a whole number from 0 to 255');
  return sourceid;
}

function parseAddress(text: string): string {
  const problem = text === '' ? undefined : problemOfAddress(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return text;
}

function parseName(text: string): string {
  if (text === '') throw new InvalidArgumentError('a source needs a name');
  return text;
}
