import { Command } from 'commander';
import { type FoundGap, queryGaps } from '../statistics/gaps.ts';
import { withDatabase } from './database.ts';
import { cell, instantCell, spanCell } from './format.ts';
import { bySourceNameOption, databaseOption, jsonOption, sinceOption, untilOption } from './options.ts';
import { print, printJson } from './output.ts';
import { checkSpan, sourceIds, sourceNames } from './span.ts';
import { type Column, formatTable } from './table.ts';

interface GapsOptions {
  database: string;
  since?: number;
  until?: number;
  source?: string;
  json?: true;
}

/** `pinger gaps`. */
export const gapsCommand = (): Command =>
  new Command('gaps')
    .description('Show when sources could not probe.')
    .addOption(databaseOption())
    .addOption(sinceOption())
    .addOption(untilOption())
    .addOption(bySourceNameOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A source is down while no monitor runs, suspended while its host sleeps, and cut_off while its host can send nothing
at all, such as without a link or a route, for 2 s or more. None of that counts as loss or as an outage. Gaps are shown
as far as they lie between --since and --until.
With --json: start and end in ns since the Unix epoch, as texts.

Examples:
  pinger gaps --since 1d
  pinger gaps --source probe-1 --json`,
    )
    .action(({ database, source, since, until, json }: GapsOptions) => {
      checkSpan({ since, until });
      return withDatabase({ url: database }, async (dataSource) => {
        const sources = sourceIds(await sourceNames(dataSource), source);
        const gaps = await queryGaps(dataSource, { sources, since, until });
        if (json)
          return printJson(gaps.map((gap) => ({ ...gap, start: String(gap.start), end: String(gap.end) })));
        if (gaps.length === 0) return print(['There are no gaps.']);
        return print([formatTable(COLUMNS, gaps.map(cells))]);
      });
    });

const COLUMNS: Column[] = [
  { heading: 'source' },
  { heading: 'start' },
  { heading: 'end' },
  { heading: 'duration', right: true },
  { heading: 'reason' },
];

const cells = ({ source_id, source, start, end, reason }: FoundGap): string[] => [
  cell(source ?? `#${source_id}`),
  instantCell(String(start), new Date()),
  instantCell(String(end), new Date()),
  spanCell(Number(end - start) / 1e6),
  reason,
];
