import { join } from 'node:path';
import { addressesOf, Path, SPREAD } from './path.ts';
import { type FinalCounters, PingerRun } from './pinger-run.ts';
import { type Collected, collect } from './process.ts';
import { quantile, sorted } from './quantiles.ts';
import { count, figure, type Goal, type Measure, type Options, type Report } from './report.ts';

const ADDRESS = '127.0.0.1:9090';

interface Case {
  destinations: number;
  /** Of the probes, and of the scrapes, ms. */
  interval: number;
  scrapes: number;
  warmUp: number;
  duration: number;
}

const FULL: Case[] = [1000, 10_000].map((destinations) => ({
  ...{ destinations, interval: 1000, scrapes: 15_000, warmUp: 10_000, duration: 60_000 },
}));
const QUICK: Case[] = [{ destinations: 50, interval: 100, scrapes: 300, warmUp: 500, duration: 1000 }];

interface Scrape {
  ms: number;
  bytes: number;
}

interface Found {
  /** CPU time a probe, µs. */
  cost: number;
  counters: FinalCounters;
  scrapes: Scrape[];
}

const scrapesOf = ({ stdout }: Collected): Scrape[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** `isScraped`: every so often, from the end of the warm-up on; if not, nobody asks. */
async function measured(path: Path, given: Case, flags: string[], isScraped: boolean): Promise<Found> {
  const { destinations, interval, scrapes, warmUp, duration } = given;
  const run = await PingerRun.start(path, addressesOf('10.1', destinations), interval, [
    ...['--listen', ADDRESS],
    ...flags,
  ]);
  await run.during(warmUp);
  const node = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'scrapes.ts')];
  const scraper = isScraped
    ? path.start('source', ...node, `http://${ADDRESS}/metrics`, `${scrapes}`)
    : undefined;
  const output = scraper && collect(scraper);
  await output?.until('stdout', /^ready/);
  const from = { ...run.usage(), at: Date.now() };
  await run.during(duration);
  const to = { ...run.usage(), at: Date.now() };
  scraper?.kill('SIGKILL');
  const counters = await run.stop();
  const cost = (to.cpu - from.cpu) / (await run.resultsBetween(from.at, to.at));
  return { cost, counters, scrapes: output ? scrapesOf(output) : [] };
}

const KINDS: { name: string; flags: string[]; isScraped: boolean }[] = [
  { name: 'nobody', flags: [], isScraped: false },
  { name: 'with histograms', flags: [], isScraped: true },
  { name: 'without', flags: ['--metrics-buckets', 'none'], isScraped: true },
];

async function run({ quick }: Options): Promise<Report> {
  const rows: string[][] = [];
  const goals: Goal[] = [];
  const path = await Path.open(SPREAD);
  try {
    for (const each of quick ? QUICK : FULL) {
      let alone = Number.NaN;
      for (const { name, flags, isScraped } of KINDS) {
        const { cost, counters, scrapes } = await measured(path, each, flags, isScraped);
        if (!isScraped) alone = cost;
        const [scrape] = scrapes;
        const times = sorted(scrapes.map(({ ms }) => ms));
        rows.push([
          count(each.destinations),
          name,
          figure(cost),
          figure(cost / alone),
          scrape ? figure(scrape.bytes / 1e6) : '-',
          scrape ? figure(quantile(times, 0.5)) : '-',
          figure(counters.lateness_p99),
          figure(counters.lateness_max),
          figure(counters.loop_delay_p99 ?? Number.NaN),
        ]);
        if (name === 'with histograms')
          goals.push({
            measure: `CPU a probe, ${count(each.destinations)} destinations, scraped every ${each.scrapes / 1000} s`,
            figure: `${figure(cost / alone)} × that without`,
            goal: '≤ 1.15 ×',
            met: quick ? undefined : cost / alone <= 1.15,
          });
      }
    }
  } finally {
    path.close();
  }
  return {
    title: 'Metrics',
    method: METHOD,
    tables: [{ caption: '', columns: COLUMNS, rows }],
    goals,
    panels: [],
    warnings: [],
  };
}

const COLUMNS = [
  'destinations',
  'scraped',
  'CPU a probe µs',
  '÷ nobody',
  'a scrape MB',
  'takes ms',
  'lateness p99 ms',
  'max ms',
  'loop delay p99 ms',
];

const METHOD = [
  `What it costs to be scraped: “pinger run” on a path with replies after 1–200 ms, each destination once a second, every result stored; /metrics is read as
OpenMetrics every 15 s by another process on the same machine. How long a scrape takes is up to both. Lateness is of all probes from the start on, the first
ones, of a program that is not warm yet, among them.`,
];

export const metrics: Measure = {
  name: 'metrics',
  about: 'what being scraped by Prometheus costs, at 1,000 and 10,000 destinations',
  run,
};
