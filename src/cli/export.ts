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

interface ExportOptions extends RowsOptions {
  database: string;
  destination?: string;
  since?: number;
  until?: number;
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
    .addOption(
      new Option('--until <time>', 'only what came before: 1h ago, or an ISO time').argParser(
        options.parseSince,
      ),
    )
    .addOption(outcomeOption())
    .addHelpText(
      'after',
      `
All results that are stored when the command begins; a monitor may go on meanwhile. The columns are the table's, and
destination and source, what people call them. ${OUTPUT_NOTES}
In Parquet rtime is a timestamp in nanoseconds (UTC), in CSV and JSON lines nanoseconds since 1970, in JSON lines as
a string, because it is larger than JSON numbers are exact.

Examples:
  pinger export results --output results.parquet
  pinger export results --since 2024-11-23 --until 2024-11-24 --output day.csv
  pinger export results --destination example.com --format jsonl | gzip > example.jsonl.gz
  duckdb -c "SELECT destination, quantile_cont(rtt, 0.99) FROM 'results.parquet' GROUP BY 1"`,
    )
    .action((given: ExportOptions) =>
      withDatabase({ url: given.database }, async (dataSource) => {
        const { destination, since, until, outcome } = given;
        const destinations =
          destination === undefined ? undefined : await selectIds(dataSource.manager, destination);
        const pages = resultPages(dataSource, { destinations, since, until, outcomes: outcome });
        await exportRows(given, { columns: RESULT_COLUMNS, pages, what: 'result' });
      }),
    );

const statisticsCommand = (): Command =>
  withOutputOptions(
    new Command('statistics').description('Write loss and round-trip times of each destination.'),
  )
    .addOption(options.destinationOption())
    .addOption(options.sinceOption())
    .addHelpText(
      'after',
      `
One row a destination, with the figures of "pinger stats --json": round-trip times in ms, loss from 0 to 1. ${OUTPUT_NOTES}

Examples:
  pinger export statistics --since 1d --output day.csv
  pinger export statistics --format parquet --output statistics.parquet`,
    )
    .action((given: ExportOptions) =>
      withDatabase({ url: given.database }, async (dataSource) => {
        const { destination, since } = given;
        const destinations =
          destination === undefined ? undefined : await selectIds(dataSource.manager, destination);
        const rows = await statisticsRows(dataSource, { destinations, since });
        await exportRows(given, { columns: STATISTICS_COLUMNS, pages: [rows], what: 'row' });
      }),
    );
