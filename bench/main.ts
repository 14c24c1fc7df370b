import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accuracy } from './accuracy.ts';
import { alerts } from './alerts.ts';
import { ceiling } from './ceiling.ts';
import { cpu } from './cpu.ts';
import { edits } from './edits.ts';
import { fleet } from './fleet.ts';
import { history } from './history.ts';
import { machine } from './machine.ts';
import { metrics } from './metrics.ts';
import { onlookers } from './onlookers.ts';
import { type Chosen, parseOptions, UsageError, usageText } from './options.ts';
import { type Page, page } from './page.ts';
import { picture } from './picture.ts';
import { installed } from './process.ts';
import { goalTable, type Measure, type Report, textOf } from './report.ts';
import { rounds } from './rounds.ts';
import { simulations } from './simulations.ts';
import { start } from './start.ts';
import { storage } from './storage.ts';

const PROBING = [cpu, rounds, accuracy, ceiling, start, edits, simulations];
const STORING = [storage, history, fleet];
const SHOWING = [onlookers, metrics];
const TELLING = [alerts];
const MEASURES = [...PROBING, ...STORING, ...SHOWING, ...TELLING];

/** What `--write` writes, where all of a page was measured. */
const PAGES: (Page & { file: string; measures: Measure[] })[] = [
  {
    file: 'benchmarks.md',
    title: 'Benchmarks',
    about: `Written by \`npm run bench -- --write\`: everything in one run, one program after the other on the same machine. Every program probes
from one network namespace into another, over a veth pair, whose far end answers each address after a delay
of its own; or over loopback, where it says so. Peers are Debian's packages; the engine of SmokePing is fping.`,
    picture: 'benchmarks.svg',
    measures: PROBING,
  },
  {
    file: 'benchmarks-storage.md',
    title: 'Benchmarks: storage',
    about: `Written by \`npm run bench -- ${STORING.map(({ name }) => name).join(' ')} --write\`, in one run.`,
    measures: STORING,
  },
  {
    file: 'benchmarks-page.md',
    title: 'Benchmarks: who looks on',
    about: `Written by \`npm run bench -- ${SHOWING.map(({ name }) => name).join(' ')} --write\`, in one run.`,
    measures: SHOWING,
  },
  {
    file: 'benchmarks-alerts.md',
    title: 'Benchmarks: alerts',
    about: `Written by \`npm run bench -- ${TELLING.map(({ name }) => name).join(' ')} --write\`.`,
    measures: TELLING,
  },
];

const FAILED = 1;
const USAGE = 2;

/** Without these there is no network to measure in, and nobody to referee. */
const TOOLS = ['ip', 'sysctl', 'cc', 'tcpdump'];

const DOCS = join(import.meta.dirname, '../docs');

const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`bench: ${text}\n`);

function print(report: Report): void {
  say(`\n${report.title}\n`);
  for (const table of report.tables) say(`${textOf(table)}\n`);
  if (report.goals.length > 0) say(textOf(goalTable(report.goals)));
  for (const warning of report.warnings) say(`Note: ${warning}`);
}

function write(measured: ReadonlyMap<Measure, Report>): void {
  for (const { file, measures, ...about } of PAGES) {
    const reports = measures.flatMap((measure) => measured.get(measure) ?? []);
    if (reports.length < measures.length) {
      complain(`not everything of docs/${file} could be measured: it stays as it is`);
      continue;
    }
    writeFileSync(join(DOCS, file), page(about, machine(), reports));
    if (about.picture)
      writeFileSync(join(DOCS, about.picture), picture(reports.flatMap(({ panels }) => panels)));
  }
}

/** Runs what was chosen, and returns the exit code. */
async function bench(chosen: Chosen): Promise<number> {
  const missing = [
    ...(process.getuid?.() === 0 ? [] : ['root (for network namespaces of its own)']),
    ...TOOLS.filter((tool) => !installed(tool)),
  ];
  if (missing.length > 0) {
    complain(`needs ${missing.join(', ')}`);
    return FAILED;
  }
  say(
    machine()
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );
  const measured = new Map<Measure, Report>();
  let failed = false;
  for (const measure of chosen.measures) {
    try {
      const report = await measure.run(chosen);
      measured.set(measure, report);
      print(report);
      if (report.goals.some(({ met }) => met === false)) failed = true;
    } catch (error) {
      complain(`${measure.name}: ${error instanceof Error ? error.message : error}`);
      failed = true;
    }
  }
  if (chosen.write) write(measured);
  return failed ? FAILED : 0;
}

// Namespaces and files go with the process, however it ends.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  const chosen = parseOptions(process.argv.slice(2), MEASURES);
  if (chosen.help) say(usageText(MEASURES));
  else process.exitCode = await bench(chosen);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  complain(error.message);
  process.exitCode = USAGE;
}
