import { Capture } from './capture.ts';
import { fpingRounds, fpingTimes } from './fping.ts';
import { addressesOf, Path, SPREAD } from './path.ts';
import { type FinalCounters, PingerRun } from './pinger-run.ts';
import { installed } from './process.ts';
import { median } from './quantiles.ts';
import { type Punctuality, punctuality, roundOf, sendTimes } from './referee.ts';
import { count, figure, type Goal, type Measure, type Options, type Report, type Table } from './report.ts';

const NETWORK = '10.1';

/** A probe sent later than this after it was due is not on time, ms. */
export const ON_TIME = 10;

/** MiB; and the share by which memory may seem to grow, as a collector's saw teeth do not all look the same. */
const MOST_MEMORY = 150;
const NO_GROWTH = 0.05;

const SAMPLE = 1000;

/** Until then memory grows to what is needed: rings of probes, statements, compiled code. s */
const SETTLED = 60;

interface Size {
  destinations: number;
  /** All ms. */
  interval: number;
  warmUp: number;
  duration: number;
  /** How much longer its memory is watched. */
  further: number;
}

const sizeOf = ({ quick, long }: Options): Size =>
  quick
    ? { destinations: 100, interval: 200, warmUp: 500, duration: 1500, further: 0 }
    : {
        destinations: 10_000,
        interval: 1000,
        warmUp: 10_000,
        duration: 300_000,
        further: long ? 3_300_000 : 0,
      };

interface Sample {
  /** Since the warm-up, s. */
  at: number;
  /** MiB */
  rss: number;
}

interface Found {
  wire: Punctuality;
  /** How long a round takes, ms. */
  round: number;
  counters: FinalCounters;
  accounted: number;
  /** Requests that the capture missed. */
  dropped: number;
  memory: Sample[];
  /** CPU a probe, µs. */
  cpu: number;
}

async function watch(
  path: Path,
  { destinations, interval, warmUp, duration, further }: Size,
): Promise<Found> {
  const capture = await Capture.start(path, 'pinger', 'requests');
  const run = await PingerRun.start(path, addressesOf(NETWORK, destinations), interval);
  await run.during(warmUp);
  const from = { ...run.usage(), at: Date.now() };
  const memory: Sample[] = [];
  const watchFor = async (time: number) => {
    const end = performance.now() + time;
    for (let left = time; left > 0; left = end - performance.now()) {
      memory.push({ at: (Date.now() - from.at) / 1000, rss: run.usage().rss });
      await run.during(Math.min(SAMPLE, left));
    }
  };
  await watchFor(duration);
  const to = { ...run.usage(), at: Date.now() };
  const dropped = await capture.stop();
  await watchFor(further);
  const counters = await run.stop();
  const times = sendTimes(capture.file);
  return {
    wire: punctuality(times, interval, warmUp),
    round: roundOf(times),
    counters,
    accounted: await run.accounted(),
    dropped,
    memory,
    cpu: (to.cpu - from.cpu) / (await run.resultsBetween(from.at, to.at)),
  };
}

/** How long fping takes for a round, ms. */
async function fpingRound(path: Path, { destinations, interval, duration }: Size): Promise<number> {
  const capture = await Capture.start(path, 'fping', 'requests');
  const rounds = fpingRounds(destinations, duration / interval);
  await fpingTimes(path, { network: NETWORK, destinations, interval, rounds });
  await capture.stop();
  return roundOf(sendTimes(capture.file));
}

/** MiB in the first and in the last quarter, of the middle sample each, once the first minute is over; and the most of all. */
function growth(memory: readonly Sample[]): { first: number; last: number; most: number } {
  const rss = memory.map((sample) => sample.rss);
  const settled = memory.filter(({ at }) => at >= SETTLED).map((sample) => sample.rss);
  const compared = settled.length > 0 ? settled : rss;
  const quarter = Math.max(1, Math.floor(compared.length / 4));
  return {
    first: median(compared.slice(0, quarter)),
    last: median(compared.slice(-quarter)),
    most: Math.max(...rss),
  };
}

