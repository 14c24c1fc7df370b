import { Command } from 'commander';
import type { DataSource, Repository } from 'typeorm';
import { problemOfRow } from '../destinations/read-destinations.ts';
import { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { protocolName } from '../entities/protocol.ts';
import { Source } from '../entities/source.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { selectDestinations } from './destination-selection.ts';
import { addCommand } from './destinations-add.ts';
import { setCommand } from './destinations-set.ts';
import { cell, pausedCell, problemCell, timeCell } from './format.ts';
import { databaseOption, jsonOption } from './options.ts';
import { print, printJson } from './output.ts';
import { type Column, formatTable } from './table.ts';

/** `pinger destinations …`: shows and edits what is probed. */
export const destinationsCommand = (): Command =>
  new Command('destinations')
    .description('Show and edit the table of destinations. A running pinger follows within a second.')
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(
      editCommand({
        name: 'remove',
        description: 'Remove destinations. Their results stay.',
        done: 'removed; its results stay',
        edit: async (row, repository) => void (await repository.delete({ id: row.id })),
      }),
    )
    .addCommand(activeCommand('pause', 'Stop probing destinations, and keep them in the table.', false))
    .addCommand(activeCommand('resume', 'Probe paused destinations again.', true))
    .addHelpText(
      'after',
      `
Examples:
  pinger destinations list
  pinger destinations add example.com 2001:db8::1 --interval 5s
  pinger destinations set 3 --timeout 500ms
  pinger destinations pause example.com`,
    );

const listCommand = (): Command =>
  new Command('list')
    .description('Show all destinations, and why a row cannot be probed.')
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Times are shown as --interval takes them; size is the data a probe carries, in bytes.
With --json: the columns of the table as they are (times in ms), and size and problem.

Examples:
  pinger destinations list
  pinger destinations list --json | jq -r 'select(.problem) | .address'`,
    )
    .action(({ database, json }: { database: string; json?: true }) =>
      withDatabase({ url: database }, (dataSource) => list(dataSource, json === true)),
    );

async function list(dataSource: DataSource, json: boolean): Promise<void> {
  const rows = await dataSource.getRepository(Destination).find({ order: { id: 'ASC' } });
  const sources = new Set((await dataSource.getRepository(Source).find()).map(({ id }) => id));
  const problem = (row: Destination) => problemOfRow(row, sources);
  if (json) return printJson(rows.map((row) => ({ ...row, size: sizeOf(row), problem: problem(row) })));
  if (rows.length === 0)
    return print(['There are no destinations yet. Add some: pinger destinations add example.com 192.0.2.1']);
  return print([
    formatTable(
      COLUMNS,
      rows.map((row) => [...cells(row), problemCell(problem(row) ?? '')]),
    ),
  ]);
}

const COLUMNS: Column[] = [
  { heading: 'id', right: true },
  { heading: 'active' },
  { heading: 'address' },
  { heading: 'protocol' },
  { heading: 'port', right: true },
  { heading: 'interval', right: true },
  { heading: 'timeout', right: true },
  { heading: 'ttl', right: true },
  { heading: 'size', right: true },
  { heading: 'name' },
  { heading: 'problem' },
];

const cells = (row: Destination): string[] => [
  cell(row.id),
  row.active ? 'yes' : pausedCell(),
  cell(row.address),
  cell(protocolName(row.protocol) ?? row.protocol),
  cell(row.port),
  timeCell(row.interval),
  timeCell(row.timeout),
  cell(row.ttl),
  cell(sizeOf(row)),
  cell(row.name),
];

/** Bytes. */
const sizeOf = ({ data }: Destination): number => Buffer.byteLength(String(data ?? ''));

interface Edit {
  name: string;
  description: string;
  /** What is said of a row afterwards. */
  done: string;
  edit: (row: Destination, repository: Repository<Destination>) => Promise<void>;
}

/** A command that does one thing to each of the rows that its arguments stand for, or nothing at all. */
const editCommand = ({ name, description, done, edit }: Edit): Command =>
  new Command(name)
    .description(description)
    .argument('<destination...>', 'ids, names or addresses; all destinations that have them')
    .addOption(databaseOption())
    .addHelpText(
      'after',
      `
Examples:
  pinger destinations ${name} 3
  pinger destinations ${name} 3 4 example.com`,
    )
    .action((texts: string[], { database }: { database: string }) =>
      withDatabase({ url: database }, async (dataSource) => {
        const rows = await inEdit(dataSource, async (manager) => {
          const selected = await selectDestinations(manager, texts);
          for (const row of selected) await edit(row, manager.getRepository(Destination));
          return selected;
        });
        await print(rows.map((row) => `Destination ${row.id} (${cell(labelOf(row))}): ${done}.`));
      }),
    );

const activeCommand = (name: string, description: string, active: boolean): Command =>
  editCommand({
    name,
    description,
    done: `${name}d`,
    edit: async (row, repository) => {
      // An edit that changes nothing would still reach every running monitor.
      if (row.active !== active) await repository.update({ id: row.id }, { active });
    },
  });
