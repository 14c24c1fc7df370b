import { fpingCost, fpingRounds } from './fping.ts';
import { opingCost } from './oping.ts';
import { addressesOf, Path, SPREAD } from './path.ts';
import { PingerRun } from './pinger-run.ts';
import { installed, sleep } from './process.ts';
import { type Bar, count, figure, type Goal, type Measure, type Options, type Report } from './report.ts';
import { SMOKEPING_MOST, SMOKEPING_PROBER, SmokepingProber } from './smokeping-prober.ts';

const NETWORKS = { '127.1': 'loopback', '10.1': '1–200 ms' } as const;
type Network = keyof typeof NETWORKS;

interface Case {
  network: Network;
  destinations: number;
  /** ms */
  interval: number;
  /** Until the just-in-time compiler has made of the program what it is for the days that a monitor runs, ms. */
  warmUp: number;
  duration: number;
  /** How often fping is run, whose runs at many destinations are short. */
  fpingRuns: number;
}

/** CPU a probe, µs; undefined of what is not installed. */
interface Costs {
  pinger: number;
  fping?: number | undefined;
  smokeping?: number | undefined;
  oping?: number | undefined;
}

const BIG = { destinations: 10_000, interval: 1000, warmUp: 8000, duration: 30_000, fpingRuns: 3 };
const SMALL = { destinations: 1000, interval: 1000, warmUp: 20_000, duration: 30_000, fpingRuns: 1 };
const QUICK = { destinations: 50, interval: 100, warmUp: 500, duration: 1000, fpingRuns: 1 };

const cases = (quick: boolean): Case[] =>
  quick
    ? [{ ...QUICK, network: '10.1' }]
    : (Object.keys(NETWORKS) as Network[]).flatMap((network) =>
        [BIG, SMALL].map((each) => ({ ...each, network })),
      );

/** CPU a probe of `pinger run`, all results stored, from the one moment to the other. */
async function pingerCost(path: Path, given: Case): Promise<number> {
  const { network, destinations, interval, warmUp, duration } = given;
  const run = await PingerRun.start(path, addressesOf(network, destinations), interval);
  await run.during(warmUp);
  const from = { ...run.usage(), at: Date.now() };
  await run.during(duration);
  const to = { ...run.usage(), at: Date.now() };
  await run.stop();
  return (to.cpu - from.cpu) / (await run.resultsBetween(from.at, to.at));
}

async function smokepingCost(path: Path, { network, destinations, interval, warmUp, duration }: Case) {
  const prober = await SmokepingProber.start(path, network, destinations, interval);
  try {
    await sleep(warmUp + interval);
    const before = await prober.read();
    const from = prober.cpu();
    await sleep(duration);
    const to = prober.cpu();
    const after = await prober.read();
    let sent = 0;
    for (const [target, reading] of after) sent += reading.sent - (before.get(target)?.sent ?? 0);
    return (to - from) / sent;
  } finally {
    prober.stop();
  }
}

async function costs(path: Path, given: Case): Promise<Costs> {
  const { network, destinations, interval, duration, fpingRuns } = given;
  const rounds = fpingRounds(destinations, duration / interval);
  const of = { network, destinations, interval, rounds };
  const pinger = await pingerCost(path, given);
  const fping = installed('fping') ? await fpingCost(path, of, fpingRuns) : undefined;
  const smokeping =
    destinations <= SMOKEPING_MOST && installed(SMOKEPING_PROBER)
      ? await smokepingCost(path, given)
      : undefined;
  return {
    pinger,
    fping,
    smokeping,
    oping: installed('oping') ? await opingCost(path, of) : undefined,
  };
}

function goalsOf({ network, destinations }: Case, { pinger, fping, smokeping }: Costs, met: boolean): Goal[] {
  const goal = (peer: string, cost: number | undefined, limit: number): Goal => {
    const ratio = cost === undefined ? Number.NaN : pinger / cost;
    return {
      measure: `CPU a probe, ${count(destinations)} destinations, ${NETWORKS[network]}`,
      figure: `${figure(ratio)} × ${peer}`,
      goal: `≤ ${limit} × ${peer}`,
      met: met && cost !== undefined ? ratio <= limit : undefined,
    };
  };
  if (destinations > 1000) return [goal('fping', fping, 0.6)];
  return [goal('fping', fping, 1.5), goal('smokeping_prober', smokeping, 0.1)];
}

async function run({ quick }: Options): Promise<Report> {
  const rows: string[][] = [];
  const goals: Goal[] = [];
  const panels: Report['panels'] = [];
  const path = await Path.open(SPREAD);
  try {
    for (const each of cases(quick)) {
      const cost = await costs(path, each);
      const { network, destinations, interval } = each;
      rows.push([
        NETWORKS[network],
        count(destinations),
        `${interval} ms`,
        ...[cost.pinger, cost.fping, cost.smokeping, cost.oping].map(figure),
        figure(cost.pinger / (cost.fping ?? Number.NaN)),
        figure(cost.pinger / (cost.smokeping ?? Number.NaN)),
      ]);
      goals.push(...goalsOf(each, cost, !quick));
      if (network === '127.1') continue;
      const bars: Bar[] = [
        { label: 'pinger', value: cost.pinger, ours: true },
        ...(['fping', 'oping', 'smokeping'] as const).flatMap((peer) => {
          const value = cost[peer];
          return value === undefined ? [] : [{ label: LABELS[peer], value, ours: false }];
        }),
      ];
      panels.push({
        title: `CPU a probe, ${count(destinations)} destinations`,
        subtitle: 'µs; replies after 1–200 ms; pinger alone stores its results',
        unit: 'µs',
        bars,
        ...(cost.fping === undefined ? {} : { limit: (destinations > 1000 ? 0.6 : 1.5) * cost.fping }),
      });
    }
  } finally {
    path.close();
  }
  return {
    title: 'CPU',
    method: METHOD,
    tables: [{ caption: '', columns: COLUMNS, rows }],
    goals,
    panels,
    warnings: [],
  };
}

const LABELS = { fping: 'fping', oping: 'oping', smokeping: 'smokeping_prober' };

const COLUMNS = [
  'replies after',
  'destinations',
  'interval',
  'pinger µs',
  'fping µs',
  'smokeping_prober µs',
  'oping µs',
  '÷ fping',
  '÷ smokeping_prober',
];

const METHOD = [
  `CPU time a probe, user and system, of ICMP probes over IPv4. pinger stores every result in SQLite; fping -q, oping and smokeping_prober store
none. Starting and ending are not in it: pinger and smokeping_prober are looked at from one moment to another, and of fping and oping
runs of one round are taken off those of many. fping at 10,000 gets six rounds a run, since its map of sequences is full then, and
several runs. smokeping_prober runs
with --no-privileged, which costs it far less than its default, and with one bucket; not at 10,000, where its metrics take some ten seconds to read.`,
];

export const cpu: Measure = {
  name: 'cpu',
  about: 'CPU time a probe, against fping, smokeping_prober and oping',
  run,
};
