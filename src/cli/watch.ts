import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { GROUPS, type Group } from '../live/groups.ts';
import { SeparateAccess } from '../storage/database-access.ts';
import { databaseName } from '../storage/database-url.ts';
import { shownOf } from '../watch/arrange.ts';
import { SORT_COLUMNS, type SortColumn } from '../watch/columns.ts';
import { ALL_COLLAPSED, ALL_EXPANDED } from '../watch/group.ts';
import { capabilitiesOf } from '../watch/look.ts';
import { Reader } from '../watch/reader.ts';
import { surroundingsOf } from '../watch/surroundings.ts';
import { tableFrame } from '../watch/table-view.ts';
import { type FirstView, firstState } from '../watch/view-state.ts';
import { Watch } from '../watch/watch.ts';
import { CommandFailure } from './failure.ts';
import { bySourceNameOption, databaseOption, parseTime } from './options.ts';
import { print, tell } from './output.ts';
import { signalled } from './signals.ts';

interface WatchOptions {
  database: string;
  source?: string;
  interval: number;
  sort: SortColumn;
  reverse?: true;
  filter?: string;
  troubles?: true;
  group: Group;
  collapse?: true;
  once?: true;
}

/** Frames that are nearer to each other are drawn for nobody, ms. */
const SHORTEST_INTERVAL = 100;
const LONGEST_INTERVAL = 3_600_000;

/** How wide a frame is that goes to no terminal, unless COLUMNS says otherwise. */
const PLAIN_WIDTH = 120;

/** Above the rows of a frame, and below them. */
const PLAIN_LINES = 4;

/** With fewer, a screen has another layout. */
const LEAST_ROWS = 2;

/** `pinger watch`. */
export const watchCommand = (): Command =>
  new Command('watch')
    .description('Show all destinations as they are now, on the whole terminal, beside a monitor that runs.')
    .addOption(databaseOption())
    .addOption(bySourceNameOption())
    .addOption(
      new Option('-i, --interval <time>', 'from one frame to the next')
        .argParser(parseInterval)
        .default(1000, '1s'),
    )
    .addOption(new Option('--sort <column>', 'what to sort by first').choices(SORT_COLUMNS).default('state'))
    .addOption(new Option('-r, --reverse', 'the other way round'))
    .addOption(new Option('-f, --filter <text>', 'only those with this in name, address or source'))
    .addOption(new Option('-t, --troubles', 'only those that are down, lossy, unsent or invalid'))
    .addOption(
      new Option('-g, --group <by>', 'what to group by first; name: what names begin with, or the subnet')
        .choices(GROUPS)
        .default('none'),
    )
    .addOption(new Option('-c, --collapse', 'only the headings of groups first'))
    .addOption(new Option('--once', 'print one frame as plain text, and end'))
    .addHelpText(
      'after',
      `
It reads the database that a monitor ("pinger run") stores its results in, and needs nothing else of it. Loss and times are of
the last 60 probes of each destination, in ms; seen is when it answered last. Keys: arrows select, Enter opens the detail with a
chart, / filters, t shows troubles only, b groups, < and > sort, p pauses, ? explains the rest, q quits.

Colours are the terminal's own; NO_COLOR=1 does without. A locale that is not UTF-8 gets ASCII.

Examples:
  pinger watch
  pinger watch --troubles
  pinger watch --sort loss --filter router
  pinger watch --group name --collapse
  pinger watch --database postgres://pinger@db.example/pinger --source probe-1
  pinger watch --once | head -20`,
    )
    .action(watch);

function parseInterval(text: string): number {
  const interval = parseTime(text);
  if (interval >= SHORTEST_INTERVAL && interval <= LONGEST_INTERVAL) return interval;
  throw new InvalidArgumentError(`"${text}": expected ${SHORTEST_INTERVAL}ms to 1h`);
}

async function watch(given: WatchOptions): Promise<void> {
  if (!given.once) checkTerminal();
  const access = new SeparateAccess(given.database);
  try {
    const reader = new Reader({ access, source: given.source });
    await reader.begin();
    await (given.once ? printOnce(reader, given) : onTerminal(reader, access, given));
  } finally {
    await access.close();
  }
}

/** Throws CommandFailure where a screen cannot be drawn. */
function checkTerminal(): void {
  const instead = 'use --once, "pinger stats" or "pinger run --json"';
  if (!process.stdout.isTTY)
    throw new CommandFailure(`standard output is no terminal to draw on: ${instead}`, 2);
  if (process.env.TERM === 'dumb')
    throw new CommandFailure(`TERM is dumb: nothing can be drawn on such a terminal; ${instead}`, 2);
}

async function printOnce(reader: Reader, given: WatchOptions): Promise<void> {
  if (reader.problem !== undefined) tell(reader.problem);
  const width = process.stdout.columns ?? (Number(process.env.COLUMNS) || PLAIN_WIDTH);
  const state = firstState(viewOf(given));
  const { rows } = reader.watched;
  const shown = shownOf(rows, state.table);
  const surroundings = surroundingsOf(reader, {
    width,
    height: Math.max(LEAST_ROWS, shown.lines.length) + PLAIN_LINES,
    database: databaseName(given.database),
    capabilities: capabilitiesOf(process.env),
  });
  const { lines } = tableFrame({ rows, state, surroundings: { ...surroundings, problem: undefined } }, shown);
  const frame = lines.slice(0, -1);
  await print(frame.slice(0, frame.findLastIndex((line) => line !== '') + 1));
}

async function onTerminal(reader: Reader, access: SeparateAccess, given: WatchOptions): Promise<void> {
  const interrupted = signalled(['SIGINT', 'SIGTERM', 'SIGHUP']);
  const screen = new Watch({
    reader,
    access,
    input: process.stdin,
    output: process.stdout,
    capabilities: capabilitiesOf(process.env),
    database: databaseName(given.database),
    interval: given.interval,
    first: viewOf(given),
  });
  try {
    await Promise.race([interrupted, screen.quitted]);
  } finally {
    screen.close();
  }
  // Nobody who has quit waits for a server that does not answer.
  const isClosed = await Promise.race([
    access.close().then(() => true),
    sleep(LAST_ANSWER, false, { ref: false }),
  ]);
  if (!isClosed) process.exit();
}

/** ms */
const LAST_ANSWER = 1000;

const viewOf = ({ sort, reverse, filter = '', troubles, group, collapse }: WatchOptions): FirstView => ({
  sort,
  group,
  folding: collapse ? ALL_COLLAPSED : ALL_EXPANDED,
  filter,
  onlyTroubles: troubles === true,
  isReversed: reverse === true,
});
