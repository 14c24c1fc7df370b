import { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { formatDestinations } from '../destinations-file/format.ts';
import { Destination } from '../entities/destination.ts';
import { Source } from '../entities/source.ts';
import { FORMATS } from '../export/formats.ts';
import type { Columns } from '../export/row-writer.ts';
import { withDatabase } from './database.ts';
import { exportRows, OUTPUT_NOTES, type RowsOptions, withOutputOptions } from './export-rows.ts';
import { counted } from './format.ts';
import { print, tell } from './output.ts';
import { toOutput } from './whole-output.ts';

/** The columns of the table. */
const COLUMNS = {
  id: 'integer',
  active: 'boolean',
  address: 'text',
  protocol: 'integer',
  port: 'integer',
  interval: 'integer',
  timeout: 'integer',
  ttl: 'integer',
  data: 'text',
  name: 'text',
  source_id: 'integer',
} as const satisfies Columns & Record<keyof Destination, string>;

/** `pinger export destinations`. */
export const exportDestinationsCommand = (): Command =>
  withOutputOptions(new Command('destinations').description('Write the table of destinations.'), [
    ...FORMATS,
    'yaml',
  ])
    .addHelpText(
      'after',
      `
YAML is what "pinger apply" takes; a row that cannot be probed is left out of it, and told.
${OUTPUT_NOTES}

Examples:
  pinger export destinations --output destinations.yaml
  pinger export destinations --format csv`,
    )
    .action((given: RowsOptions & { database: string }) =>
      withDatabase({ url: given.database }, (dataSource) => exportDestinations(dataSource, given)),
    );

async function exportDestinations(dataSource: DataSource, given: RowsOptions): Promise<void> {
  const rows = await dataSource.getRepository(Destination).find({ order: { id: 'ASC' } });
  if (!isYaml(given))
    return exportRows(given, {
      columns: COLUMNS,
      pages: [rows.map((row) => ({ ...row }))],
      what: 'destination',
    });
  const sources = await dataSource.getRepository(Source).find();
  const named = new Map(sources.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
  const { yaml, bad } = formatDestinations(rows, named);
  await toOutput(given, (sink) => sink(yaml));
  for (const { id, problem } of bad) tell(`pinger: destination ${id} is left out: ${problem}`);
  if (given.output !== undefined && given.output !== '-')
    await print([`Wrote ${counted(rows.length - bad.length, 'destination')} to ${given.output}.`]);
}

const isYaml = ({ format, output }: RowsOptions): boolean =>
  format === undefined ? /\.ya?ml$/i.test(output ?? '') : format === 'yaml';
