import { isIP } from 'node:net';
import { Command, Option } from 'commander';
import type { EntityManager } from 'typeorm';
import { rowOf } from '../destinations/found-row.ts';
import { labelOf } from '../entities/label.ts';
import { protocolName } from '../entities/protocol.ts';
import { readModules } from '../import/blackbox.ts';
import type { ProbeModules } from '../import/blackbox-modules.ts';
import { IMPORT_FORMATS, type ImportFormat, parseImport, recogniseFormat } from '../import/formats.ts';
import type { FoundDestination, Remark } from '../import/found.ts';
import type { Family } from '../io/transport.ts';
import { addRows, keyOf } from '../storage/missing-destinations.ts';
import type { NewDestination } from '../storage/store.ts';
import { inEdit } from '../storage/transaction.ts';
import { withDatabase } from './database.ts';
import { databaseToLookAt } from './dry-run.ts';
import { CommandFailure } from './failure.ts';
import { cell, counted, oneLine, timeCell } from './format.ts';
import { type NewDestinationOptions, withNewDestinationOptions } from './new-destination.ts';
import { databaseOption } from './options.ts';
import { print } from './output.ts';
import { readText } from './read-text.ts';
import { tellRemarks } from './remarks.ts';

interface ImportOptions extends NewDestinationOptions {
  database: string;
  format?: ImportFormat;
  modules?: string;
  module?: string;
  dryRun?: true;
  strict?: true;
}

/** `pinger import`. */
export const importCommand = (): Command =>
  withNewDestinationOptions(new Command('import'))
    .description('Add the destinations that a file of another program names, where they are not there yet.')
    .argument('<file>', 'the file; - is standard input')
    .addOption(databaseOption())
    .addOption(
      new Option('--format <name>', 'what the file is, where it is not recognised').choices(IMPORT_FORMATS),
    )
    .addOption(new Option('--modules <file>', 'of blackbox: the blackbox.yml that defines the modules'))
    .addOption(new Option('--module <name>', 'of blackbox: the module that probes each line of a list'))
    .addOption(new Option('--dry-run', 'only show what would be added'))
    .addOption(new Option('--strict', 'add nothing when something has to be left out'))
    .addHelpText('after', HELP)
    .action(importFile);

const HELP = `
Formats:
  fping             one target a line, as "fping -f" takes it
  smokeping         SmokePing's configuration: *** Targets ***, with *** Probes *** and *** Database *** where it has
                    them. FPing, FPing6 and TCPPing are taken; so many pings in each step become an interval
  smokeping_prober  YAML with targets: of hosts, interval, network and size
  blackbox          prometheus.yml with the jobs of blackbox_exporter, or a list with --module; the modules icmp,
                    icmp_ttl5 and tcp_connect are known, others need --modules
  csv               a row of column names (address, protocol, port, interval, …), then a row a destination
--interval, --timeout, --ttl, --data, --size, --protocol, --port, -4 and -6 are for what the file says nothing about.
Sizes of payloads count pinger's nonce of 8 bytes, so that packets stay as long as they were.

What cannot be taken is told in one line each and left out, everything else is added; exit code 1 then.
Destinations that are there already (by address, protocol and port) keep their settings.

Examples:
  pinger import hosts.txt --interval 5s --dry-run
  pinger import /etc/smokeping/config.d/Targets
  cat /etc/smokeping/config.d/{Database,Probes,Targets} | pinger import -
  pinger import prometheus.yml --modules blackbox.yml
  pinger import hosts.txt --format blackbox --module icmp_ipv6 --modules blackbox.yml
  pinger import destinations.csv --strict`;

