import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Capture } from './capture.ts';
import type { Printed } from './fping.ts';
import { addressesOf, numberOf, type Path } from './path.ts';
import { type FinalCounters, PingerRun } from './pinger-run.ts';
import { sleep } from './process.ts';
import { quantile, sorted } from './quantiles.ts';
import { byTarget, keyOf, type TrueProbe, trueProbes } from './referee.ts';
import { SmokepingProber } from './smokeping-prober.ts';

export const NETWORK = '10.1';
const MAIN = join(import.meta.dirname, '../dist/cli/main.js');

/** By how much what a program says is off what the referee saw; µs. */
export interface Errors {
  /** Probes that were compared, and those that were answered on the wire meanwhile. */
  compared: number;
  answered: number;
  /** Of the absolute error. */
  p50: number;
  p99: number;
  p999: number;
  /** The same, had each been printed as exactly as can be: without half a step of the last printed digit. */
  leastP99: number;
  /** The middle error: positive where too long. */
  bias: number;
  /** What the referee missed. */
  dropped: number;
  /** What pinger says of all probes and packets, for where some are not compared. */
  outcomes?: string;
}

interface Pair {
  /** µs */
  error: number;
  step: number;
}

function errorsOf(pairs: readonly Pair[], answered: number, dropped: number): Errors {
  const absolute = sorted(pairs.map(({ error }) => Math.abs(error)));
  const least = sorted(pairs.map(({ error, step }) => Math.max(0, Math.abs(error) - step / 2)));
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((q) => quantile(absolute, q)) as [number, number, number];
  const bias = quantile(sorted(pairs.map(({ error }) => error)), 0.5);
  const leastP99 = quantile(least, 0.99);
  return { compared: pairs.length, answered, p50, p99, p999, leastP99, bias, dropped };
}

const isAnswered = ({ rtt }: TrueProbe): boolean => !Number.isNaN(rtt);

export interface Case {
  path: Path;
  destinations: number;
  /** ms */
  interval: number;
  warmUp: number;
  duration: number;
}

/** pinger's, and what it says of itself. */
export interface PingerErrors extends Errors {
  counters: FinalCounters;
}

/** What else goes on: processes that are killed at the end. */
export type Load = (path: Path, database: string) => ChildProcess[];

/** A process that burns a core, and one that reads the database again and again. */
export function busyHost(path: Path, database: string): ChildProcess[] {
  const node = `'${process.execPath}'`;
  const stats = `${node} '${MAIN}' stats --since 10s --json --database '${database}'`;
  const children = [
    path.start('source', process.execPath, '-e', 'for(;;);'),
    path.start('source', 'bash', '-c', `while sleep 1; do ${stats} >/dev/null 2>&1; done`),
  ];
  for (const child of children) for (const stream of [child.stdout, child.stderr]) stream?.resume();
  return children;
}

/** pinger's errors, by its table of results; without those of probes sent before it was warm. */
export async function pingerErrors(
  given: Case,
  { load, flags = [] }: { load?: Load; flags?: readonly string[] } = {},
): Promise<PingerErrors> {
  const { path, destinations, interval, warmUp, duration } = given;
  const capture = await Capture.start(path, 'pinger', 'echoes');
  const run = await PingerRun.start(path, addressesOf(NETWORK, destinations), interval, flags);
  const children = load?.(path, run.database) ?? [];
  await run.during(warmUp + duration);
  for (const child of children) child.kill('SIGKILL');
  const counters = await run.stop();
  const { received, dropped: unread, foreign, ignored } = counters;
  const dropped = await capture.stop();

  const probes = trueProbes(capture.file);
  const warm = (probes[0]?.sentAt ?? 0) + warmUp * 1e6;
  const answered = probes.filter((probe) => probe.sentAt >= warm && isAnswered(probe));
  const known = new Map(answered.map((probe) => [keyOf(probe.target, probe.id, probe.sequence), probe]));
  const rows = await run.query<{ address: string; rid: number; rseq: number; rtt: number }>(
    "SELECT address, rid, rseq, rtt FROM results WHERE outcome = 'reply'",
  );
  const pairs = rows.flatMap(({ address, rid, rseq, rtt }) => {
    const [, , third, fourth] = address.split('.').map(Number) as [number, number, number, number];
    const probe = known.get(keyOf(numberOf(third * 256 + fourth), rid, rseq));
    return probe ? [{ error: rtt * 1000 - probe.rtt / 1000, step: 0 }] : [];
  });
  const outcomes = await run.query<{ outcome: string; results: number }>(
    'SELECT outcome, count(*) AS results FROM results GROUP BY outcome',
  );
  const said = outcomes.map(({ outcome, results }) => `${outcome} ${results}`).join(', ');
  return {
    ...errorsOf(pairs, answered.length, dropped),
    counters,
    outcomes: `${said}; packets received ${received}, dropped ${unread}, foreign ${foreign}, ignored ${ignored}`,
  };
}

/** Of a program that prints each destination's round-trip times in their order. */
export async function printedErrors(
  path: Path,
  name: string,
  print: () => Promise<Printed[]>,
): Promise<Errors> {
  const capture = await Capture.start(path, name, 'echoes');
  const printed = await print();
  const dropped = await capture.stop();
  const probes = trueProbes(capture.file);
  const targets = byTarget(probes);
  const pairs = printed.flatMap(({ target, ordinal, rtt, step }) => {
    const probe = targets.get(target)?.[ordinal];
    return probe && isAnswered(probe) ? [{ error: rtt - probe.rtt / 1000, step }] : [];
  });
  return errorsOf(pairs, probes.filter(isAnswered).length, dropped);
}

/**
 * smokeping_prober's, which tells of a histogram and the sum of all round-trip times: two readings between which a
 * destination had one reply give that one exactly.
 */
export async function smokepingErrors(given: Case): Promise<Errors> {
  const { path, destinations, interval, warmUp, duration } = given;
  const capture = await Capture.start(path, 'smokeping_prober', 'echoes');
  const prober = await SmokepingProber.start(path, NETWORK, destinations, interval);
  const said: Printed[] = [];
  try {
    await sleep(warmUp);
    let before = await prober.read();
    const end = performance.now() + duration;
    while (performance.now() < end) {
      await sleep(interval / 2);
      const readings = await prober.read();
      for (const [target, { replies, sum }] of readings) {
        const last = before.get(target);
        if (last && replies === last.replies + 1)
          said.push({ target, ordinal: last.replies, rtt: sum - last.sum, step: 0 });
      }
      before = readings;
    }
  } finally {
    prober.stop();
  }
  const dropped = await capture.stop();
  const answered = trueProbes(capture.file)
    .filter(isAnswered)
    .sort((a, b) => a.sentAt + a.rtt - (b.sentAt + b.rtt));
  const targets = byTarget(answered);
  const pairs = said.flatMap(({ target, ordinal, rtt }) => {
    const probe = targets.get(target)?.[ordinal];
    return probe ? [{ error: rtt - probe.rtt / 1000, step: 0 }] : [];
  });
  return errorsOf(pairs, answered.length, dropped);
}
