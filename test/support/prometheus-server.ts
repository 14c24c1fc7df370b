import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Running } from './command.ts';

/** A series and its newest value, as the HTTP API tells it. */
export interface PromSample {
  metric: Record<string, string>;
  /** Seconds since the Unix epoch, and the value as a text. */
  value: [number, string];
}

interface PrometheusOptions {
  folder: string;
  /** Host and port of what it scrapes. */
  target: string;
  /** Paths of rule files. */
  rules?: string[];
}

/** How often it scrapes and evaluates rules. */
const INTERVAL = '500ms';

/** A Prometheus of its own that scrapes one monitor, on loopback. */
export class PrometheusServer {
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  static async start({ folder, target, rules = [] }: PrometheusOptions): Promise<PrometheusServer> {
    const config = join(folder, 'prometheus.yml');
    const scrapes = [{ job_name: 'pinger', static_configs: [{ targets: [target] }] }];
    const global = { scrape_interval: INTERVAL, scrape_timeout: INTERVAL, evaluation_interval: INTERVAL };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ global, rule_files: rules, scrape_configs: scrapes }));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await new Running(child).until(/Server is ready to receive web requests/, 30_000);
    return new PrometheusServer(child, `http://${address}`);
  }

  /** What an instant query finds now; throws with Prometheus' own words for an expression that is none. */
  async query(query: string): Promise<PromSample[]> {
    const { result } = (await this.#ask(`/api/v1/query?${new URLSearchParams({ query })}`)) as {
      result: PromSample[];
    };
    return result;
  }

  /** What has become of each rule. */
  async rules(): Promise<{ name: string; health: string; state?: string; lastError?: string }[]> {
    const { groups } = (await this.#ask('/api/v1/rules')) as { groups: { rules: never[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  async #ask(path: string): Promise<unknown> {
    const answer = await (await fetch(this.#url + path)).json();
    const { status, data, error } = answer as { status: string; data: unknown; error?: string };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
