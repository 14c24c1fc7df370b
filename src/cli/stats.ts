import { Command, Option } from 'commander';
import type { DataSource } from 'typeorm';
import { type GapTotals, gapTotals, queryGaps } from '../statistics/gaps.ts';
import { queryStatistics } from '../statistics/query.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { withDatabase } from './database.ts';
import { selectIds } from './destination-selection.ts';
import { cell, destinationLabel, spanCell } from './format.ts';
import {
  bySourceNameOption,
  databaseOption,
  destinationOption,
  jsonOption,
  sinceOption,
  untilOption,
} from './options.ts';
import { print, printJson } from './output.ts';
import { checkSpan, sourceIds, sourceNames } from './span.ts';
import { formatDetails } from './statistics-details.ts';
import { formatStatistics } from './statistics-table.ts';

interface StatsOptions {
  database: string;
  since?: number;
  until?: number;
  destination?: string;
  source?: string;
  bySource?: true;
  details?: true;
  json?: true;
}

/** `pinger stats`. */
export const statsCommand = (): Command =>
  new Command('stats')
    .description('Show loss, round-trip times and more of each destination.')
    .addOption(databaseOption())
    .addOption(sinceOption())
    .addOption(untilOption())
    .addOption(destinationOption())
    .addOption(bySourceNameOption())
    .addOption(new Option('--by-source', 'a line for each source, in place of all sources together'))
    .addOption(
      new Option('--details', 'every figure, with its unit and where it is defined').conflicts('json'),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
  sent    probes that left and whose end is known
  loss    share of them that was lost: all but replies and refusals
  burst   the most that were lost one after the other
  min …   round-trip times of the received probes in ms; percentiles are within 1 %
  ipdv    mean difference between the round-trip times of two consecutive probes, ms
  avail   share of the minutes in which no more than 20 % of the probes were lost
  mos     an estimate of how a telephone call would sound, from 1, bad, to 4.4
Columns for late answers (their probes stay lost), duplicates, corrupt replies (they count as received), unsent probes,
undetermined ones (timeouts that this host itself may have caused: neither received nor lost) and doubtful results
("pinger results" says how) come where there are any. --details shows everything, and --json all of it as numbers,
shares from 0 to 1; a line with the type "gaps" tells how long a source could not probe, in ms. Such time never counts
as loss. A destination that was removed goes by its number.

Examples:
  pinger stats
  pinger stats --since 1h --destination example.com --details
  pinger stats --since 2024-11-23 --until 2024-11-24 --by-source
  pinger stats --json | jq 'select(.loss > 0.01)'`,
    )
    .action((given: StatsOptions) => {
      checkSpan(given);
      return withDatabase({ url: given.database }, (dataSource) => stats(dataSource, given));
    });

async function stats(dataSource: DataSource, given: StatsOptions): Promise<void> {
  const { since, until, destination, bySource, json } = given;
  const names = await sourceNames(dataSource);
  const sources = sourceIds(names, given.source);
  const destinations =
    destination === undefined ? undefined : await selectIds(dataSource.manager, destination);
  const found = await queryStatistics(dataSource, { destinations, sources, since, until, bySource });
  const rows = found.map(({ destination_id, label, source_id, statistics }) => ({
    destination_id,
    destination: destinationLabel(destination_id, label),
    ...(bySource ? { source_id, source: names.get(source_id) ?? null } : {}),
    statistics,
  }));
  const gaps = gapTotals(await queryGaps(dataSource, { sources, since, until }));
  if (json)
    return printJson([
      ...rows.map(({ statistics, ...of }) => ({ ...of, ...statistics })),
      ...gaps.map((totals) => ({ type: 'gaps', ...totals })),
    ]);
  if (rows.length === 0) return print(['There are no destinations and no results yet.']);
  const format = given.details ? formatDetails : formatStatistics;
  const missing = gaps.map(gapLine).filter((line) => line !== undefined);
  return print([format(labelled(rows)), ...(missing.length > 0 ? ['', ...missing] : [])]);
}

interface Row {
  destination_id: number | null;
  destination: string | null;
  source_id?: number | null;
  source?: string | null;
  statistics: Statistics;
}

/** Destinations that share an address are told apart by their numbers. */
function labelled(rows: Row[]): { label: string; source?: string; statistics: Statistics }[] {
  const ids = new Map<string | null, Set<number | null>>();
  for (const { destination, destination_id } of rows)
    ids.set(destination, (ids.get(destination) ?? new Set()).add(destination_id));
  return rows.map(({ destination_id, destination, source_id, source, statistics }) => {
    const shared = (ids.get(destination)?.size ?? 0) > 1;
    return {
      label: cell(destination) + (shared ? ` #${destination_id}` : ''),
      ...(source_id === undefined
        ? {}
        : { source: cell(source ?? (source_id === null ? null : `#${source_id}`)) }),
      statistics,
    };
  });
}

/** How long a source could not probe; undefined where that is not worth a line. */
function gapLine({ source_id, source, down, suspended, cut_off }: GapTotals): string | undefined {
  const parts = [
    [down, 'down'],
    [suspended, 'suspended'],
    [cut_off, 'cut off'],
  ] as const;
  const said = parts.filter(([ms]) => ms >= 1000).map(([ms, what]) => `${what} for ${spanCell(ms)}`);
  if (said.length === 0) return undefined;
  return `Source ${cell(source ?? `#${source_id}`)} was ${said.join(', ')} of this time, which counts neither as loss nor as an outage.`;
}
