import { Command, Option } from 'commander';
import colours from 'picocolors';
import type { DataSource } from 'typeorm';
import { idsIn } from '../alerts/selector.ts';
import { type ParsedAlerts, parseAlerts } from '../alerts-file/parse.ts';
import { planOf, type Step } from '../alerts-file/plan.ts';
import { type WantedAlerts, wantedAlerts } from '../alerts-file/wanted.ts';
import { AlertChannel } from '../entities/alert-channel.ts';
import { Destination } from '../entities/destination.ts';
import type { Remark } from '../import/found.ts';
import { parseSince } from '../input/times.ts';
import { inEdit } from '../storage/transaction.ts';
import { canAsk, confirmed } from './confirm.ts';
import { withDatabase } from './database.ts';
import { databaseToLookAt } from './dry-run.ts';
import { CommandFailure } from './failure.ts';
import { counted, oneLine } from './format.ts';
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

/** `pinger alerts apply`. */
export const alertsApplyCommand = (): Command =>
  new Command('apply')
    .description(
      'Make rules, channels, parents and maintenances as a file says: add, change and remove what differs.',
    )
    .argument('<file>', 'YAML; - is standard input')
    .addOption(databaseOption())
    .addOption(new Option('--dry-run', 'only show the difference'))
    .addOption(new Option('--check', 'only show the difference; exit code 1 where there is one'))
    .addOption(new Option('-y, --yes', 'remove without asking'))
    .addHelpText('after', HELP)
    .action(apply);

const HELP = `
A part that the file does not mention at all stays as it is:

  channels:
    - name: ops
      kind: webhook
      settings: { url: "https://hooks.example.com/x", secret: "\${PINGER_SECRET}" }
    - name: night
      kind: email
      settings: { server: "smtps://user:\${SMTP_PASSWORD}@mail.example.com", from: pinger@example.com, to: [me@example.com] }
  rules:
    - name: down               state, down, of all destinations, told to all channels
      hold: 1m
    - name: lossy
      metric: loss             or p50, p95, p99, ipdv_mean
      threshold: 5%
      recovery_threshold: 1%
      span: 5m
      destinations: "web-*, protocol:tcp"
      channels: [ops]
    - name: source
      metric: source           the monitor's own uplink
    - name: gone
      metric: silence          another source of the same database, for the span
      span: 2m
  parents:
    web-1: gateway             of both an id, an address or a name
  maintenances:
    - { destinations: "web-*", starts: 2026-03-01T02:00Z, ends: 2026-03-01T04:00Z, repeats: weekly }

A \${NAME} in settings is taken from the environment. Channels without settings keep those that they have.

First the difference is shown: + added, ~ changed, - removed. Either everything is done or nothing.

Examples:
  pinger alerts apply alerts.yaml --dry-run
  pinger alerts export > alerts.yaml`;

async function apply(file: string, given: ApplyOptions): Promise<void> {
  const { name, text } = await readText(file);
  const parsed = parseAlerts(text);
  if ('problems' in parsed) throw refusal(name, parsed.problems);
  const onlyLook = given.dryRun === true || given.check === true;
  const url = onlyLook ? databaseToLookAt(given.database) : given.database;
  await withDatabase({ url, create: !onlyLook || url !== given.database }, async (dataSource) => {
    const wanted = await wantedRows(dataSource, name, parsed);
    const steps = await planOf(dataSource.manager, wanted);
    await print(steps.map(lineOf));
    if (onlyLook) await print([`Would be ${summaryOf(steps)}.`]);
    if (given.check && steps.length > 0) throw new CommandFailure(`the tables are not as ${name} says`);
    if (onlyLook) return;
    await agreed(steps, given);
    if (steps.length > 0) await carryOut(dataSource, wanted, steps);
    await print([`${summaryOf(steps)}.`]);
  });
}

/** picocolors colours wherever CI is set, what goes into a pipe included. */
const { green, yellow, red } = colours.createColors(
  colours.isColorSupported && (process.stdout.isTTY === true || 'FORCE_COLOR' in process.env),
);

const COLOURS = { '+': green, '~': yellow, '-': red };

const lineOf = ({ sign, text }: Step): string => COLOURS[sign](`${sign} ${oneLine(text)}`);

function summaryOf(steps: readonly Step[]): string {
  const count = (wanted: Step['sign']) => steps.filter(({ sign }) => sign === wanted).length;
  return `${count('+')} added, ${count('~')} changed, ${count('-')} removed`;
}

function refusal(name: string, problems: readonly Remark[]): CommandFailure {
  tellRemarks(name, problems);
  return new CommandFailure(`${name}: nothing is changed because of ${counted(problems.length, 'error')}`);
}

async function wantedRows(dataSource: DataSource, name: string, parsed: ParsedAlerts): Promise<WantedAlerts> {
  const channels = await dataSource.manager.find(AlertChannel);
  const wanted = wantedAlerts(parsed.given, {
    channels: new Set(channels.map((channel) => channel.name)),
    idsOf: idsIn(await dataSource.manager.find(Destination, { order: { id: 'ASC' } })),
    momentOf: parseSince,
    env: process.env,
  });
  if ('problems' in wanted)
    throw refusal(
      name,
      wanted.problems.map(({ path, message }) => ({
        line: parsed.lineOf(path),
        message: `${path.join('.')}: ${message}`,
      })),
    );
  return wanted;
}

/** Throws CommandFailure where removals are not agreed to. */
async function agreed(steps: readonly Step[], { yes }: ApplyOptions): Promise<void> {
  const removed = steps.filter(({ sign }) => sign === '-').length;
  if (removed === 0 || yes) return;
  const what = counted(removed, 'row');
  if (!canAsk())
    throw new CommandFailure(`nothing is changed: ${what} would be removed; --yes agrees to that`);
  if (!(await confirmed(`Remove ${what}?`))) throw new CommandFailure('nothing is changed');
}

/** Does what was shown, and nothing else. Throws CommandFailure where the tables have been edited meanwhile. */
async function carryOut(dataSource: DataSource, wanted: WantedAlerts, shown: readonly Step[]): Promise<void> {
  await inEdit(dataSource, async (manager) => {
    const steps = await planOf(manager, wanted);
    if (steps.map(lineOf).join('\n') !== shown.map(lineOf).join('\n'))
      throw new CommandFailure('nothing is changed: somebody has edited the tables meanwhile; run it again');
    for (const step of steps) await step.carryOut(manager);
  });
}
