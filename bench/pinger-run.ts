import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Counters } from '../src/counters.ts';
import { openDatabase } from '../src/storage/database.ts';
import { TypeormStore } from '../src/storage/typeorm-store.ts';
import type { Path } from './path.ts';
import { type Collected, collect, sleep, usage } from './process.ts';

/** The built command line. */
const MAIN = join(import.meta.dirname, '../dist/cli/main.js');

/** What `pinger run --json` says at its end. */
export interface FinalCounters extends Counters {
  lateness_p50: number;
  lateness_p99: number;
  lateness_p999: number;
  lateness_max: number;
}

let runs = 0;

/** `pinger run` on a path's near host, with the flags of a user who wants nothing but the results in the table. */
export class PingerRun {
  readonly database: string;
  /** When it was started, ms since the Unix epoch. */
  readonly startedAt = Date.now();
  readonly #child: ChildProcess;
  readonly #output: Collected;

  private constructor(path: Path, database: string, more: readonly string[]) {
    this.database = database;
    const options = ['--quiet', '--json', '--database', database, ...more];
    this.#child = path.start('source', process.execPath, MAIN, 'run', ...options);
    this.#output = collect(this.#child);
  }

  /** Fills a new table, starts, and waits until it says that it probes. By ICMP; times in ms. `more`: flags. */
  static async start(
    path: Path,
    addresses: readonly string[],
    interval: number,
    more: readonly string[] = [],
  ): Promise<PingerRun> {
    const database = `sqlite:${path.file(`pinger-${runs++}.db`)}`;
    const store = new TypeormStore(database);
    await store.open();
    await store.addDestinations(
      addresses.map((address) => ({ address, protocol: 3, interval, timeout: 1000 })),
    );
    await store.close();
    const run = new PingerRun(path, database, more);
    await run.#output.until('stderr', /^Probing as/);
    return run;
  }

  /** CPU time so far, µs, and resident memory, MiB. */
  usage(): { cpu: number; rss: number } {
    return usage(this.#child.pid as number);
  }

  /** Lets it run for so many ms; fails when it ends before. */
  async during(ms: number): Promise<void> {
    const ended = this.#output.ended.then((code) => {
      throw new Error(`pinger run ended with ${code}: ${this.#output.stderr.slice(0, 500)}`);
    });
    await Promise.race([sleep(ms), ended]);
  }

  /** Ends it as Ctrl-C does. One that has lost results fails, but has counted them. */
  async stop(): Promise<FinalCounters> {
    this.#child.kill('SIGINT');
    const code = await this.#output.ended;
    const last = this.#output.stdout.trim().split('\n').at(-1);
    if (!last?.includes('"counters"'))
      throw new Error(`pinger run ended with ${code}: ${this.#output.stderr.slice(0, 500)}`);
    return JSON.parse(last);
  }

  /** Asks its database. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    let database: DataSource | undefined;
    try {
      database = await openDatabase(this.database, { create: false, lockTimeout: 5000 });
      return await database.query(sql, parameters);
    } finally {
      await database?.destroy();
    }
  }

  /** Results stored of a stretch of time, ms since the Unix epoch. */
  async resultsBetween(from: number, to: number): Promise<number> {
    const [row] = await this.query<{ results: number }>(
      'SELECT count(*) AS results FROM results WHERE rtime >= CAST(? AS INTEGER) AND rtime < CAST(? AS INTEGER)',
      [`${Math.round(from)}000000`, `${Math.round(to)}000000`],
    );
    return row?.results ?? 0;
  }

  /** Probes that have exactly one result that settles them; late answers and duplicates come on top, unsent ones never left. */
  async accounted(): Promise<number> {
    const [row] = await this.query<{ accounted: number }>(
      "SELECT count(*) AS accounted FROM results WHERE outcome NOT IN ('late', 'duplicate', 'unsent')",
    );
    return row?.accounted ?? 0;
  }
}
