import 'reflect-metadata';
import { cpus } from 'node:os';
import { formatTable } from '../src/cli/table.ts';
import { editing } from './editing.ts';
import { type ProbingCase, probing } from './probing.ts';
import { type SimulatingCase, simulating } from './simulating.ts';

/** `--quick` only shows that the bench works; its figures mean nothing. */
const quick = process.argv.includes('--quick');

const CASES: ProbingCase[] = quick
  ? [{ destinations: 50, interval: 100, duration: 1000 }]
  : [
      { destinations: 1000, interval: 1000, duration: 30_000 },
      { destinations: 1000, interval: 100, duration: 30_000 },
    ];

const SIMULATIONS: SimulatingCase[] = quick
  ? [{ destinations: 50, duration: 60 }]
  : [
      { destinations: 100, duration: 14_400 },
      { destinations: 1000, duration: 600 },
      { destinations: 10_000, duration: 60 },
    ];

const right = (heading: string) => ({ heading, right: true });
const say = (text: string) => process.stdout.write(`${text}\n`);

say(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, loopback\n`);

const rows: string[][] = [];
for (const each of CASES) {
  const figures = await probing(each);
  rows.push([
    String(figures.destinations),
    `${figures.interval} ms`,
    figures.pinger.toFixed(1),
    figures.fping.toFixed(1),
    figures.ratio.toFixed(2),
    figures.rss.toFixed(0),
    figures.lateP50.toFixed(2),
    figures.lateP99.toFixed(2),
    String(figures.sent),
    String(figures.stored),
    String(figures.missed),
  ]);
  if (figures.stored !== figures.sent) process.exitCode = 1;
}
const headings = [
  'destinations',
  'interval',
  'pinger µs/probe',
  'fping µs/probe',
  'ratio',
  'RSS MiB',
  'late p50 ms',
  'late p99 ms',
  'sent',
  'stored',
  'missed',
];
say(formatTable(headings.map(right), rows));

const simulated: string[][] = [];
for (const each of SIMULATIONS) {
  const figures = await simulating(each);
  simulated.push([
    String(figures.destinations),
    `${figures.duration} s`,
    `${Math.round(figures.speed)} ×`,
    figures.probe.toFixed(1),
    String(figures.sent),
    String(figures.stored),
  ]);
  if (figures.stored !== figures.sent) process.exitCode = 1;
}
const columns = ['destinations', 'simulated', 'real time', 'µs/probe', 'sent', 'stored'];
say(`\nSimulated, interval 1 s:\n${formatTable(columns.map(right), simulated)}`);

const edits = await editing(quick ? 500 : 10_000);
say(
  `\n${formatTable(
    ['edit', 'takes ms', 'blocks ms'].map((heading, n) => ({ heading, right: n > 0 })),
    [
      [`add ${edits.destinations} rows`, edits.add.toFixed(0), edits.addBlocking.toFixed(1)],
      [`remove one of ${edits.destinations}`, edits.remove.toFixed(0), edits.removeBlocking.toFixed(2)],
      ['no edit, for comparison', '-', edits.idleBlocking.toFixed(2)],
      [`stop ${edits.destinations}`, edits.stop.toFixed(0), '-'],
    ],
  )}`,
);