async function importFile(file: string, given: ImportOptions): Promise<void> {
  const { name, text, notes } = await readText(file);
  const format = given.format ?? (given.module === undefined ? recogniseFormat(text) : 'blackbox');
  if (format === undefined)
    throw new CommandFailure(
      /^["']?destinations["']?\s*:/m.test(text)
        ? `${name}: has destinations: as "pinger apply" takes them`
        : `${name}: format not recognised: expected --format ${IMPORT_FORMATS.join(', ')}`,
      2,
    );
  const modules = given.modules === undefined ? undefined : await modulesIn(given.modules);
  const findings = parseImport(format, text, { modules, module: given.module });
  const { rows, problems } = rowsOf(findings.destinations, given);
  const wrong = [...findings.problems, ...problems];
  tellRemarks(name, [...notes, ...findings.notes, ...wrong]);
  if (given.strict && wrong.length > 0)
    throw new CommandFailure(`${name}: nothing is added: ${counted(wrong.length, 'line')} cannot be taken`);
  await add(rows, given, `${oneLine(name)} (${format})`, wrong.length);
}

async function modulesIn(file: string): Promise<ProbeModules> {
  const { name, text } = await readText(file);
  const modules = readModules(text);
  if (typeof modules === 'string') throw new CommandFailure(`${name}: ${modules}`);
  return modules;
}

/** The rows that were found to be right, each with what the options say where the file says nothing. */
function rowsOf(
  found: readonly FoundDestination[],
  given: ImportOptions,
): { rows: Required<NewDestination>[]; problems: Remark[] } {
  const { interval, timeout, ttl, data, size, protocol, port } = given;
  const asked = given[4] ? 4 : given[6] ? 6 : undefined;
  const rows: Required<NewDestination>[] = [];
  const problems: Remark[] = [];
  for (const each of found) {
    const said = Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined));
    // What an IP address is, it says itself.
    const family: Family | undefined = isIP(each.address) === 0 ? asked : undefined;
    const usual = { interval, timeout, ttl, protocol, port, family };
    const carried = each.data === undefined && each.size === undefined ? { data, size } : {};
    const result = rowOf({ ...usual, ...carried, ...(said as unknown as FoundDestination) });
    if ('row' in result) rows.push(result.row);
    else problems.push({ line: each.line, message: result.problem });
  }
  return { rows, problems };
}

async function add(
  rows: readonly Required<NewDestination>[],
  { database, dryRun }: ImportOptions,
  from: string,
  left: number,
): Promise<void> {
  const url = dryRun ? databaseToLookAt(database) : database;
  const { missing, present } = await withDatabase(
    { url, create: !dryRun || url !== database },
    (dataSource) =>
      dryRun
        ? compared(dataSource.manager, rows)
        : inEdit(dataSource, async (manager) => {
            const found = await compared(manager, rows);
            await addRows(manager, found.missing);
            return found;
          }),
  );
  if (dryRun) await print(missing.map((row) => `+ ${shown(row)}`));
  const repeated = rows.length - missing.length - present;
  const counts = [
    `${present} there already`,
    ...(repeated > 0 ? [`${repeated} repeated`] : []),
    `${counted(left, 'line')} left out`,
  ];
  const added = `${dryRun ? 'Would add' : 'Added'} ${counted(missing.length, 'destination')} from ${from}`;
  await print([`${added}; ${counts.join(', ')}.`]);
  if (left > 0) throw new CommandFailure(`${from}: ${counted(left, 'line')} left out, as told above`);
}

/** The rows whose address, protocol and port the table does not have yet, each once, and how many it has. */
async function compared(
  manager: EntityManager,
  rows: readonly Required<NewDestination>[],
): Promise<{ missing: Required<NewDestination>[]; present: number }> {
  const table: { address: unknown; protocol: unknown; port: unknown }[] = await manager.query(
    'SELECT address, protocol, port FROM destinations',
  );
  const keys = new Set(table.map(keyOf));
  const others = rows.filter((row) => !keys.has(keyOf(row)));
  const missing = others.filter((row) => !keys.has(keyOf(row)) && keys.add(keyOf(row)));
  return { missing, present: rows.length - others.length };
}

const shown = ({ interval, timeout, name, ...row }: Required<NewDestination>): string =>
  `${cell(labelOf(row))} (${protocolName(row.protocol)}), interval ${timeCell(interval)}, timeout ${timeCell(timeout)}${name === null ? '' : `, ${cell(name)}`}`;
