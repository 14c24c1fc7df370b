import { Command, Option } from 'commander';
import { AlertRunner } from '../alerts/alert-runner.ts';
import { destinationOf } from '../destinations/address.ts';
import type { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { type Keep, keepOf, problemOfKeep } from '../history/keep.ts';
import type { TransportName } from '../io/choose-transport.ts';
import { SystemClock } from '../io/clock.ts';
import type { Bounds } from '../metrics/buckets.ts';
import { createPinger, type PingerOptions, type Started } from '../pinger.ts';
import { Service } from '../service/service.ts';
import { DEFAULT_DATABASE, parseDatabaseUrl } from '../storage/database-url.ts';
import type { Drop } from '../storage/spill.ts';
import { createLogger, type LogLevel } from '../winston-logger.ts';
import { type AccessOptions, accessOptions } from './access.ts';
import { elapsed } from './elapsed.ts';
import { CommandFailure } from './failure.ts';
import { LiveView } from './live-view.ts';
import { metricsBucketsOption, otlpExport, otlpOption } from './metrics-options.ts';
import { type NewDestinationOptions, newDestination, withNewDestinationOptions } from './new-destination.ts';
import * as options from './options.ts';
import { tell } from './output.ts';
import { type Listen, listenOption, noListenOption, Page } from './page.ts';
import { signalled } from './signals.ts';
import { startPinger } from './start.ts';

interface RunOptions extends NewDestinationOptions, AccessOptions {
  source: string;
  spill?: string | boolean;
  spillLimit: number;
  spillDrop: Drop;
  duration?: number;
  json?: true;
  quiet?: true;
  transport: TransportName;
  listen: Listen;
  metricsBuckets: Bounds;
  otlp?: string;
  logLevel: LogLevel;
  keepResults: number;
  keepMinutes: number;
  keepHours: number;
  keepDays: number;
}

/** What an empty table starts with. */
const FIRST_DESTINATIONS = [destinationOf('127.0.0.1'), destinationOf('::1')];

export const runCommand = (): Command =>
  [...accessOptions(), ...options.keepOptions()]
    .reduce((command, option) => command.addOption(option), runWithoutKeep())
    .action(run);

const runWithoutKeep = (): Command =>
  withNewDestinationOptions(new Command('run'))
    .description('Probe the destinations of the table until Ctrl-C, showing each result as it comes.')
    .argument(
      '[address...]',
      'addresses, host names, or URLs (tcp://host:443) to add to the table first, where they are not there yet',
    )
    .addOption(options.databaseOption())
    .addOption(options.sourceOption())
    .addOption(options.spillOption())
    .addOption(options.noSpillOption())
    .addOption(options.spillLimitOption())
    .addOption(options.spillDropOption())
    .addOption(new Option('--duration <time>', 'end by itself after this time').argParser(options.parseTime))
    .addOption(options.transportOption())
    .addOption(listenOption())
    .addOption(noListenOption())
    .addOption(metricsBucketsOption())
    .addOption(otlpOption())
    .addOption(options.jsonOption())
    .addOption(new Option('-q, --quiet', 'no line for each result, only the summary at the end'))
    .addOption(options.logLevelOption())
    .addHelpText(
      'after',
      `
--protocol, --port, --interval, --timeout, --ttl, --data and --size are for the addresses that are added; destinations that
are in the table already keep theirs ("pinger destinations set" changes them). Times take a unit
(200ms, 10s, 1h); a bare number is milliseconds.

Without users and tokens ("pinger users", "pinger tokens") everybody on this host may use the page and the API, and nobody else:
--listen takes another address than the host's own only when there is one. From then on everybody is asked, on this host, too.

Results are summed up by minute, hour and day as they come, and deleted when they are older than --keep-results says; the sums
when they are older than theirs. Each is kept as long as the one before, or longer; one that is not named by itself. On a database that several sources share,
one of them deletes for all.

Examples:
  pinger run
  pinger run example.com -6 --interval 200ms
  pinger run tcp://example.com:443 udp://192.0.2.53:53
  pinger run --duration 1m --json > results.jsonl
  sudo pinger run --database sqlite:/var/lib/pinger/pinger.db --quiet
  pinger run --keep-results 2d --keep-minutes 30d --keep-hours 5000d
  pinger run --listen :8443 --tls-cert cert.pem --tls-key key.pem --allow-host monitor.example.com`,
    );

async function run(addresses: string[], given: RunOptions, command: Command): Promise<void> {
  const keep = keepGiven(given, command);
  const problem = problemOfKeep(keep);
  if (problem !== undefined) throw new CommandFailure(problem, 2);
  const logger = createLogger({ level: given.logLevel, json: !process.stderr.isTTY });
  const pinger = createPinger({
    database: given.database,
    source: given.source,
    spill: spillOf(given),
    transport: given.transport,
    keep,
    destinations: addresses.map((address) => newDestination(address, given)),
    firstDestinations: FIRST_DESTINATIONS,
    logger,
  });
  const alerts = new AlertRunner(pinger, { logger });
  const isAsked = command.getOptionValueSource('listen') !== 'default';
  const bounds = given.metricsBuckets;
  const page = await Page.of(pinger, { listen: given.listen, isAsked, access: given, bounds, logger });
  const metrics = async () =>
    page.metrics ?? (await import('../metrics/metrics.ts')).Metrics.of(pinger, { bounds });
  const otlp = await otlpExport({ url: given.otlp, metrics, logger });
  const view = new LiveView(pinger, { json: given.json === true, quiet: given.quiet === true });
  let probed = 0;
  pinger.on('destination', ({ status }) => {
    if (status === 'probed') probed++;
  });
  const service = new Service({ environment: process.env, clock: new SystemClock(), logger });
  const interrupted = signalled();
  const output = outputFailure();
  const started = await Promise.race([startPinger(pinger), interrupted]);
  let failure: Error | undefined;
  if (started) {
    alerts.start(started.source);
    tell(greeting(started, addresses.length > 0, given));
    failure = await page.open();
    otlp?.start(started.source);
  }
  if (started && !failure) {
    service.started(pinger);
    if (probed === 0) tell(`No destination is probed; "${self()} destinations list" says why.`);
    const end = elapsed(given.duration);
    failure = await Promise.race([interrupted, output, end.reached]);
    end.cancel();
  }
  service.stopping();
  await page.close();
  await alerts.close();
  const counters = await pinger.stop();
  await otlp?.stop();
  view.finish(counters);
  if (counters.spill_results > 0)
    tell(`${counters.spill_results} results wait in ${pinger.spill?.folder}; the next run stores them.`);
  if (counters.lost > 0)
    throw new CommandFailure(
      `${counters.lost} results are lost: ${parseDatabaseUrl(given.database).name} took no more`,
    );
  if (failure instanceof CommandFailure) throw failure;
  if (failure && (failure as NodeJS.ErrnoException).code !== 'EPIPE')
    throw new CommandFailure(`standard output: ${failure.message}`);
}

/** A level that nobody has said anything about is kept as long as the one before, or longer. */
function keepGiven(given: RunOptions, command: Command): Keep {
  const said = (name: 'keepResults' | 'keepMinutes' | 'keepHours' | 'keepDays') =>
    command.getOptionValueSource(name) === 'default' ? undefined : given[name];
  return keepOf({
    results: said('keepResults'),
    minutes: said('keepMinutes'),
    hours: said('keepHours'),
    days: said('keepDays'),
  });
}

function spillOf({ spill, spillLimit: limit, spillDrop: drop }: RunOptions): PingerOptions['spill'] {
  if (spill === false) return false;
  return { limit, drop, ...(typeof spill === 'string' ? { folder: spill } : {}) };
}

function greeting({ source, added, existing }: Started, named: boolean, given: RunOptions): string {
  const names = (rows: Destination[]) =>
    rows.map((row) => `${labelOf(row)} (destination ${row.id})`).join(', ');
  const { type, name } = parseDatabaseUrl(given.database);
  const lines = [`Probing as source ${source.name} (sourceid ${source.sourceid}), results go to ${name}.`];
  const isFirst = !named && added.length > 0;
  if (isFirst) lines.push(`The table of destinations was empty: ${names(added)} are in it now.`);
  else if (added.length > 0) lines.push(`Added ${names(added)}.`);
  if (existing.length > 0) lines.push(`Already there, with their own settings: ${names(existing)}.`);
  if (isFirst) {
    const url = type === 'sqlite' ? given.database : name;
    const database = given.database === DEFAULT_DATABASE ? '' : ` --database ${url}`;
    const shell = type === 'sqlite' ? `sqlite3 ${name}` : `psql ${name} -c`;
    lines.push(
      'Add more from another terminal, while this runs:',
      `  ${self()} destinations add example.com --interval 5s${database}`,
      `  ${shell} "INSERT INTO destinations (address) VALUES ('192.0.2.1')"`,
    );
  }
  if (given.duration === undefined) lines.push('Ctrl-C ends.');
  return lines.join('\n');
}

/** How this command line is called: by npm's start script, or by its own name. */
const self = (): string => (process.env.npm_lifecycle_event === 'start' ? 'npm start --' : 'pinger');

/** Resolves when standard output takes no more: its reader has gone, or its disk is full. */
const outputFailure = (): Promise<NodeJS.ErrnoException> =>
  new Promise((resolve) => void process.stdout.once('error', resolve));
