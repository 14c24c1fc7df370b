import { Command, Option } from 'commander';
import type { Outcome } from '../entities/outcome.ts';
import { RESULT_COLUMNS, resultPages } from '../export/results.ts';
import { STATISTICS_COLUMNS, statisticsRows } from '../export/statistics.ts';
import { withDatabase } from './database.ts';
import { selectIds } from './destination-selection.ts';
import { exportDestinationsCommand } from './export-destinations.ts';
import { exportRows, OUTPUT_NOTES, type RowsOptions, withOutputOptions } from './export-rows.ts';
import * as options from './options.ts';
import { outcomeOption } from './outcome-option.ts';
import { checkSpan, sourceIds, sourceNames } from './span.ts';

interface ExportOptions extends RowsOptions {
  database: string;
  destination?: string;
  since?: number;
  until?: number;
  source?: string;
  bySource?: true;
  outcome?: Outcome[];
}

/** `pinger export …`: the tables as files for other programs. */
export const exportCommand = (): Command =>
  new Command('export')
    .description('Write results, destinations or statistics as CSV, JSON lines or Parquet.')
    .addCommand(resultsCommand())
    .addCommand(exportDestinationsCommand())
    .addCommand(statisticsCommand())
    .addHelpText(
      'after',
      `
Examples:
  pinger export results --output results.parquet
  pinger export results --since 1d --outcome timeout,unreachable > lost.csv
  pinger export destinations --format yaml --output destinations.yaml
  pinger export statistics --since 1h --format jsonl | jq .loss`,
    );

const resultsCommand = (): Command =>
  withOutputOptions(new Command('results').description('Write results, in the order in which they came.'))
    .addOption(options.destinationOption())
    .addOption(options.sinceOption())
    .addOption(options.untilOption())
    .addOption(outcomeOption())
    .addHelpText(
      'after',
      `
All results that are stored when the command begins; a monitor may go on meanwhile. The columns are the table's, and
destination and source, what people call them.
${OUTPUT_NOTES}
In Parquet rtime is a timestamp in nanoseconds (UTC), in CSV and JSON lines nanoseconds since 1970, in JSON lines as
a string, because it is larger than JSON numbers are exact.

Examples:
  pinger export results --output results.parquet
  pinger export results --since 2024-11-23 --until 2024-11-24 --output day.csv
  pinger export results --destination example.com --format jsonl | gzip > example.jsonl.gz
  duckdb -c "SELECT destination, quantile_cont(rtt, 0.99) FROM 'results.parquet' GROUP BY 1"`,
    )
    .action((given: ExportOptions) => {
      checkSpan(given);
      return withDatabase({ url: given.database }, async (dataSource) => {
        const { destination, since, until, outcome } = given;
        const destinations =
          destination === undefined ? undefined : await selectIds(dataSource.manager, destination);
        const pages = resultPages(dataSource, { destinations, since, until, outcomes: outcome });
        await exportRows(given, { columns: RESULT_COLUMNS, pages, what: 'result' });
      });
    });

const statisticsCommand = (): Command =>
  withOutputOptions(
    new Command('statistics').description('Write loss and round-trip times of each destination.'),
  )
    .addOption(options.destinationOption())
    .addOption(options.sinceOption())
    .addOption(options.untilOption())
    .addOption(options.bySourceNameOption())
    .addOption(new Option('--by-source', 'a row for each source, in place of all sources together'))
    .addHelpText(
      'after',
      `
One row a destination, with the figures of "pinger stats --json": times in ms, shares from 0 to 1.
${OUTPUT_NOTES}

Examples:
  pinger export statistics --since 1d --output day.csv
  pinger export statistics --by-source --format parquet --output statistics.parquet`,
    )
    .action((given: ExportOptions) => {
      checkSpan(given);
      return withDatabase({ url: given.database }, async (dataSource) => {
        const { destination, since, until, bySource } = given;
        const sources = sourceIds(await sourceNames(dataSource), given.source);
        const destinations =
          destination === undefined ? undefined : await selectIds(dataSource.manager, destination);
        const query = { destinations, sources, since, until, bySource };
        const rows = await statisticsRows(dataSource, query);
        await exportRows(given, { columns: STATISTICS_COLUMNS, pages: [rows], what: 'row' });
      });
    });
