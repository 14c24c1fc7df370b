import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { DataSource } from 'typeorm';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { ResultsFollower } from '../results/follower.ts';
import { newestIds, type ResultFilter, type ResultRow, resultsWithIds } from '../results/query.ts';
import { withDatabase } from './database.ts';
import { selectIds } from './destination-selection.ts';
import { cell, dataCell, destinationLabel, instantCell, outcomeCell, rttCell } from './format.ts';
import { databaseOption, destinationOption, jsonOption, parseCount, sinceOption } from './options.ts';
import { outcomeOption } from './outcome-option.ts';
import { print, printJson } from './output.ts';
import { GrowingTable } from './table.ts';

/** How long `--follow` waits before it looks for new results, ms. */
const POLL_INTERVAL = 250;

/** How many rows are held in memory at a time. */
const PAGE = 1000;

interface ResultsOptions {
  database: string;
  destination?: string;
  since?: number;
  outcome?: Outcome[];
  limit: number;
  follow?: true;
  json?: true;
}

/** `pinger results`. */
export const resultsCommand = (): Command =>
  new Command('results')
    .description('Show the newest results, oldest first.')
    .addOption(databaseOption())
    .addOption(destinationOption())
    .addOption(sinceOption())
    .addOption(outcomeOption())
    .addOption(new Option('-n, --limit <n>', 'how many at most').argParser(parseCount).default(20))
    .addOption(new Option('-f, --follow', 'go on with new ones as they come, until Ctrl-C'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Outcomes: ${OUTCOMES.join(', ')}.
A destination that was removed goes by its number. Round-trip times are in ms, times are this host's.
A doubt names what of this host may have distorted a result: packets dropped here, an answer read late (delayed),
sleep (suspended), a network of its own that was down (cut_off), or a probe that was not waited for (abandoned).
With --json: the columns of the table as they are; rtime, in ns since 1970, is a string, because it is larger
than JSON numbers are exact.

Examples:
  pinger results --follow
  pinger results --outcome timeout,unreachable --since 1h --limit 1000
  pinger results --destination example.com --since 2024-11-23T21:00 --json`,
    )
    .action((given: ResultsOptions) =>
      withDatabase({ url: given.database }, (dataSource) => results(dataSource, given)),
    );

async function results(dataSource: DataSource, given: ResultsOptions): Promise<void> {
  const { destination, since, outcome, limit, follow } = given;
  const destinations =
    destination === undefined ? undefined : await selectIds(dataSource.manager, destination);
  const filter: ResultFilter = { destinations, since, outcomes: outcome };
  const show = shower(given.json === true);
  // First: what is stored in between is then seen twice, never missed.
  const follower = follow ? await ResultsFollower.from(dataSource, filter) : undefined;
  const ids = await newestIds(dataSource, filter, limit);
  const shown = { ids, destinations, show };
  if (follower) return untilSignal((signal) => showAndFollow(dataSource, { ...shown, follower, signal }));
  if (ids.length === 0 && !given.json) return print(['There are no such results.']);
  return showAll(dataSource, shown);
}

type Show = (rows: ResultRow[], signal?: AbortSignal) => Promise<void>;

function shower(json: boolean): Show {
  if (json)
    return (rows, signal) =>
      printJson(
        rows.map((row) => ({ ...row, destination: destinationLabel(row.destination_id, row.destination) })),
        signal,
      );
  const table = new GrowingTable(COLUMNS);
  return (rows, signal) => print(table.lines(rows.map((row) => cells(row, new Date()))), signal);
}

interface Shown {
  ids: readonly number[];
  /** The only ones that they are about. */
  destinations: readonly number[] | undefined;
  show: Show;
  signal?: AbortSignal;
}

async function showAll(dataSource: DataSource, { ids, destinations, show, signal }: Shown): Promise<void> {
  for (let from = 0; from < ids.length; from += PAGE)
    await show(await resultsWithIds(dataSource, ids.slice(from, from + PAGE), destinations), signal);
}

interface Following extends Shown {
  follower: ResultsFollower;
  signal: AbortSignal;
}

async function showAndFollow(dataSource: DataSource, following: Following): Promise<void> {
  const { ids, follower, show, signal } = following;
  if (ids.length === 0) await show([], signal);
  await showAll(dataSource, following);
  const shown = new Set(ids);
  for (;;) {
    const rows = await follower.next(PAGE);
    const others = rows.filter(({ id }) => !shown.has(id));
    if (others.length > 0) await show(others, signal);
    if (rows.length < PAGE) await sleep(POLL_INTERVAL, undefined, { signal });
  }
}

/** Ends `work`, and with it the command, without an error at the first SIGINT or SIGTERM. */
async function untilSignal(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, abort);
  try {
    await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, abort);
  }
}

const COLUMNS = [
  { heading: 'time', width: 12 },
  { heading: 'destination', width: 12 },
  { heading: 'from', width: 12 },
  { heading: 'outcome', width: 12 },
  { heading: 'seq', right: true, width: 5 },
  { heading: 'rtt ms', right: true, width: 9 },
  { heading: 'ttl', right: true, width: 3 },
  { heading: 'type/code', right: true },
  { heading: 'data' },
  { heading: 'doubt' },
];

const cells = (row: ResultRow, now: Date): string[] => [
  instantCell(row.rtime, now),
  cell(destinationLabel(row.destination_id, row.destination)),
  cell(row.address),
  outcomeCell(row.outcome),
  cell(row.rseq),
  rttCell(row.rtt),
  cell(row.rttl),
  row.icmptype === null && row.rcode === null ? '-' : `${cell(row.icmptype)}/${cell(row.rcode)}`,
  dataCell(row.datamatch, row.rtype),
  row.doubt === null ? '' : cell(row.doubt),
];
