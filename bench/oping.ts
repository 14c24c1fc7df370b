import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Printed } from './fping.ts';
import { addressesOf, numberOf, type Path } from './path.ts';
import { cpuOf } from './shell.ts';

interface OpingCase {
  network: string;
  destinations: number;
  /** ms */
  interval: number;
  rounds: number;
}

function command(path: Path, { network, destinations, interval, rounds }: OpingCase, options = ''): string {
  const list = path.file('oping.list');
  writeFileSync(list, addressesOf(network, destinations).join('\n'));
  return `oping ${options} -i ${interval / 1000} -c ${rounds} -f ${list}`;
}

/** CPU a probe, µs, its lines going nowhere; without what starting and ending cost. */
export async function opingCost(path: Path, given: OpingCase): Promise<number> {
  const all = await cpuOf(path, command(path, given));
  const one = await cpuOf(path, command(path, { ...given, rounds: 1 }));
  return (all - one) / (given.destinations * (given.rounds - 1));
}

/** Its own round-trip times, of which it writes two decimals of a millisecond. */
export async function opingTimes(path: Path, given: OpingCase): Promise<Printed[]> {
  const file = path.file('oping.csv');
  rmSync(file, { force: true });
  await cpuOf(path, command(path, given, `-O ${file}`));
  const ordinals = new Map<number, number>();
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, third, fourth, ms] = /"\d+\.\d+\.(\d+)\.(\d+)",(-?[\d.]+|nan)$/i.exec(line) ?? [];
      if (ms === undefined) return [];
      const target = numberOf(Number(third) * 256 + Number(fourth));
      const ordinal = ordinals.get(target) ?? 0;
      ordinals.set(target, ordinal + 1);
      const rtt = Number(ms) * 1000;
      return rtt >= 0 ? [{ target, ordinal, rtt, step: 10 }] : [];
    });
}
