import { Capture } from './capture.ts';
import { addressesOf, Path, SPREAD } from './path.ts';
import { PingerRun } from './pinger-run.ts';
import { type Punctuality, punctuality, sendTimes } from './referee.ts';
import { count, figure, type Measure, type Options, type Report } from './report.ts';
import { ON_TIME } from './rounds.ts';

const NETWORK = '10.1';
const GOAL = 30_000;

interface Step {
  destinations: number;
  wire: Punctuality;
  /** By pinger's own word, its start included, ms. */
  said: number;
  /** Due times, packets and results lost, and probes that are not accounted for. */
  lost: number;
  /** Of one core. */
  cpu: number;
  /** MiB */
  rss: number;
  /** Requests that the capture missed. */
  dropped: number;
}

const holds = ({ wire, lost }: Step): boolean => wire.latenessP999 <= ON_TIME && lost === 0;

async function step(destinations: number, interval: number, warmUp: number, duration: number): Promise<Step> {
  const path = await Path.open(SPREAD);
  try {
    const capture = await Capture.start(path, 'pinger', 'requests');
    const run = await PingerRun.start(path, addressesOf(NETWORK, destinations), interval);
    await run.during(warmUp);
    const from = { ...run.usage(), at: performance.now() };
    await run.during(duration);
    const to = { ...run.usage(), at: performance.now() };
    const counters = await run.stop();
    const dropped = await capture.stop();
    const times = sendTimes(capture.file);
    const wire = punctuality(times, interval, warmUp);
    const captured = [...times.values()].reduce((sum, sent) => sum + sent.length, 0);
    const unsettled = counters.sent - (await run.accounted());
    const unseen = dropped > 0 ? 0 : counters.sent - captured;
    return {
      destinations,
      wire,
      said: counters.lateness_p999,
      lost: counters.missed + counters.dropped + counters.lost + Math.abs(unsettled) + Math.abs(unseen),
      cpu: (to.cpu - from.cpu) / 1000 / (to.at - from.at),
      rss: to.rss,
      dropped,
    };
  } finally {
    path.close();
  }
}

async function run({ quick }: Options): Promise<Report> {
  const steps: Step[] = [];
  const [sizes, interval] = quick ? [[200], 200] : [[10_000, 20_000, 30_000, 40_000], 1000];
  for (const destinations of sizes)
    steps.push(
      await (quick ? step(destinations, interval, 500, 1000) : step(destinations, interval, 10_000, 30_000)),
    );

  const ceiling = Math.max(0, ...steps.filter(holds).map(({ destinations }) => destinations));
  return {
    title: 'Ceiling',
    method: METHOD,
    tables: [
      {
        caption: 'How late probes were sent, ms',
        columns: [
          'destinations',
          'p50',
          'p99',
          'p99.9',
          'max',
          'p99.9 said',
          'lost',
          'cores',
          'RSS MiB',
          'holds',
        ],
        rows: steps.map((each) => [
          count(each.destinations),
          figure(each.wire.latenessP50),
          figure(each.wire.latenessP99),
          figure(each.wire.latenessP999),
          figure(each.wire.latenessMax),
          figure(each.said),
          count(each.lost),
          figure(each.cpu),
          figure(each.rss),
          holds(each) ? 'yes' : 'no',
        ]),
      },
    ],
    goals: [
      {
        measure: 'destinations at 1 s with every send on time',
        figure: count(ceiling),
        goal: `≥ ${count(GOAL)}`,
        met: quick ? undefined : ceiling >= GOAL,
      },
    ],
    panels: [
      {
        title: 'How late probes are sent, by destinations at 1 s',
        subtitle: 'ms after they are due, 99.9 % are sent earlier, by the capture; logarithmic',
        unit: 'ms',
        logarithmic: true,
        limit: ON_TIME,
        bars: steps.map(({ destinations, wire }) => ({
          label: count(destinations),
          value: wire.latenessP999,
          ours: true,
        })),
      },
    ],
    warnings: steps
      .filter(({ dropped }) => dropped > 0)
      .map(
        ({ destinations, dropped }) =>
          `The referee missed ${dropped} requests of ${count(destinations)} destinations.`,
      ),
  };
}

const METHOD = [
  `One pinger run with more and more destinations, half a minute each after ten seconds, replies after 1–200 ms, all results stored. It holds
as many as it can send to with 99.9 % of probes at most ${ON_TIME} ms late, by the capture, and with none lost: no due time missed, no packet
dropped, every probe accounted for and in the capture. “Said” is what pinger itself says of the whole run, its start included. “Cores” is how many it keeps busy.`,
];

export const ceiling: Measure = {
  name: 'ceiling',
  about: 'how many destinations one process holds with every send on time',
  run,
};
