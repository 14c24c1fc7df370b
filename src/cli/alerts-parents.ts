import { Command } from 'commander';
import type { EntityManager } from 'typeorm';
import { saveParent } from '../alerts/edit-rows.ts';
import { idsIn } from '../alerts/selector.ts';
import { Destination } from '../entities/destination.ts';
import { DestinationParent } from '../entities/destination-parent.ts';
import { labelOf } from '../entities/label.ts';
import { InputError } from '../input/input-error.ts';
import { inEdit } from '../storage/transaction.ts';
import { type RowOptions, rowCommand } from './alerts-rows.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell, oneLine } from './format.ts';
import { print, printJson } from './output.ts';
import { formatTable } from './table.ts';

/** `pinger alerts parents …`: whose being down explains another's. */
export const parentsCommand = (): Command =>
  new Command('parents')
    .description('Show and edit which destination cannot be reached when another one is down.')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(setCommand())
    .addCommand(removeCommand());

const listCommand = (): Command =>
  rowCommand('list', 'Show all destinations that have a parent.').action(({ database, json }: RowOptions) =>
    withDatabase({ url: database }, async ({ manager }) => {
      const rows = await manager.find(DestinationParent, { order: { destination_id: 'ASC' } });
      if (json) return printJson(rows);
      if (rows.length === 0)
        return print(['No destination has a parent. Name one: pinger alerts parents set "web-*" gateway']);
      const title = titles(await manager.find(Destination));
      return print([
        formatTable(
          [{ heading: 'destination' }, { heading: 'parent' }],
          rows.map(({ destination_id, parent_id }) => [title(destination_id), title(parent_id)]),
        ),
      ]);
    }),
  );

const setCommand = (): Command =>
  rowCommand('set', 'Name the parent of destinations.')
    .argument('<destinations>', 'ids, names, addresses, patterns such as "web-*", with commas between')
    .argument('<parent>', 'an id, a name or an address')
    .addHelpText(
      'after',
      `
While the parent is down, what is down behind it is told nobody; the parent's own alert is.

Examples:
  pinger alerts parents set "web-*" gateway
  pinger alerts parents set 3,4 192.0.2.1`,
    )
    .action((children: string, parent: string, given: RowOptions) =>
      edit(given, 'parent named', async (manager, find) => {
        const [parent_id, ...others] = find(parent);
        if (parent_id === undefined || others.length > 0)
          throw new CommandFailure(`several destinations are ${oneLine(parent)}: expected one as a parent`);
        const ids = find(children).filter((id) => id !== parent_id);
        for (const destination_id of ids) await saveParent(manager, { destination_id, parent_id });
        return ids;
      }),
    );

const removeCommand = (): Command =>
  rowCommand('remove', 'Have destinations without a parent.')
    .argument('<destinations>', 'ids, names, addresses, patterns such as "web-*", with commas between')
    .addHelpText('after', '\nExamples:\n  pinger alerts parents remove "web-*"')
    .action((children: string, given: RowOptions) =>
      edit(given, 'without a parent', async (manager, find) => {
        const ids = find(children);
        for (const destination_id of ids) await manager.delete(DestinationParent, { destination_id });
        return ids;
      }),
    );

/** Edits parents, all of them or none. `find` throws CommandFailure where a text stands for no destination. */
async function edit(
  { database, json }: RowOptions,
  done: string,
  work: (manager: EntityManager, find: (text: string) => number[]) => Promise<number[]>,
): Promise<void> {
  await withDatabase({ url: database }, async (dataSource) => {
    const { ids, rows, parents } = await inEdit(dataSource, async (manager) => {
      const rows = await manager.find(Destination, { order: { id: 'ASC' } });
      const idsOf = idsIn(rows);
      const find = (text: string) => {
        const ids = idsOf(text);
        if (ids.length > 0) return ids;
        throw new CommandFailure(
          `there is no destination ${oneLine(text)}; "pinger destinations list" shows those there are`,
        );
      };
      const ids = await work(manager, find).catch((error: unknown) => {
        throw error instanceof InputError ? new CommandFailure(error.message) : error;
      });
      return { ids, rows, parents: await manager.find(DestinationParent) };
    });
    if (json) return printJson(parents.filter(({ destination_id }) => ids.includes(destination_id)));
    const title = titles(rows);
    return print(ids.map((id) => `Destination ${title(id)}: ${done}.`));
  });
}

const titles = (rows: readonly Destination[]) => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (id: number): string => {
    const row = byId.get(id);
    return row ? `${id} (${cell(row.name ?? labelOf(row))})` : String(id);
  };
};
