import { Command, InvalidArgumentError, Option } from 'commander';
import { MILLISECOND } from '../network/scheduler.ts';
import { readScenario } from '../scenario/parse.ts';
import { ScenarioError } from '../scenario/problems.ts';
import type { SimulationReport } from '../simulation/report.ts';
import { simulate } from '../simulation/simulate.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { createLogger, type LogLevel } from '../winston-logger.ts';
import { CommandFailure } from './failure.ts';
import { cell, spanCell } from './format.ts';
import * as options from './options.ts';
import { print, printJson } from './output.ts';
import { ProgressBar } from './progress-bar.ts';
import { ownScenarioFile, ownScenarios, scenarioFile } from './scenario-file.ts';
import { signalled } from './signals.ts';
import { alertDifferences, alertLines } from './simulation-alerts.ts';
import { differences, formatSimulation } from './simulation-table.ts';
import { formatTable } from './table.ts';

interface SimulateCommandOptions {
  duration?: number;
  seed?: number;
  database: string;
  list?: true;
  json?: true;
  logLevel: LogLevel;
}

const MOST_SEED = 2 ** 31 - 1;

function parseSeed(text: string): number {
  const seed = options.parseCount(text);
  if (seed > MOST_SEED)
    throw new InvalidArgumentError(`seed ${text}: expected a whole number from 0 to ${MOST_SEED}`);
  return seed;
}

export const seedOption = () =>
  new Option('--seed <n>', "what chance depends on, in place of the scenario's").argParser(parseSeed);

/** `pinger simulate`. */
export const simulateCommand = (): Command =>
  new Command('simulate')
    .description('Run the monitor in a simulated network, in virtual time, and tell what it measured.')
    .argument('[scenario]', 'a scenario file, or the name of one that comes with pinger')
    .addOption(
      new Option('--duration <time>', "how long, in its own time, in place of the scenario's").argParser(
        options.parseTime,
      ),
    )
    .addOption(seedOption())
    .addOption(options.newDatabaseOption())
    .addOption(new Option('--list', 'list the scenarios that come with pinger').conflicts('json'))
    .addOption(options.jsonOption())
    .addOption(options.logLevelOption())
    .addHelpText(
      'after',
      `
The same scenario and seed give the same results to the last bit. The report has, for each destination, what the
scenario asks of the network (loss, and the mean round-trip time without queues), what the network did, and what pinger
measured; then what came of its alerts, if it has rules, and whether what the scenario expects came true. Percentiles are
within 1 %. Exit code 1: it did not, and what differed is listed. With --database the tables stay there for other
commands ("pinger stats --database …").

Examples:
  pinger simulate --list
  pinger simulate satellite-link
  pinger simulate my-network.yaml --duration 24h --seed 7
  pinger simulate my-network.yaml --database sqlite:simulated.db
  pinger simulate bgp-flap --json | jq 'select(.type == "destination") | .measured.loss'`,
    )
    .action(runSimulation);

async function runSimulation(given: string | undefined, options: SimulateCommandOptions): Promise<void> {
  if (options.list) return list();
  if (given === undefined)
    throw new CommandFailure('which scenario? Name a file, or one of those that "--list" lists', 2);
  const { seed, duration, database } = options;
  const logger = createLogger({ level: options.logLevel, json: !process.stderr.isTTY });
  const simulation = await simulate(scenarioFile(given), {
    database,
    logger,
    ...(seed === undefined ? {} : { seed }),
    ...(duration === undefined ? {} : { duration }),
  }).catch(asFailure);
  const startedAt = performance.now();
  const whole = await runAll(simulation);
  const report = await simulation.stop();
  const took = performance.now() - startedAt;
  if (options.json) await printJson(jsonOf(report, took));
  else await print(textOf(report, took));
  if (!whole)
    throw new CommandFailure(
      `interrupted after ${spanCell(report.duration)} of ${spanCell(simulation.duration)}`,
    );
  const failed = differences(report.destinations).length + alertDifferences(report.alerts).length;
  if (failed > 0) {
    const judged = [...report.destinations, ...(report.alerts ? [report.alerts] : [])];
    const all = judged.reduce((sum, { expectations }) => sum + expectations.length, 0);
    throw new CommandFailure(`${failed} of ${all} expectations did not come true`);
  }
}

/** What is wrong with a scenario is a line each, and wrong usage. */
function asFailure(error: unknown): never {
  if (!(error instanceof ScenarioError)) throw error;
  throw new CommandFailure(error.problems.join('\npinger: '), 2);
}

async function list(): Promise<void> {
  const rows = [];
  for (const name of ownScenarios()) {
    const { description, duration } = await readScenario(ownScenarioFile(name));
    rows.push([name, spanCell(duration / MILLISECOND), cell(description.trim().split('\n')[0])]);
  }
  await print([
    formatTable([{ heading: 'scenario' }, { heading: 'duration', right: true }, { heading: 'what' }], rows),
  ]);
}

/** A slice of time is simulated between two looks at the clock on the wall, ms. */
const SLICE = 50;

/** Runs to the end; returns false when a signal came before. */
async function runAll(simulation: Simulation): Promise<boolean> {
  let interrupted = false;
  signalled().then(() => {
    interrupted = true;
  });
  const bar = new ProgressBar();
  const startedAt = performance.now();
  let slice = 1;
  while (simulation.now < simulation.duration && !interrupted) {
    const from = performance.now();
    await simulation.run(Math.min(slice, simulation.duration - simulation.now));
    slice = Math.max(1, slice * (performance.now() - from < SLICE ? 2 : 0.5));
    bar.draw(simulation.now / simulation.duration, () => {
      const speed = simulation.now / (performance.now() - startedAt);
      return `${spanCell(simulation.now)} of ${spanCell(simulation.duration)}, ${times(speed)} real time`;
    });
  }
  bar.clear();
  return !interrupted;
}

function textOf(report: SimulationReport, took: number): string[] {
  const { scenario, seed, duration, sent, stored, missed, destinations, alerts, unjudged } = report;
  const speed = times(duration / took);
  const lines = [
    `${cell(scenario)}, seed ${seed}: ${spanCell(duration)} simulated in ${spanCell(took)}, ${speed} real time.`,
    '',
    formatSimulation(destinations),
    '',
    `${sent} probes sent, ${stored} results stored.${missed > 0 ? ` ${missed} due times missed, because the host slept or the process was held up.` : ''}`,
  ];
  if (alerts) lines.push('', ...alertLines(alerts));
  if (unjudged > 0)
    lines.push(`${unjudged} expectations are not judged: they are about time that was not simulated.`);
  return [...lines, ...differences(destinations), ...alertDifferences(alerts)];
}

function jsonOf({ destinations, alerts, ...summary }: SimulationReport, took: number): object[] {
  const { happenings = [], ...counts } = alerts ?? {};
  return [
    ...destinations.map((destination) => ({ type: 'destination', ...destination })),
    ...happenings.map((happening) => ({ type: 'alert', ...happening })),
    ...(alerts ? [{ type: 'alerts', ...counts }] : []),
    { type: 'summary', ...summary, took },
  ];
}

const times = (speed: number): string => `${Math.round(speed).toLocaleString('en')} ×`;