function goalsOf(found: Found, size: Size, fping: number | undefined, judged: boolean): Goal[] {
  const { wire, round, counters, accounted, memory } = found;
  const { first, last, most } = growth(memory);
  const unsettled = counters.sent - accounted;
  const lost = counters.missed + counters.dropped + counters.lost;
  const met = (holds: boolean) => (judged ? holds : undefined);
  const of = `${count(size.destinations)} at ${size.interval} ms`;
  const time = `${figure(((last - first) / first) * 100)} % in ${Math.round((memory.at(-1)?.at ?? 0) / 60)} min`;
  return [
    {
      measure: `lateness, p99.9, ${of}`,
      figure: `${figure(wire.latenessP999)} ms`,
      goal: `≤ ${ON_TIME} ms`,
      met: met(wire.latenessP999 <= ON_TIME),
    },
    {
      measure: 'gaps of a destination’s sends off the interval, p99.9',
      figure: `${figure(wire.gapP999)} ms`,
      goal: `≤ ${ON_TIME} ms`,
      met: met(wire.gapP999 <= ON_TIME),
    },
    { measure: 'due times, packets and results lost', figure: count(lost), goal: '0', met: met(lost === 0) },
    {
      measure: 'probes sent, less those accounted for',
      figure: `${count(counters.sent)} − ${count(accounted)}`,
      goal: '0',
      met: unsettled === 0,
    },
    {
      measure: 'a round, beside one of fping’s',
      figure: `${figure(round)} to ${figure(fping)} ms`,
      goal: `${size.interval} ms`,
      met: met(Math.abs(round - size.interval) < 1),
    },
    {
      measure: `RSS, ${of}, most of all`,
      figure: `${figure(most)} MiB`,
      goal: `≤ ${MOST_MEMORY} MiB`,
      met: met(most <= MOST_MEMORY),
    },
    {
      measure: 'growth of RSS',
      figure: time,
      goal: `none (< ${NO_GROWTH * 100} %)`,
      met: met(last < first * (1 + NO_GROWTH)),
    },
  ];
}

async function run(options: Options): Promise<Report> {
  const size = sizeOf(options);
  const path = await Path.open(SPREAD);
  try {
    const found = await watch(path, size);
    const fping = installed('fping') ? await fpingRound(path, size) : undefined;
    const { wire, counters, memory, dropped, cpu } = found;
    const row = (by: string, p50: number, p99: number, p999: number, max: number) => [
      by,
      ...[p50, p99, p999, max].map(figure),
    ];
    const lateness: Table = {
      caption: `How late probes were sent, ms; ${figure(cpu)} µs of CPU each`,
      columns: ['by', 'p50', 'p99', 'p99.9', 'max'],
      rows: [
        row('capture', wire.latenessP50, wire.latenessP99, wire.latenessP999, wire.latenessMax),
        row(
          'pinger itself, with its start',
          ...([
            counters.lateness_p50,
            counters.lateness_p99,
            counters.lateness_p999,
            counters.lateness_max,
          ] as const),
        ),
      ],
    };
    return {
      title: 'Rounds and memory',
      method: METHOD,
      tables: [lateness],
      goals: goalsOf(found, size, fping, !options.quick),
      panels: [
        {
          title: `Memory, ${count(size.destinations)} destinations`,
          subtitle: 'MiB resident, all results stored, over time after the start',
          unit: 'MiB',
          xUnit: 's',
          limit: MOST_MEMORY,
          line: memory.map(({ at, rss }) => ({ x: at, y: rss })),
        },
        ...(fping === undefined
          ? []
          : [
              {
                title: `A round of ${count(size.destinations)} at 1 s`,
                subtitle: 'ms between two probes of a destination, median, by the capture',
                unit: 'ms',
                limit: size.interval,
                bars: [
                  { label: 'pinger', value: found.round, ours: true },
                  { label: 'fping', value: fping, ours: false },
                ],
              },
            ]),
      ],
      warnings: dropped > 0 ? [`The referee missed ${dropped} requests.`] : [],
    };
  } finally {
    path.close();
  }
}

const METHOD = [
  `pinger run probes for five minutes, replies after 1–200 ms, and stores every result. A capture on its interface says when each request
left. Due times are a grid by pinger's own rule (a phase from the destination's id); the grid's origin is put where the earliest of all requests
was on time. The first ten seconds are left out. The gaps between two requests of a destination need no such rule.`,
  `Growth of memory is the middle of the last quarter of its samples against that of the first, from a minute after the start on; --long
watches for an hour.`,
];

export const rounds: Measure = {
  name: 'rounds',
  about: 'whether every round is on time, every probe accounted for, and memory stays what it is',
  run,
};
