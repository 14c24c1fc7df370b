import { Command, Option } from 'commander';
import type { DataSource, EntityManager } from 'typeorm';
import { rowOf } from '../destinations/found-row.ts';
import { type Difference, differenceOf, type WantedRow } from '../destinations-file/difference.ts';
import { parseDestinations } from '../destinations-file/parse.ts';
import { Destination } from '../entities/destination.ts';
import { Source } from '../entities/source.ts';
import type { FoundDestination, Remark } from '../import/found.ts';
import { addRows } from '../storage/missing-destinations.ts';
import { inEdit } from '../storage/transaction.ts';
import { canAsk, confirmed } from './confirm.ts';
import { withDatabase } from './database.ts';
import { differenceLines, differenceSummary, isDifferent, removals } from './difference-lines.ts';
import { databaseToLookAt } from './dry-run.ts';
import { CommandFailure } from './failure.ts';
import { counted } from './format.ts';
import { databaseOption } from './options.ts';
import { print } from './output.ts';
import { readText } from './read-text.ts';
import { tellRemarks } from './remarks.ts';

interface ApplyOptions {
  database: string;
  dryRun?: true;
  check?: true;
  yes?: true;
}

/** `pinger apply`. */
export const applyCommand = (): Command =>
  new Command('apply')
    .description('Make the table of destinations as a file says: add, change and remove what differs.')
    .argument('<file>', 'YAML with all destinations; - is standard input')
    .addOption(databaseOption())
    .addOption(new Option('--dry-run', 'only show the difference'))
    .addOption(new Option('--check', 'only show the difference; exit code 1 where there is one'))
    .addOption(new Option('-y, --yes', 'remove destinations without asking'))
    .addHelpText('after', HELP)
    .action(apply);

const HELP = `
The file has the table's own words; what it does not say is as "pinger destinations add" has it:

  defaults:                  holds for every destination that does not say otherwise
    interval: 5s
  destinations:
    - address: 192.0.2.1
    - address: tcp://example.com:443
      name: web              a row is found again by its name, or else by address, protocol and port
      timeout: 300ms
    - address: example.com
      protocol: icmp6
      source: probe-1        the one source that probes it
      active: false

Keys: address, name, protocol, port, interval, timeout, ttl, data, size, source, active. For editors:
docs/destinations.schema.json. "pinger export destinations --format yaml" writes such a file.

First the difference is shown: + added, ~ changed, - removed. Who would have destinations removed is asked first, or
gives --yes. Either everything is done or, where anything is wrong, nothing. Results of removed destinations stay. A
running pinger follows within a second; nothing is interrupted that stays as it is.

Examples:
  pinger apply destinations.yaml --dry-run
  pinger apply destinations.yaml --check || echo "not as it should be"
  pinger apply destinations.yaml --yes`;

async function apply(file: string, given: ApplyOptions): Promise<void> {
  const { name, text } = await readText(file);
  const parsed = parseDestinations(text);
  if ('problems' in parsed) throw refusal(name, parsed.problems);
  const onlyLook = given.dryRun === true || given.check === true;
  const url = onlyLook ? databaseToLookAt(given.database) : given.database;
  await withDatabase({ url, create: !onlyLook || url !== given.database }, async (dataSource) => {
    const wanted = await wantedRows(dataSource, name, parsed.destinations);
    const difference = await differenceNow(dataSource.manager, wanted);
    await print(differenceLines(difference));
    if (onlyLook) await print([`Would be ${differenceSummary(difference)}.`]);
    if (given.check && isDifferent(difference)) throw new CommandFailure(`the table is not as ${name} says`);
    if (onlyLook) return;
    await agreed(difference, given);
    if (isDifferent(difference)) await carryOut(dataSource, wanted, difference);
    await print([`${differenceSummary(difference)}.`]);
  });
}

/** Tells all that is wrong with a file. */
function refusal(name: string, problems: readonly Remark[]): CommandFailure {
  tellRemarks(name, problems);
  return new CommandFailure(`${name}: nothing is changed because of ${counted(problems.length, 'error')}`);
}

/** Throws CommandFailure where a destination cannot be probed, or its source does not exist. */
async function wantedRows(
  dataSource: DataSource,
  name: string,
  found: readonly FoundDestination[],
): Promise<WantedRow[]> {
  const sources = await dataSource.getRepository(Source).find();
  const ids = new Map(sources.flatMap(({ id, name }) => (name === null ? [] : [[name, id] as const])));
  const rows: WantedRow[] = [];
  const problems: Remark[] = [];
  for (const each of found) {
    const result = rowOf(each, ids);
    if ('row' in result) rows.push(result.row);
    else problems.push({ line: each.line, message: result.problem });
  }
  if (problems.length > 0) throw refusal(name, problems);
  return rows;
}

async function differenceNow(manager: EntityManager, wanted: readonly WantedRow[]): Promise<Difference> {
  return differenceOf(await manager.find(Destination, { order: { id: 'ASC' } }), wanted);
}

/** Returns where the removals are agreed to. Throws CommandFailure otherwise. */
async function agreed(difference: Difference, { yes }: ApplyOptions): Promise<void> {
  if (difference.removed.length === 0 || yes) return;
  if (!canAsk())
    throw new CommandFailure(
      `nothing is changed: ${removals(difference)} would be removed; --yes agrees to that`,
    );
  if (!(await confirmed(`Remove ${removals(difference)}?`))) throw new CommandFailure('nothing is changed');
}

/** So many rows are removed by one statement. */
const ROWS_A_STATEMENT = 1000;

/** Does what was shown, and nothing else. Throws CommandFailure where the table has been edited meanwhile. */
async function carryOut(
  dataSource: DataSource,
  wanted: readonly WantedRow[],
  shown: Difference,
): Promise<void> {
  await inEdit(dataSource, async (manager) => {
    const difference = await differenceNow(manager, wanted);
    if (JSON.stringify(difference) !== JSON.stringify(shown))
      throw new CommandFailure('nothing is changed: somebody has edited the table meanwhile; run it again');
    const repository = manager.getRepository(Destination);
    const ids = difference.removed.map(({ id }) => id);
    for (let from = 0; from < ids.length; from += ROWS_A_STATEMENT)
      await repository.delete(ids.slice(from, from + ROWS_A_STATEMENT));
    for (const { row, columns } of difference.changed) await repository.update({ id: row.id }, columns);
    await addRows(manager, difference.added);
  });
}
