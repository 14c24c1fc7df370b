import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../src/storage/database.ts';
import { PostgresServer } from '../test/support/postgres-server.ts';
import { TemporaryFolder } from './folder.ts';
import type { FinalCounters } from './pinger-run.ts';
import { type Collected, collect, sleep, usage } from './process.ts';
import { count, figure, type Measure, type Options, type Report } from './report.ts';

/** The built command line. */
const MAIN = join(import.meta.dirname, '../dist/cli/main.js');

/** ms */
const INTERVAL = 5000;

/** All at once would take turns on this host's processors until they seem dead. */
const STARTED_AT_ONCE = 5;

interface Member {
  name: string;
  child: ChildProcess;
  output: Collected;
}

/** Sources, and destinations of each, on loopback. */
async function fillTable(url: string, sources: number, destinations: number): Promise<void> {
  const database = await openDatabase(url, { create: true, lockTimeout: 5000 });
  try {
    for (let source = 1; source <= sources; source++) {
      const [{ id }] = await database.query(
        'INSERT INTO sources (sourceid, name) VALUES ($1, $2) RETURNING id',
        [source, `bench-${source}`],
      );
      await database.query(
        `INSERT INTO destinations (address, source_id, interval) SELECT '127.' || $1 || '.' || n / 250 || '.' || n % 250 + 1,
          CAST($2 AS integer), ${INTERVAL} FROM generate_series(0, CAST($3 AS integer) - 1) AS n`,
        [String(source), id, destinations],
      );
    }
  } finally {
    await database.destroy();
  }
}

/** On a host of its own: a socket for ICMP hears the answers to every process of its host. The server's socket is a file, and reached from everywhere. */
const start = (name: string, database: string, cwd: string): Member => {
  const options = ['--quiet', '--json', '--source', name, '--database', database];
  const alone = ['--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  const child = spawn('unshare', [...alone, process.execPath, MAIN, 'run', ...options], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { name, child, output: collect(child) };
};

/** CPU time of a server so far, that of its sessions included, µs. */
function serverCpu(folder: string): number {
  const pid = Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((process) => process === pid || parentOf(process) === pid)
    .reduce((sum, process) => sum + cpuOf(process), 0);
}

/** Of one that has ended meanwhile, nothing. */
function cpuOf(pid: number): number {
  try {
    return usage(pid).cpu;
  } catch {
    return 0;
  }
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

interface Outcome {
  /** Of each source. */
  counters: FinalCounters[];
  /** Results in the database. */
  accounted: number;
  sourceids: number;
  /** Of the sources whose results they are, those that they are of alone. */
  own: number;
  /** CPU a result, µs. */
  sourceCost: number;
  serverCost: number;
}

async function follow(sources: number, destinations: number, ms: number): Promise<Outcome> {
  const folder = new TemporaryFolder();
  const server = await PostgresServer.start();
  const members: Member[] = [];
  try {
    await server.query('CREATE DATABASE bench');
    const url = server.url('bench');
    // Sources drop the capability to go where root alone may.
    chmodSync(server.folder, 0o755);
    const socket = `postgres://postgres:${encodeURIComponent(server.password)}@/bench?host=${server.folder}&port=${server.port}`;
    await fillTable(url, sources, destinations);
    while (members.length < sources) {
      const some = Array.from({ length: Math.min(STARTED_AT_ONCE, sources - members.length) }, (_, n) =>
        start(`bench-${members.length + n + 1}`, socket, folder.path),
      );
      members.push(...some);
      await Promise.all(some.map(({ output }) => output.until('stderr', /^Probing as/)));
    }
    // Everything has been probed, and the just-in-time compiler is done with the most of it.
    await sleep(ms / 4);
    const cpu = () => members.reduce((sum, { child }) => sum + usage(child.pid as number).cpu, 0);
    const stored = async (): Promise<number> => {
      const [row] = (await server.query('SELECT count(*) AS n FROM results', 'bench')) as { n: string }[];
      return Number(row?.n);
    };
    const before = { sources: cpu(), server: serverCpu(server.folder), stored: await stored() };
    await sleep(ms);
    const after = { sources: cpu(), server: serverCpu(server.folder), stored: await stored() };
    for (const { child } of members) child.kill('SIGINT');
    const counters = await Promise.all(members.map(finalCounters));
    const [row] = (await server.query(
      `SELECT count(*) FILTER (WHERE outcome NOT IN ('late', 'duplicate', 'unsent')) AS accounted,
        count(DISTINCT rid / 256) AS sourceids, count(DISTINCT (results.source_id, rid / 256)) AS own
        FROM results JOIN destinations ON destinations.id = destination_id AND destinations.source_id = results.source_id`,
      'bench',
    )) as Record<string, string>[];
    const results = after.stored - before.stored;
    return {
      counters,
      accounted: Number(row?.accounted),
      sourceids: Number(row?.sourceids),
      own: Number(row?.own),
      sourceCost: (after.sources - before.sources) / results,
      serverCost: (after.server - before.server) / results,
    };
  } finally {
    for (const { child } of members) child.kill('SIGKILL');
    await server.stop();
    folder.remove();
  }
}

async function finalCounters({ name, output }: Member): Promise<FinalCounters> {
  const code = await output.ended;
  const last = output.stdout.trim().split('\n').at(-1);
  if (!last?.includes('"counters"'))
    throw new Error(`${name} ended with ${code}: ${output.stderr.slice(0, 300)}`);
  return JSON.parse(last);
}

async function run({ quick }: Options): Promise<Report> {
  const [sources, destinations, ms] = quick ? [3, 20, 2000] : [50, 200, 60_000];
  const { counters, accounted, ...found } = await follow(sources, destinations, ms);
  const sum = (value: (of: FinalCounters) => number) => counters.reduce((total, of) => total + value(of), 0);
  const sent = sum((of) => of.sent);
  const most = (value: (of: FinalCounters) => number) => Math.max(...counters.map(value));
  return {
    title: `${count(sources)} sources with one server`,
    method: [
      `${count(sources)} processes of \`pinger run\`, each a source of its own with ${count(destinations)} destinations of its own on the loopback of a network namespace of its own (interval ${INTERVAL / 1000} s: twenty processes at 1 s have both processors of a small machine), store in one PostgreSQL on the same
host for ${count(ms / 1000)} s. All of them share this machine's processors with the server.`,
    ],
    tables: [
      {
        caption: '',
        columns: ['', 'figure'],
        rows: [
          ['probes sent', count(sent)],
          ['results that settle one, in the database', count(accounted)],
          ['results lost', count(sum((of) => of.lost))],
          ['CPU of the sources, µs a result', figure(found.sourceCost)],
          ['CPU of the server, µs a result', figure(found.serverCost)],
          ['latest 0.1 % of the probes, the worst source, ms', figure(most((of) => of.lateness_p999))],
        ],
      },
    ],
    goals: [
      {
        measure: `${count(sources)} sources: probes sent, less those accounted for`,
        figure: `${count(sent)} − ${count(accounted)}`,
        goal: '0',
        met: sent === accounted,
      },
      {
        measure: `${count(sources)} sources: sourceids in their packets, each one's own`,
        figure: `${found.sourceids}, ${found.own}`,
        goal: `${sources}, ${sources}`,
        met: found.sourceids === sources && found.own === sources,
      },
    ],
    panels: [],
    warnings: [],
  };
}

export const fleet: Measure = {
  name: 'fleet',
  about: 'whether 50 sources with 200 destinations each share one PostgreSQL, and what it costs',
  run,
};
