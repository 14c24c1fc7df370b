import { Command, InvalidArgumentError, Option } from 'commander';
import type { DataSource } from 'typeorm';
import { readSeries, type Series } from '../history/series.ts';
import { statisticsOf } from '../statistics/statistics.ts';
import { withDatabase } from './database.ts';
import { selectIds } from './destination-selection.ts';
import { CommandFailure } from './failure.ts';
import { cell, lossCell, rttCell } from './format.ts';
import { databaseOption, jsonOption, parseCount, parseSince, parseTime } from './options.ts';
import { print, printJson } from './output.ts';
import { formatTable } from './table.ts';

interface HistoryOptions {
  database: string;
  since?: number;
  until?: number;
  step?: number;
  points: number;
  json?: true;
}

/** Lines that a terminal shows without much scrolling. */
const POINTS = 100;

const A_DAY = 86_400_000;

const ROUND_TRIPS = ['min', 'avg', 'max', 'p50', 'p95', 'p99'] as const;

/** `pinger history`. */
export const historyCommand = (): Command =>
  new Command('history')
    .description('Show loss and round-trip times of one destination, step by step.')
    .argument('<destination>', 'its id, name or address')
    .addOption(databaseOption())
    .addOption(
      new Option('--since <time>', 'from when on: 24h ago, or an ISO time')
        .argParser(parseSince)
        .default(undefined, '24h'),
    )
    .addOption(new Option('--until <time>', 'until when').argParser(parseSince).default(undefined, 'now'))
    .addOption(new Option('--step <time>', 'how long a step is at least').argParser(parseTime))
    .addOption(new Option('--points <n>', 'how many steps at most').argParser(parsePoints).default(POINTS))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Steps are as short as fits into --points, and begin at whole multiples of their length in UTC. Long ones are put together of
what is summed up by minute, hour or day, so that a year takes no longer than a day; short ones, of up to 2 hours, of the
results themselves. Steps without any result are left out.

Examples:
  pinger history example.com
  pinger history 3 --since 365d --step 1d
  pinger history example.com --since 1h --points 720 --json`,
    )
    .action((destination: string, given: HistoryOptions) =>
      withDatabase({ url: given.database }, (dataSource) => history(dataSource, destination, given)),
    );

function parsePoints(text: string): number {
  const points = parseCount(text);
  if (points < 1 || points > 100_000) throw new InvalidArgumentError('expected 1 to 100000');
  return points;
}

async function history(
  dataSource: DataSource,
  text: string,
  { since, until = Date.now(), step, points, json }: HistoryOptions,
): Promise<void> {
  const ids = await selectIds(dataSource.manager, text);
  const [destination] = ids;
  if (destination === undefined || ids.length > 1)
    throw new CommandFailure(
      `"${text}" is ${ids.length} destinations (${ids.join(', ')}): name one by its id`,
      2,
    );
  const span = { since: since ?? until - A_DAY, until };
  if (span.since >= span.until) throw new CommandFailure('--since is not before --until', 2);
  const series = await readSeries(dataSource, { destination, ...span, step, points });
  if (json) return printJson(objectsOf(series));
  if (series.points.length === 0) return print(['There are no results in this time.']);
  return print([tableOf(series)]);
}

const isoTime = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

const objectsOf = ({ points, step }: Series) =>
  points.map(({ start, summary }) => ({ start: isoTime(start), step, ...statisticsOf(summary) }));

const tableOf = ({ points }: Series): string =>
  formatTable(
    [
      { heading: 'from' },
      ...['sent', 'received', 'loss', ...ROUND_TRIPS.map((name) => (name === 'min' ? 'min ms' : name))].map(
        (heading) => ({ heading, right: true }),
      ),
    ],
    points.map(({ start, summary }) => {
      const statistics = statisticsOf(summary);
      return [
        isoTime(start),
        cell(statistics.sent),
        cell(statistics.received),
        lossCell(statistics.loss),
        ...ROUND_TRIPS.map((name) => rttCell(statistics[name])),
      ];
    }),
  );
