import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { addressesOf, numberOf, type Path } from './path.ts';
import { usage } from './process.ts';

export const SMOKEPING_PROBER = 'prometheus-smokeping-prober';

/** With 10,000 destinations its metrics take some ten seconds each time, which is no moment to measure from. */
export const SMOKEPING_MOST = 1000;

/** What one destination's counters say at a moment. */
export interface Reading {
  sent: number;
  replies: number;
  /** Of the round-trip times of all replies, µs. */
  sum: number;
}

const ADDRESS = '127.0.0.1:9374';

const LINE =
  /^smokeping_(requests_total|response_duration_seconds_sum|response_duration_seconds_count)\{host="[\d.]+",ip="\d+\.\d+\.(\d+)\.(\d+)".*\} (\S+)$/;

/** smokeping_prober on a path's near host, with sockets that need no privilege, which cost it far less than raw ones, and with as small histograms as can be. */
export class SmokepingProber {
  readonly #child: ChildProcess;
  readonly #scraper: ChildProcess;

  private constructor(path: Path, addresses: readonly string[], interval: number) {
    this.#child = path.start(
      'source',
      ...[
        SMOKEPING_PROBER,
        `--web.listen-address=${ADDRESS}`,
        `--ping.interval=${interval}ms`,
        '--buckets=1',
      ],
      ...['--no-privileged', '--log.level=error', ...addresses],
    );
    const script = join(import.meta.dirname, 'scraper.ts');
    const node = [process.execPath, '--import', 'tsx'];
    this.#scraper = path.start('source', ...node, script, `http://${ADDRESS}/metrics`, '^smokeping_re');
    this.#scraper.stdout?.setEncoding('utf8');
    this.#scraper.stderr?.resume();
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
  }

  /** What the scraper prints up to the next empty line. */
  #answer(): Promise<string> {
    return new Promise((resolve, reject) => {
      const parts: string[] = [];
      const take = (text: string) => {
        parts.push(text);
        if (!text.endsWith('\n\n')) return;
        this.#scraper.stdout?.off('data', take);
        this.#scraper.off('exit', fail);
        resolve(parts.join(''));
      };
      const fail = () => reject(new Error(`${SMOKEPING_PROBER} gave no metrics`));
      this.#scraper.stdout?.on('data', take);
      this.#scraper.once('exit', fail);
    });
  }

  static async start(path: Path, network: string, destinations: number, interval: number) {
    const prober = new SmokepingProber(path, addressesOf(network, destinations), interval);
    await prober.#answer();
    return prober;
  }

  /** CPU time so far, µs. */
  cpu(): number {
    return usage(this.#child.pid as number).cpu;
  }

  /** The counters of each destination. */
  async read(): Promise<Map<number, Reading>> {
    const answer = this.#answer();
    this.#scraper.stdin?.write('\n');
    const readings = new Map<number, Reading>();
    for (const line of (await answer).split('\n')) {
      const [, name, third, fourth, value] = LINE.exec(line) ?? [];
      if (value === undefined) continue;
      const target = numberOf(Number(third) * 256 + Number(fourth));
      const reading = readings.get(target) ?? { sent: 0, replies: 0, sum: 0 };
      readings.set(target, reading);
      if (name === 'requests_total') reading.sent = Number(value);
      else if (name === 'response_duration_seconds_sum') reading.sum = Number(value) * 1e6;
      else reading.replies = Number(value);
    }
    return readings;
  }

  stop(): void {
    for (const child of [this.#child, this.#scraper]) child.kill('SIGKILL');
  }
}
