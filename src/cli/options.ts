import { hostname } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { PROTOCOLS } from '../destinations/address.ts';
import { Protocol } from '../entities/protocol.ts';
import { longestData, problemOfRange } from '../entities/settings.ts';
import { DEFAULT_KEEP, type Keep } from '../history/keep.ts';
import { InputError } from '../input/input-error.ts';
import * as times from '../input/times.ts';
import { TRANSPORTS } from '../io/choose-transport.ts';
import { DEFAULT_DATABASE, databaseName } from '../storage/database-url.ts';
import { DROPS } from '../storage/spill.ts';
import { DEFAULT_SPILL_LIMIT, SMALLEST_SPILL_LIMIT } from '../storage/spill-settings.ts';
import { LOG_LEVELS } from '../winston-logger.ts';
import { CommandFailure } from './failure.ts';

/** As commander is told what is wrong with an argument. Its parsers throw InvalidArgumentError. */
const argument =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof InputError ? new InvalidArgumentError(error.message) : error;
    }
  };

export const parseTime = argument(times.parseTime);

export const parseSince = argument(times.parseSince);

/** A time, or `forever`: Infinity. Throws InvalidArgumentError. */
function parseKeep(text: string): number {
  if (text.toLowerCase() === 'forever') return Number.POSITIVE_INFINITY;
  try {
    return parseTime(text);
  } catch {
    throw new InvalidArgumentError(`"${text}" is not a time: expected 7d, 36h and the like, or forever`);
  }
}

const keepOption = (name: keyof Keep, shown: string, what: string) =>
  new Option(`--keep-${name} <time>`, `how long ${what} are kept`)
    .env(`PINGER_KEEP_${name.toUpperCase()}`)
    .default(DEFAULT_KEEP[name], shown)
    .argParser(parseKeep);

/** How long each level of history is kept; `PINGER_KEEP_RESULTS` and the like where the flags are not given. */
export const keepOptions = () => [
  keepOption('results', '7d', 'results'),
  keepOption('minutes', '90d', 'roll-ups of minutes'),
  keepOption('hours', 'forever', 'roll-ups of hours'),
  keepOption('days', 'forever', 'roll-ups of days'),
];

/** A time that a column of the destinations table may hold. */
export const parseColumnTime = (column: 'interval' | 'timeout') => (text: string) =>
  inRange(column, parseTime(text));

export const parseTtl = (text: string): number => inRange('ttl', parseCount(text));

const parsePort = (text: string): number => inRange('port', parseCount(text));

function inRange(column: Parameters<typeof problemOfRange>[0], value: number): number {
  const problem = problemOfRange(column, value);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return value;
}

