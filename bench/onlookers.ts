import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Path, SPREAD } from './path.ts';
import { type Collected, collect } from './process.ts';
import { count, figure, type Measure, type Options, type Report } from './report.ts';
import { type PingerErrors, pingerErrors } from './rtt-errors.ts';

const LISTEN = '127.0.0.1:8080';

interface Case {
  destinations: number;
  /** ms */
  interval: number;
  warmUp: number;
  duration: number;
  pages: number;
  /** How often each page asks for a chart, ms. */
  pause: number;
}

const FULL: Case[] = [1000, 10_000].map((destinations) => ({
  ...{ destinations, interval: 1000, warmUp: 8000, duration: 30_000, pages: 50, pause: 10_000 },
}));
const QUICK: Case[] = [
  { destinations: 50, interval: 100, warmUp: 1000, duration: 3000, pages: 3, pause: 500 },
];

/** What the pages have got. */
interface Seen {
  events: number;
  bytes: number;
  charts: number;
  failures: number;
  /** ms, of the charts. */
  slowest: number;
}

/** The pages, as `viewers.ts` opens them. */
class Viewers {
  #output: Collected | undefined;

  open(path: Path, { pages, destinations, pause }: Case): ChildProcess {
    const script = join(import.meta.dirname, 'viewers.ts');
    const args = [`http://${LISTEN}`, ...[pages, destinations, pause].map(String)];
    const child = path.start('source', process.execPath, '--import', 'tsx', script, ...args);
    this.#output = collect(child);
    return child;
  }

  /** Throws where they have seen nothing: then nothing was measured. */
  seen(): Seen {
    const last = this.#output?.stdout.trim().split('\n').at(-1) ?? '';
    const seen = last.startsWith('{') ? (JSON.parse(last) as Seen) : undefined;
    if (!seen?.events || !seen.charts || seen.failures > 0)
      throw new Error(`the pages have got ${last || 'nothing'}: ${this.#output?.stderr.slice(0, 300)}`);
    return seen;
  }
}

const rowOf = (each: Case, who: string, { p50, p99, p999, bias, counters }: PingerErrors, seen?: Seen) => [
  count(each.destinations),
  who,
  ...[p50, p99, p999, bias, counters.lateness_p50, counters.lateness_p99, counters.lateness_p999].map(figure),
  figure(counters.loop_delay_p99 ?? Number.NaN),
  seen ? count(seen.events) : '-',
  seen ? count(seen.charts) : '-',
  seen ? figure(seen.slowest) : '-',
];

async function run({ quick }: Options): Promise<Report> {
  const report: Report = {
    title: 'Open pages',
    method: METHOD,
    tables: [{ caption: '', columns: COLUMNS, rows: [] }],
    goals: [],
    panels: [],
    warnings: [],
  };
  const path = await Path.open(SPREAD);
  try {
    for (const each of quick ? QUICK : FULL) {
      const flags = ['--listen', LISTEN];
      const alone = await pingerErrors({ path, ...each }, { flags });
      const viewers = new Viewers();
      const watched = await pingerErrors(
        { path, ...each },
        { flags, load: () => [viewers.open(path, each)] },
      );
      const seen = viewers.seen();
      report.tables[0]?.rows.push(
        rowOf(each, 'nobody', alone),
        rowOf(each, `${each.pages} pages`, watched, seen),
      );
      const what = `${each.pages} pages open, ${count(each.destinations)} destinations`;
      const met = (holds: boolean) => (quick ? undefined : holds);
      report.goals.push(
        {
          measure: `RTT error, p99, ${what}`,
          figure: `${figure(alone.p99)} to ${figure(watched.p99)} µs`,
          goal: `unchanged: ≤ 1.25 ×, or ${SAME} µs more`,
          met: met(watched.p99 <= Math.max(1.25 * alone.p99, alone.p99 + SAME)),
        },
        {
          measure: `answered probes without a reply in the results, ${what}`,
          figure: count(watched.answered - watched.compared),
          goal: '0',
          met: met(watched.answered === watched.compared),
        },
        {
          measure: `lateness, p99, ${what}`,
          figure: `${figure(alone.counters.lateness_p99)} to ${figure(watched.counters.lateness_p99)} ms`,
          goal: `≤ ${LATE} ms more`,
          met: met(watched.counters.lateness_p99 <= alone.counters.lateness_p99 + LATE),
        },
      );
      for (const { dropped } of [alone, watched])
        if (dropped > 0) report.warnings.push(`The referee missed ${dropped} packets.`);
    }
  } finally {
    path.close();
  }
  return report;
}

/** What two runs of the same differ by, µs. */
const SAME = 2;

/** A turn of the event loop may take so long for whoever looks on, ms. */
const LATE = 5;

const COLUMNS = [
  'destinations',
  'watched by',
  'p50 µs',
  'p99 µs',
  'p99.9 µs',
  'bias µs',
  'late p50 ms',
  'p99 ms',
  'p99.9 ms',
  'loop delay p99 ms',
  'updates',
  'charts',
  'slowest ms',
];

const METHOD = [
  `The errors of round-trip times, as in Accuracy, and how late probes are sent, with nobody looking on and with 50 pages open: each has the stream of live events
(/api/v1/live/events) and asks for the chart of another destination every 10 s (an hour in 300 steps). The pages are one other process on the same machine, which runs the
responder and the capture, too. Lateness is of all probes from the start on.`,
];

export const onlookers: Measure = {
  name: 'page',
  about: 'round-trip times and lateness with 50 pages open, against none',
  run,
};
