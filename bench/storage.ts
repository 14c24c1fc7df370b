import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Source } from '../src/entities/source.ts';
import { newestIds, resultsWithIds } from '../src/results/query.ts';
import { openDatabase } from '../src/storage/database.ts';
import { encodeResult } from '../src/storage/store.ts';
import { TypeormStore } from '../src/storage/typeorm-store.ts';
import { PostgresServer } from '../test/support/postgres-server.ts';
import { TemporaryFolder } from './folder.ts';
import { sleep } from './process.ts';
import { median } from './quantiles.ts';
import { count, figure, type Measure, type Options, type Report } from './report.ts';

/** As a recorder writes them. */
const BATCH = 4000;

/** Of each destination, results like those of a monitor: most answered, from one address, with a path that rarely changes. */
const LOSS = 0.01;
const START = 1_764_000_000_000_000_000n;

interface Filled {
  /** Rows a second. */
  rate: number;
  /** Bytes a result, with indexes and all else. */
  bytes: number;
  /** To read the newest hundred of one destination, ms. */
  newest: number;
}

function row(index: number, destinations: number): string {
  const destination = index % destinations;
  const round = Math.floor(index / destinations);
  const isLost = Math.random() < LOSS;
  const rtt = (1 + (destination % 200)) * (1 + Math.random() / 10);
  const answered = <T>(value: T): T | null => (isLost ? null : value);
  return encodeResult({
    destination_id: destination + 1,
    rtime:
      START +
      BigInt(round) * 1_000_000_000n +
      BigInt(Math.round((destination / destinations) * 1e9 + rtt * 1e6)),
    address: answered(`10.${destination >> 16}.${(destination >> 8) & 255}.${destination & 255}`),
    rtt: answered(rtt),
    rtype: answered(1),
    rcode: answered(0),
    icmptype: answered(0),
    rid: 256 + (destination >> 12),
    rseq: round % 65_536,
    datamatch: answered(true),
    rttl: answered(round % 100 === 0 ? 55 : 56),
    outcome: isLost ? 'timeout' : 'reply',
    doubt: null,
    sentAt: null,
    reason: null,
  });
}

/** Stores so many results and nothing else, batch after batch. */
async function fill(url: string, results: number, destinations: number): Promise<number> {
  const store = new TypeormStore(url);
  await store.open();
  const source: Source = await store.source('bench');
  let spent = 0;
  for (let index = 0, number = 1; index < results; number++) {
    const rows: string[] = [];
    for (; rows.length < BATCH && index < results; index++) rows.push(row(index, destinations));
    const from = performance.now();
    await store.append(source, { writer: 'bench', number, rows });
    spent += performance.now() - from;
  }
  const from = performance.now();
  await store.close();
  return results / ((spent + performance.now() - from) / 1000);
}

async function newestOfOne(dataSource: DataSource, destinations: number): Promise<number> {
  const times: number[] = [];
  for (let n = 1; n <= 9; n++) {
    const wanted = [Math.ceil((destinations * n) / 10)];
    const from = performance.now();
    const found = await resultsWithIds(
      dataSource,
      await newestIds(dataSource, { destinations: wanted }, 100),
      wanted,
    );
    times.push(performance.now() - from);
    if (found.length === 0) throw new Error(`no results of destination ${wanted}`);
  }
  return median(times);
}

/** Everything that the database takes on the disk, bytes. */
async function sizeOf(dataSource: DataSource): Promise<number> {
  const [{ size }] =
    dataSource.options.type === 'postgres'
      ? await dataSource.query('SELECT pg_database_size(current_database()) AS size')
      : await dataSource.query(
          'SELECT (page_count - freelist_count) * page_size AS size FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
        );
  return Number(size);
}

async function measure(url: string, results: number, destinations: number): Promise<Filled> {
  const empty = new TypeormStore(url);
  await empty.open();
  await empty.close();
  const before = await openDatabase(url, { create: false, lockTimeout: 5000 });
  const from = await sizeOf(before);
  await before.destroy();
  const rate = await fill(url, results, destinations);
  const dataSource = await openDatabase(url, { create: false, lockTimeout: 5000 });
  try {
    const [{ stored }] = await dataSource.query('SELECT count(*) AS stored FROM results');
    if (Number(stored) !== results) throw new Error(`${stored} results instead of ${results}`);
    const bytes = ((await sizeOf(dataSource)) - from) / results;
    return { rate, bytes, newest: await newestOfOne(dataSource, destinations) };
  } finally {
    await dataSource.destroy();
  }
}

async function run({ quick }: Options): Promise<Report> {
  const results = quick ? 40_000 : 2_000_000;
  const destinations = quick ? 100 : 10_000;
  const folder = new TemporaryFolder();
  const found: [name: string, filled: Filled][] = [];
  try {
    found.push(['SQLite', await measure(`sqlite:${join(folder.path, 'pinger.db')}`, results, destinations)]);
  } finally {
    folder.remove();
  }
  const server = await PostgresServer.start();
  try {
    await server.query('CREATE DATABASE bench');
    found.push(['PostgreSQL', await measure(server.url('bench'), results, destinations)]);
    // Connections of the pool end a moment after it has.
    await sleep(100);
  } finally {
    await server.stop();
  }
  return {
    title: 'Storage',
    method: [
      `${count(results)} results of ${count(destinations)} destinations are stored through the monitor's own store, ${count(BATCH)} at a time, as
fast as it goes. Bytes are all that the database grows by, indexes included. PostgreSQL runs on the same host, without waiting for the disk.`,
    ],
    tables: [
      {
        caption: '',
        columns: ['database', 'rows/s', 'bytes/result', 'newest 100 of one, ms'],
        rows: found.map(([name, { rate, bytes, newest }]) => [
          name,
          count(Math.round(rate)),
          figure(bytes),
          figure(newest),
        ]),
      },
    ],
    goals: found.flatMap(([name, { rate, bytes }]) => [
      {
        measure: `steady insert, ${name}`,
        figure: `${count(Math.round(rate))} rows/s`,
        goal: '≥ 50,000 rows/s',
        met: quick ? undefined : rate >= 50_000,
      },
      {
        measure: `size of a result, ${name}`,
        figure: `${figure(bytes)} bytes`,
        goal: '≤ 32 bytes',
        met: quick ? undefined : bytes <= 32,
      },
    ]),
    panels: [],
    warnings: [],
  };
}

export const storage: Measure = {
  name: 'storage',
  about: 'how fast results are stored, and how much room they take, in SQLite and PostgreSQL',
  run,
};
