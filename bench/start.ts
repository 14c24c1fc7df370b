import { addressesOf, Path, SPREAD } from './path.ts';
import { PingerRun } from './pinger-run.ts';
import { median } from './quantiles.ts';
import { count, figure, type Measure, type Options, type Report } from './report.ts';

/** s */
const LIMIT = 3;

/** Long enough that a slow start is measured and not cut off, ms. */
const WINDOW = 8000;

/** From the start of the process until every destination has answered once, s; and how many have. */
async function firstRound(destinations: number, interval: number, window: number) {
  const path = await Path.open(SPREAD);
  try {
    const run = await PingerRun.start(path, addressesOf('10.1', destinations), interval);
    await run.during(window);
    await run.stop();
    const [row] = await run.query<{ answered: number; first: string; last: string }>(
      `SELECT count(*) AS answered, CAST(min(first) AS TEXT) AS first, CAST(max(first) AS TEXT) AS last FROM
        (SELECT min(rtime) AS first FROM results WHERE outcome = 'reply' GROUP BY destination_id)`,
    );
    const since = (rtime: string | undefined) =>
      (Number(BigInt(rtime ?? 0) / 1000n) / 1000 - run.startedAt) / 1000;
    return { answered: row?.answered ?? 0, first: since(row?.first), last: since(row?.last) };
  } finally {
    path.close();
  }
}

async function run({ quick }: Options): Promise<Report> {
  const [destinations, interval, window, times] = quick ? [200, 200, 1000, 1] : [10_000, 1000, WINDOW, 3];
  const found: Awaited<ReturnType<typeof firstRound>>[] = [];
  for (let time = 0; time < times; time++) found.push(await firstRound(destinations, interval, window));
  const took = median(found.map(({ last }) => last));
  const complete = found.every(({ answered }) => answered === destinations);
  return {
    title: 'Start',
    method: METHOD,
    tables: [
      {
        caption: '',
        columns: ['destinations', 'answered', 'first reply after s', 'last first reply after s'],
        rows: found.map(({ answered, first, last }) => [
          count(destinations),
          count(answered),
          figure(first),
          figure(last),
        ]),
      },
    ],
    goals: [
      {
        measure: `start with ${count(destinations)} rows to the first round complete`,
        figure: complete ? `${figure(took)} s` : 'incomplete',
        goal: `< ${LIMIT} s`,
        met: quick ? undefined : complete && took < LIMIT,
      },
    ],
    panels: [],
    warnings: [],
  };
}

const METHOD = [
  `From the moment that the process of pinger run is started, on a table with all rows in it, until every one of them has had its first reply: loading
Node, opening the database, one second in which all fall due, and the path's 1–200 ms. By the receive times in the results; the median of three.`,
];

export const start: Measure = {
  name: 'start',
  about: 'how long it takes from the start of the process to the first round complete',
  run,
};
