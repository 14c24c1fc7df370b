import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { App } from '../../src/http/context.ts';
import { HttpServer } from '../../src/http/http-server.ts';
import { createServer } from '../../src/http/server.ts';
import { LiveOverview } from '../../src/live/overview.ts';
import { SILENT } from '../../src/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { createPinger, type Pinger, type PingerOptions } from '../../src/pinger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import type { NewDestination } from '../../src/storage/store.ts';
import { SimulatedNetwork } from './simulated-network.ts';

/** Near and far hosts, some of which lose packets, and one that is down; all within 198.51.100.0/24 and 203.0.113.0/24. */
export const SCENARIO = `
name: served
source: { address: [192.0.2.1, "2001:db8::1"] }
links:
  near: { delay: 2ms, jitter: 1ms }
  far: { delay: 15ms, jitter: 4ms }
  lossy: { forward: { loss: 30% } }
routers: { first: { address: [192.0.2.254, "2001:db8::fe"] } }
networks:
  web:
    prefix: [198.51.100.0/24, "2001:db8:1::/64"]
    path: [near, first, far]
    hosts:
      default: { tcp: { 443: open, 81: filtered }, udp: { 53: echo } }
      198.51.100.66: { state: down }
  bad: { prefix: [203.0.113.0/24, "2001:db8:2::/64"], path: [near, first, lossy] }
duration: 1h
destinations: []
`;

export interface Served {
  /** Of the page, with a slash at its end. */
  url: string;
  pinger: Pinger;
  network: SimulatedNetwork;
  /** Asks the API; the answer's body, or undefined where there is none. */
  api<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** A monitor with its page on a port of its own, in a simulated network and with a database in memory unless told otherwise. */
export async function served({
  scenario = SCENARIO,
  listen = { host: '127.0.0.1', port: 0 },
  ...options
}: PingerOptions & { scenario?: string; listen?: { host: string; port: number } } = {}): Promise<Served> {
  const network = new SimulatedNetwork(scenario);
  const pinger = createPinger({
    database: 'sqlite::memory:',
    source: 'here',
    transport: network,
    ...options,
  });
  const server = await HttpServer.of(pinger, { listen });
  await pinger.start();
  const url = await server.listen();
  return {
    url,
    pinger,
    network,
    api: apiOf(url),
    stop: async () => {
      await server.close();
      await pinger.stop();
    },
  };
}

/** A page about destinations that nobody probes: what becomes of them is told to `live`. */
export interface Crowd {
  url: string;
  live: LiveOverview;
  /** A connection to its database, a file that goes with it. */
  database: DataSource;
  /** Each destination has the result of one more probe; of all, or of those up to an id. */
  round(upTo?: number): void;
  stop(): Promise<void>;
}

const PREFIXES = ['edge', 'core', 'office', 'shop', 'lab'];

/** The nth destination of a crowd, from 1. */
export const crowded = (n: number): NewDestination => ({
  address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
  name: `${PREFIXES[n % PREFIXES.length]}-${n}`,
  protocol: n % 3 === 0 ? 2 : 3,
  port: n % 3 === 0 ? 443 : null,
  interval: 1000,
});

/** `fill`: puts more into the database before anybody looks. */
export async function crowd(
  count: number,
  { fill }: { fill?: (database: DataSource) => Promise<void> } = {},
): Promise<Crowd> {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-crowd-'));
  const url = `sqlite:${join(folder, 'crowd.db')}`;
  const database = await openDatabase(url, { create: true, lockTimeout: 5000 });
  const rows = Array.from({ length: count }, (_, n) => ({ id: n + 1, ...crowded(n + 1) }));
  await database.query(
    `INSERT INTO destinations (id, address, name, protocol, port, interval)
      SELECT value ->> 'id', value ->> 'address', value ->> 'name', value ->> 'protocol', value ->> 'port', value ->> 'interval' FROM json_each($1)`,
    [JSON.stringify(rows)],
  );
  await fill?.(database);
  const live = new LiveOverview();
  for (const { id, address } of rows)
    live.follow({ destination_id: id, address, label: labelOf(id), status: 'probed' });
  const pinger = createPinger({ database: url, spill: false });
  const app = await listening(pinger, live);
  let rounds = 0;
  return {
    url: app.url,
    live,
    database,
    round: (upTo = count) => {
      for (let id = 1; id <= upTo; id++) live.take(resultOf(id, rounds));
      rounds++;
    },
    stop: async () => {
      await app.app.close();
      await pinger.database?.close();
      await database.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const labelOf = (id: number): string => {
  const { address, port } = crowded(id);
  return port ? `tcp://${address}:${port}` : address;
};

async function listening(pinger: Pinger, live: LiveOverview): Promise<{ app: App; url: string }> {
  const { database } = pinger;
  if (!database) throw new Error('a pinger with a database has access to it');
  const metrics = Metrics.of(pinger, { live });
  const app = await createServer({ pinger, database, live, metrics, logger: SILENT });
  return { app, url: `${await app.listen({ host: '127.0.0.1', port: 0 })}/` };
}

/** Most are answered; one in 50 loses a probe now and then, one in 200 loses all. */
function resultOf(id: number, round: number): Parameters<LiveOverview['take']>[0] {
  const isLost = id % 200 === 7 || (id % 50 === 3 && (round + id) % 9 === 0);
  const rtt = 5 + (id % 40) + 4 * Math.abs(Math.sin(id * 1.3 + round * 0.7));
  return {
    destination_id: id,
    rtime: BigInt(Date.now()) * 1_000_000n,
    outcome: isLost ? 'timeout' : 'reply',
    doubt: null,
    rtt: isLost ? null : rtt,
    address: isLost ? null : (crowded(id).address as string),
    rtype: isLost ? null : 1,
    datamatch: isLost ? null : true,
    rseq: round % 65_536,
    reason: null,
  } as Parameters<LiveOverview['take']>[0];
}

const apiOf =
  (url: string) =>
  async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}api/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  };
