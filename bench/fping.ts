import { readFileSync, writeFileSync } from 'node:fs';
import { addressesOf, numberOf, type Path } from './path.ts';
import { cpuOf } from './shell.ts';

/** What fping's 16-bit map of sequences takes in the 10 s that it keeps them; beyond, it gives up. */
const PROBES_A_RUN = 60_000;

export const fpingRounds = (destinations: number, wanted: number): number =>
  Math.max(2, Math.min(wanted, Math.floor(PROBES_A_RUN / destinations)));

interface FpingCase {
  network: string;
  destinations: number;
  /** ms */
  interval: number;
  rounds: number;
}

function command(
  path: Path,
  { network, destinations, interval, rounds }: FpingCase,
  options: string,
): string {
  const list = path.file('fping.list');
  writeFileSync(list, addressesOf(network, destinations).join('\n'));
  // The least gap between packets, ms: small enough for a round to fit its period.
  const gap = Math.min(1, (interval / destinations) * 0.5).toFixed(2);
  return `fping ${options} -p ${interval} -c ${rounds} -i ${gap} -f ${list}`;
}

/**
 * CPU a probe, µs, of `fping -q`, which stores nothing. What starting and ending cost is not in it: runs of one round are
 * taken off those of many.
 */
export async function fpingCost(path: Path, given: FpingCase, runs: number): Promise<number> {
  let spent = 0;
  for (let run = 0; run < runs; run++) {
    spent += await cpuOf(path, command(path, given, '-q'));
    spent -= await cpuOf(path, command(path, { ...given, rounds: 1 }, '-q'));
  }
  return spent / (given.destinations * (given.rounds - 1) * runs);
}

/** A round-trip time as a program printed it, µs, of the probe that was a destination's so-manieth. */
export interface Printed {
  target: number;
  ordinal: number;
  rtt: number;
  /** What the last printed digit stands for, µs. */
  step: number;
}

/** Its own round-trip times, as it prints them: three decimals below 1 ms, two below 10 ms, one below 100 ms, then none. */
export async function fpingTimes(path: Path, given: FpingCase): Promise<Printed[]> {
  const file = path.file('fping.out');
  await cpuOf(path, command(path, given, ''), file);
  const printed: Printed[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, third, fourth, ordinal, ms] =
      /^\d+\.\d+\.(\d+)\.(\d+)\s*: \[(\d+)\], \d+ bytes, ([\d.]+) ms/.exec(line) ?? [];
    if (ms === undefined) continue;
    printed.push({
      target: numberOf(Number(third) * 256 + Number(fourth)),
      ordinal: Number(ordinal),
      rtt: Number(ms) * 1000,
      step: 1000 / 10 ** (ms.split('.')[1] ?? '').length,
    });
  }
  return printed;
}
