import { type Command, Option } from 'commander';
import { FORMATS, type Format, formatOfName, rowWriter } from '../export/formats.ts';
import type { Columns, ExportedRow } from '../export/row-writer.ts';
import { CommandFailure } from './failure.ts';
import { counted } from './format.ts';
import { databaseOption } from './options.ts';
import { print, tell } from './output.ts';
import { type OutputOptions, toOutput } from './whole-output.ts';

export interface RowsOptions extends OutputOptions {
  format?: string;
}

/** What the help of every export says. */
export const OUTPUT_NOTES = `The format is the one that the name of the file says, CSV otherwise. A file gets its name when it is whole; what is
there already is replaced only with --force.`;

/** A command that takes where to write to and how. */
export const withOutputOptions = (command: Command, formats: readonly string[] = FORMATS): Command =>
  command
    .addOption(databaseOption())
    .addOption(new Option('--format <name>', 'how to write it').choices(formats))
    .addOption(new Option('-o, --output <file>', 'write to a file instead of standard output'))
    .addOption(new Option('--force', 'replace the file where it is there already'));

export interface ExportedRows {
  columns: Columns;
  pages: AsyncIterable<ExportedRow[]> | Iterable<ExportedRow[]>;
  /** What one row is. */
  what: string;
}

/** Writes rows where and how the options say. Throws CommandFailure. */
export async function exportRows(given: RowsOptions, { columns, pages, what }: ExportedRows): Promise<void> {
  const { output } = given;
  const format = (given.format as Format | undefined) ?? formatOfName(output ?? '') ?? 'csv';
  if (format === 'parquet' && output === undefined && process.stdout.isTTY)
    throw new CommandFailure('Parquet is not for terminals: give --output FILE, or a pipe', 2);
  const { count, unfit } = await toOutput(given, async (sink) => {
    const writer = rowWriter(format, sink, columns);
    let count = 0;
    for await (const page of pages) {
      await writer.write(page);
      count += page.length;
    }
    await writer.end();
    return { count, unfit: writer.unfit };
  });
  for (const [column, values] of unfit)
    tell(
      `pinger: column ${column}: ${counted(values, 'value')} of another type than ${columns[column]}; left empty`,
    );
  if (output !== undefined && output !== '-') await print([`Wrote ${counted(count, what)} to ${output}.`]);
}
