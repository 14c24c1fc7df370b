import { Command } from 'commander';
import type { EntityManager, EntityTarget } from 'typeorm';
import { InputError } from '../input/input-error.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { cell, oneLine } from './format.ts';
import { databaseOption, jsonOption } from './options.ts';
import { print, printJson } from './output.ts';

/** What every command for a table of alerts takes. */
export interface RowOptions {
  database: string;
  json?: true;
}

/** One kind of row, as people call it. */
export interface Rows<Row extends { id: number }> {
  /** `rule`; with an s, the command whose list shows them. */
  what: string;
  /** What a row is called besides its id; undefined: nothing. */
  nameOf(row: Row): string | undefined;
  /** All rows as they are listed, by id. */
  list(manager: EntityManager): Promise<Row[]>;
  /** A row as JSON has it. */
  json?(manager: EntityManager, rows: readonly Row[]): Promise<object[]>;
}

/** A command that makes something of rows, or changes them, and says so of each. */
export const rowCommand = (name: string, description: string): Command =>
  new Command(name).description(description).addOption(databaseOption()).addOption(jsonOption());

export interface RowEdit<Row extends { id: number }> extends RowOptions {
  rows: Rows<Row>;
  /** What has become of a row: `changed`. */
  done: string;
  /** Whether the database is made where there is none. */
  create?: boolean;
  /** Edits in a transaction of its own, and returns the ids of the rows that it is about. */
  edit(manager: EntityManager): Promise<readonly number[]>;
}

/** Edits rows, all of them or none, and says what they have become. Throws CommandFailure. */
export async function editRows<Row extends { id: number }>({
  rows,
  database,
  json,
  done,
  create = false,
  edit,
}: RowEdit<Row>): Promise<void> {
  await withDatabase({ url: database, create }, async (dataSource) => {
    const edited = await inEdit(dataSource, async (manager) => {
      const before = await rows.list(manager);
      const ids = new Set(await edit(manager).catch(asFailure));
      const after = await rows.list(manager);
      // Of those that are gone, what they were.
      const found = [...ids].flatMap(
        (id) => after.find((row) => row.id === id) ?? before.find((row) => row.id === id) ?? [],
      );
      return { found, shown: await (rows.json?.(manager, found) ?? found) };
    });
    if (json) return printJson(edited.shown);
    return print(edited.found.map((row) => `${titleOf(rows, row)}: ${done}.`));
  });
}

function titleOf<Row extends { id: number }>({ what, nameOf }: Rows<Row>, row: Row): string {
  const name = nameOf(row);
  const title = `${what[0]?.toUpperCase()}${what.slice(1)} ${row.id}`;
  return name === undefined ? title : `${title} (${cell(name)})`;
}

/** The rows that ids and names stand for, each once. Throws CommandFailure when one of them stands for none. */
export function selectRows<Row extends { id: number }>(
  { what, nameOf }: Rows<Row>,
  all: readonly Row[],
  texts: readonly string[],
): Row[] {
  const selected = texts.map((text) => {
    // A name may be a number, too.
    const row = all.find((each) => nameOf(each) === text) ?? all.find((each) => String(each.id) === text);
    if (row) return row;
    throw new CommandFailure(
      `there is no ${what} ${oneLine(text)}; "pinger alerts ${what}s" shows those there are`,
    );
  });
  return [...new Set(selected)];
}

/** What the tables have is no matter of usage. */
function asFailure(error: unknown): never {
  throw error instanceof InputError ? new CommandFailure(error.message) : error;
}

/** A command that does one thing to each of the rows that its arguments stand for, or nothing at all. */
export const eachRowCommand = <Row extends { id: number }>({
  rows,
  name,
  description,
  done,
  edit,
}: {
  rows: Rows<Row>;
  name: string;
  description: string;
  done: string;
  edit: (manager: EntityManager, row: Row) => Promise<unknown>;
}): Command => {
  const isNamed = rows.what !== 'maintenance';
  return rowCommand(name, description)
    .argument(isNamed ? '<id|name...>' : '<id...>', `as "pinger alerts ${rows.what}s" shows them`)
    .addHelpText(
      'after',
      `\nExamples:\n  pinger alerts ${rows.what}s ${name} 3${isNamed ? `\n  pinger alerts ${rows.what}s ${name} 3 night` : ' 4'}`,
    )
    .action((texts: string[], given: RowOptions) =>
      editRows({
        ...given,
        rows,
        done,
        edit: async (manager) => {
          const selected = selectRows(rows, await rows.list(manager), texts);
          for (const row of selected) await edit(manager, row);
          return selected.map(({ id }) => id);
        },
      }),
    );
};

/** A command that has rows used, or not: `pause`, `resume`. */
export const enabledCommand = <Row extends { id: number; enabled: boolean }>({
  rows,
  entity,
  name,
  description,
  enabled,
}: {
  rows: Rows<Row>;
  entity: EntityTarget<{ id: number; enabled: boolean }>;
  name: 'pause' | 'resume';
  description: string;
  enabled: boolean;
}): Command =>
  eachRowCommand({
    rows,
    name,
    description,
    done: `${name}d`,
    edit: async (manager, row) => {
      // An edit that changes nothing would still reach every running monitor.
      if (row.enabled !== enabled) await manager.update(entity, { id: row.id }, { enabled });
    },
  });

/** Throws CommandFailure (usage) where no option says what is to change. */
export function someChange(changes: object, examples: string): void {
  if (Object.keys(changes).length === 0)
    throw new CommandFailure(
      `nothing to change: give ${examples} or another option ("--help" lists them)`,
      2,
    );
}
