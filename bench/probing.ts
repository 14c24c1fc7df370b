import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TypeormStore } from '../src/io/typeorm-store.ts';
import { cpuOf, launch, sleep, usage } from './process.ts';

/** The built command line, with the flags that a user who wants only the results in the table would give. */
const MAIN = join(import.meta.dirname, '../dist/cli/main.js');

export interface ProbingCase {
  destinations: number;
  /** ms */
  interval: number;
  /** ms */
  duration: number;
}

export interface ProbingFigures extends ProbingCase {
  /** CPU a probe, µs. */
  pinger: number;
  fping: number;
  ratio: number;
  /** MiB */
  rss: number;
  /** How late probes were sent, ms. */
  lateP50: number;
  lateP99: number;
  sent: number;
  stored: number;
  missed: number;
}

/** What fping's 16-bit map of sequences takes in the 10 s that it keeps them; beyond, it gives up. */
const FPING_PROBES = 60_000;

/** How long the first probes and the just-in-time compiler get before counting starts, ms. */
const WARM_UP = 3000;

const loopback = (n: number): string => `127.1.${Math.floor(n / 250)}.${(n % 250) + 1}`;

/** Probes loopback destinations with `pinger run`, all results stored, and with `fping -q`, which stores none. */
export async function probing(given: ProbingCase): Promise<ProbingFigures> {
  const { destinations, interval, duration } = given;
  const folder = mkdtempSync(join(tmpdir(), 'pinger-bench-'));
  try {
    const addresses = Array.from({ length: destinations }, (_, n) => loopback(n));
    const database = `sqlite:${join(folder, 'pinger.db')}`;
    const store = new TypeormStore(database);
    await store.open();
    await store.addDestinations(
      addresses.map((address) => ({ address, protocol: 3, interval, timeout: 1000 })),
    );
    await store.close();

    const { child, output } = launch(process.execPath, [
      MAIN,
      'run',
      '--quiet',
      '--json',
      '--database',
      database,
    ]);
    const pid = child.pid as number;
    await sleep(WARM_UP);
    const from = usage(pid);
    await sleep(duration);
    const to = usage(pid);
    child.kill('SIGINT');
    const counters = JSON.parse((await output).trim().split('\n').at(-1) ?? '{}');
    const pinger = (to.cpu - from.cpu) / ((destinations * duration) / interval);

    const list = join(folder, 'addresses');
    writeFileSync(list, addresses.join('\n'));
    // -i is the least gap between packets, ms: small enough for a round to fit its period.
    const gap = Math.min(1, (interval / destinations) * 0.5).toFixed(2);
    const rounds = Math.floor(Math.min(duration / interval, FPING_PROBES / destinations));
    const runs = Math.ceil(duration / interval / rounds);
    let spent = 0;
    for (let run = 0; run < runs; run++)
      spent += await cpuOf(`fping -q -p ${interval} -c ${rounds} -i ${gap} -f ${list}`);
    const fping = spent / (destinations * rounds * runs);

    const { sent, stored, missed, lateness_p50: lateP50, lateness_p99: lateP99 } = counters;
    return {
      ...given,
      pinger,
      fping,
      ratio: pinger / fping,
      rss: to.rss,
      lateP50,
      lateP99,
      sent,
      stored,
      missed,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
