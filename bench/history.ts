import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_KEEP } from '../src/history/keep.ts';
import { DAY, HOUR } from '../src/history/levels.ts';
import { readSeries } from '../src/history/series.ts';
import { openDatabase } from '../src/storage/database.ts';
import { A_YEAR, type Filled, fillHistory, resultsOf } from './filled-history.ts';
import { TemporaryFolder } from './folder.ts';
import { type Inserted, inserting } from './inserting.ts';
import { sorted } from './quantiles.ts';
import { count, figure, type Goal, type Measure, type Options, type Report } from './report.ts';

/** How long a chart may take, ms. */
const CHART_GOAL = 50;

/** Rows a second, and bytes a row. */
const INSERT_GOAL = 50_000;
const BYTES_GOAL = 32;

interface Chart {
  name: string;
  /** s */
  length: number;
  hasGoal: boolean;
}

const CHARTS: Chart[] = [
  { name: '1 hour', length: HOUR, hasGoal: false },
  { name: '24 hours', length: DAY, hasGoal: true },
  { name: '30 days', length: 30 * DAY, hasGoal: false },
  { name: '1 year', length: 365 * DAY, hasGoal: true },
];

const QUICK: Filled = { ...A_YEAR, destinations: 2, interval: 60 };

async function run({ quick }: Options): Promise<Report> {
  const folder = new TemporaryFolder();
  try {
    const filled = quick ? QUICK : A_YEAR;
    const { rows, goals: full } = await charts(join(folder.path, 'history.db'), filled);
    const inserted: [string, Inserted][] = [];
    for (const [name, keep] of [
      ['without roll-ups', undefined],
      ['with roll-ups', DEFAULT_KEEP],
    ] as const) {
      const file = join(folder.path, `${inserted.length}.db`);
      inserted.push([
        name,
        await inserting({ file, keep, destinations: 10_000, rows: quick ? 40_000 : 2_000_000 }),
      ]);
    }
    const withRollups = inserted[1]?.[1] as Inserted;
    full.push(
      {
        measure: 'insert with roll-ups, rows/s',
        figure: count(Math.round(withRollups.rate)),
        goal: `≥ ${count(INSERT_GOAL)}`,
        met: withRollups.rate >= INSERT_GOAL,
      },
      {
        measure: 'bytes a result',
        figure: figure(withRollups.bytes),
        goal: `≤ ${BYTES_GOAL}`,
        met: withRollups.bytes <= BYTES_GOAL,
      },
    );
    // A history as short as this says nothing of one that is long.
    const goals = quick ? full.map((goal) => ({ ...goal, met: undefined })) : full;
    return {
      title: 'History',
      method: [
        `Charts: one destination of a year of ${count(resultsOf(filled))} results, by roll-ups of 90 days of minutes and a year of hours and days, and 7 days of results; at most 1,000 steps with all percentiles; each on a connection of its own.`,
        'Inserting: one process, 10,000 destinations probed once a second, batches of 4,000.',
      ],
      tables: [
        { caption: 'charts', columns: ['chart', 'steps', 'each', 'median ms', 'slowest ms'], rows },
        {
          caption: 'inserting',
          columns: ['', 'rows/s', 'CPU µs/row', 'bytes/row', 'longest hold-up of the event loop, ms'],
          rows: inserted.map(([name, { rate, cpu, bytes, heldUp }]) => [
            name,
            count(Math.round(rate)),
            figure(cpu),
            figure(bytes),
            figure(heldUp),
          ]),
        },
      ],
      goals,
      panels: [],
      warnings: [],
    };
  } finally {
    folder.remove();
  }
}

async function charts(file: string, filled: Filled): Promise<{ rows: string[][]; goals: Goal[] }> {
  const made = await openDatabase(`sqlite:${file}`, { create: true, lockTimeout: 1000 });
  await fillHistory(made, filled);
  await made.destroy();
  const rows: string[][] = [
    [`(the file: ${count(Math.round(statSync(file).size / 2 ** 20))} MiB)`, '', '', '', ''],
  ];
  const goals: Goal[] = [];
  for (const { name, length, hasGoal } of CHARTS) {
    const times: number[] = [];
    let shown = '';
    let steps = 0;
    for (let destination = 1; destination <= Math.min(10, filled.destinations); destination++) {
      const database = await openDatabase(`sqlite:${file}`, { create: false, lockTimeout: 1000 });
      const began = performance.now();
      const series = await readSeries(database, {
        destination,
        since: (filled.until - length) * 1000 + 1,
        until: filled.until * 1000,
      });
      for (const { summary } of series.points) for (const q of [0.5, 0.95, 0.99]) summary.quantile(q);
      times.push(performance.now() - began);
      await database.destroy();
      steps = series.points.length;
      shown = `${series.step / 1000} s`;
    }
    const inOrder = sorted(times);
    const median = inOrder[inOrder.length >> 1] as number;
    rows.push([name, count(steps), shown, figure(median), figure(inOrder.at(-1))]);
    if (hasGoal)
      goals.push({
        measure: `chart of ${name}, ms`,
        figure: figure(median),
        goal: `< ${CHART_GOAL}`,
        met: median < CHART_GOAL,
      });
  }
  return { rows, goals };
}

export const history: Measure = {
  name: 'history',
  about: 'charts of a year of results, and how fast and small results are stored',
  run,
};