/** A whole number of at least zero. */
export function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number`);
  return Number(text);
}

/** Bounded here because the data is made before a packet's own limit is known. */
function parseSize(text: string): number {
  const size = parseCount(text);
  const most = longestData(Protocol.UDP6);
  if (size > most) throw new InvalidArgumentError(`at most ${most} bytes fit a packet`);
  return size;
}

/** Throws CommandFailure: the parser's own error would show the URL, which may have a password. */
function parseDatabase(url: string): string {
  try {
    databaseName(url);
  } catch (error) {
    throw new CommandFailure((error as Error).message, 2);
  }
  return url;
}

/** Which database to use; `PINGER_DATABASE` where the flag is not given. */
export const databaseOption = () =>
  new Option(
    '--database <url>',
    'the database, as sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE',
  )
    .env('PINGER_DATABASE')
    .default(DEFAULT_DATABASE)
    .argParser(parseDatabase);

/** A database that only this command writes to; it is not the monitor's, whatever the environment says. */
export const newDatabaseOption = () =>
  new Option(
    '--database <url>',
    'a new database for the results, as sqlite:PATH or postgres://…; in memory unless given',
  )
    .default('sqlite::memory:', 'in memory')
    .argParser(parseDatabase);

function parseSourceName(name: string): string {
  if (name.trim() === '' || /\p{Cc}/u.test(name))
    throw new InvalidArgumentError('expected a name of at least one character, on one line');
  return name;
}

/** Which source this host is; `PINGER_SOURCE` where the flag is not given. */
export const sourceOption = () =>
  new Option('--source <name>', "this host's name among the sources")
    .env('PINGER_SOURCE')
    .default(hostname(), 'the hostname')
    .argParser(parseSourceName);

/** Sizes by IEC 80000-13 (KiB, MiB, GiB) and SI (kB, MB, GB). */
const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** A limit such as `500MB` or `2GiB`, in bytes. Throws InvalidArgumentError. */
function parseSpillLimit(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (SIZES[unit.toLowerCase()] ?? Number.NaN));
  if (bytes >= SMALLEST_SPILL_LIMIT) return bytes;
  throw new InvalidArgumentError(
    Number.isNaN(bytes)
      ? `"${text}" is not a size: expected a number and a unit, such as 500MB or 2GiB`
      : `"${text}" is too small: expected at least 1MiB`,
  );
}

/** Where results wait for a database that takes none; `PINGER_SPILL` where the flag is not given. */
export const spillOption = () =>
  new Option('--spill <folder>', 'where results wait while the database takes none; next to it unless given')
    .env('PINGER_SPILL')
    .argParser(parseFolder);

function parseFolder(text: string): string {
  if (text === '') throw new InvalidArgumentError('expected the name of a folder');
  return text;
}

export const noSpillOption = () => new Option('--no-spill', 'have them wait in memory');

export const spillLimitOption = () =>
  new Option('--spill-limit <size>', 'how large that folder may get')
    .argParser(parseSpillLimit)
    .default(DEFAULT_SPILL_LIMIT, '1GiB');

export const spillDropOption = () =>
  new Option('--spill-drop <which>', 'which results go when it is full').choices(DROPS).default('oldest');

export const logLevelOption = () =>
  new Option('--log-level <level>', 'how much to log on standard error')
    .env('PINGER_LOG_LEVEL')
    .choices(LOG_LEVELS)
    .default('warn');

export const transportOption = () =>
  new Option('--transport <name>', 'what moves packets: linux is the exact one, raw-socket the portable one')
    .env('PINGER_TRANSPORT')
    .choices(TRANSPORTS)
    .default('auto');

export const jsonOption = () => new Option('--json', 'print JSON, one object a line');

export const protocolOption = () =>
  new Option('--protocol <name>', 'what to probe with').choices(Object.keys(PROTOCOLS));

export const portOption = () =>
  new Option('-p, --port <n>', 'the port that tcp and udp probe').argParser(parsePort);

export const intervalOption = () =>
  new Option('-i, --interval <time>', 'time from one probe to the next').argParser(
    parseColumnTime('interval'),
  );

export const timeoutOption = () =>
  new Option('-t, --timeout <time>', 'how long an answer counts as in time').argParser(
    parseColumnTime('timeout'),
  );

export const ttlOption = () =>
  new Option('--ttl <n>', 'TTL or hop limit of the probes, 1 to 255').argParser(parseTtl);

export const dataOption = () =>
  new Option('-d, --data <text>', 'the data that a probe carries').conflicts('size');

export const sizeOption = () =>
  new Option('-s, --size <bytes>', 'that many bytes of data, made up').argParser(parseSize);

export const ipv4Option = () => new Option('-4', 'IPv4 only').conflicts('6');

export const ipv6Option = () => new Option('-6', 'IPv6 only');

export const sinceOption = () =>
  new Option('--since <time>', 'only what came since: 1h ago, or an ISO time').argParser(parseSince);

export const untilOption = () =>
  new Option('--until <time>', 'only what came before: 1h ago, or an ISO time').argParser(parseSince);

/** Which source's results are wanted; of all of them unless given. */
export const bySourceNameOption = () =>
  new Option('--source <name>', 'only what this source has seen').argParser(parseSourceName);

export const destinationOption = () =>
  new Option('--destination <which>', 'only this one, by its id; or all with this name or address');
