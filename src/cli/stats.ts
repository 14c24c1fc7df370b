import { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { queryStatistics } from '../statistics/query.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { withDatabase } from './database.ts';
import { selectIds } from './destination-selection.ts';
import { cell, destinationLabel } from './format.ts';
import { databaseOption, destinationOption, jsonOption, sinceOption } from './options.ts';
import { print, printJson } from './output.ts';
import { formatStatistics } from './statistics-table.ts';

interface StatsOptions {
  database: string;
  since?: number;
  destination?: string;
  json?: true;
}

/** `pinger stats`. */
export const statsCommand = (): Command =>
  new Command('stats')
    .description('Show loss and round-trip times of each destination.')
    .addOption(databaseOption())
    .addOption(sinceOption())
    .addOption(destinationOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Sent are the probes that left and whose end is known; received are replies and refusals, everything else that
was sent is lost. Late answers (their probes stay lost), duplicates, corrupt replies (among the received) and
unsent probes are counted apart; doubtful are results that this host itself may have distorted ("pinger results"
says how). Round-trip times are in ms, those of the received; percentiles are exact, by
nearest rank. A destination that was removed goes by its number.
With --json: loss as a number from 0 to 1, and how many had each outcome.

Examples:
  pinger stats
  pinger stats --since 1h --destination example.com
  pinger stats --json | jq 'select(.loss > 0.01)'`,
    )
    .action((given: StatsOptions) =>
      withDatabase({ url: given.database }, (dataSource) => stats(dataSource, given)),
    );

async function stats(dataSource: DataSource, { since, destination, json }: StatsOptions): Promise<void> {
  const destinations =
    destination === undefined ? undefined : await selectIds(dataSource.manager, destination);
  const rows = (await queryStatistics(dataSource, { destinations, since })).map(
    ({ destination_id, label, statistics }) => ({
      destination_id,
      destination: destinationLabel(destination_id, label),
      statistics,
    }),
  );
  if (json) return printJson(rows.map(({ statistics, ...of }) => ({ ...of, ...statistics })));
  if (rows.length === 0) return print(['There are no destinations and no results yet.']);
  return print([formatStatistics(labelled(rows))]);
}

interface Row {
  destination_id: number | null;
  destination: string | null;
  statistics: Statistics;
}

/** Destinations that share an address are told apart by their numbers. */
function labelled(rows: Row[]): { label: string; statistics: Statistics }[] {
  const labels = new Map<string | null, number>();
  for (const { destination } of rows) labels.set(destination, (labels.get(destination) ?? 0) + 1);
  return rows.map(({ destination_id, destination, statistics }) => {
    const shared = (labels.get(destination) ?? 0) > 1;
    return { label: cell(destination) + (shared ? ` #${destination_id}` : ''), statistics };
  });
}
