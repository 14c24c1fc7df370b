import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Keep } from '../src/history/keep.ts';
import type { Clock } from '../src/io/clock.ts';
import { Backlog, type Batch } from '../src/storage/batch.ts';
import { openDatabase } from '../src/storage/database.ts';
import { encodeResult, type NewResult } from '../src/storage/store.ts';
import { TypeormStore } from '../src/storage/typeorm-store.ts';

export interface Inserting {
  file: string;
  /** Without it, results are not rolled up. */
  keep: Keep | undefined;
  destinations: number;
  rows: number;
}

export interface Inserted {
  /** Rows a second. */
  rate: number;
  /** µs of this process a row, the making of its JSON included. */
  cpu: number;
  /** Of the results and their index. */
  bytes: number;
  /** ms */
  heldUp: number;
}

const BATCH = 4000;

/** When the first round of probes was, s since the Unix epoch. */
const BEGIN = 1_763_931_600n;

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/** Stores results as fast as they are taken, as the recorder would. */
export async function inserting({ file, keep, destinations, rows }: Inserting): Promise<Inserted> {
  const clock = new StreamedClock();
  const history = keep && {
    keep: { ...keep, results: Number.POSITIVE_INFINITY, minutes: Number.POSITIVE_INFINITY },
    clock,
    logger: SILENT,
  };
  const store = new TypeormStore(`sqlite:${file}`, history ? { history } : {});
  await store.open();
  const source = await store.source('bench');
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  const began = performance.now();
  const backlog = new Backlog('bench', BATCH);
  for (let n = 0; n < rows; ) {
    for (const end = n + BATCH; n < end; n++) {
      const result = resultOf(n, destinations);
      backlog.add(encodeResult(result), result);
    }
    await store.append(source, backlog.first() as Batch);
    backlog.remove();
    clock.time = (n / destinations) * 1000;
  }
  delay.disable();
  await store.close();
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return {
    rate: (rows / took) * 1000,
    cpu: (user + system) / rows,
    bytes: (await sizeOf(file)) / rows,
    heldUp: delay.max / 1e6,
  };
}

/** Goes as far as the results that are stored, so that roll-ups are due as they would be. */
class StreamedClock implements Clock {
  time = 0;

  now(): number {
    return this.time;
  }

  wall(at: number): bigint {
    return BEGIN * 1_000_000_000n + BigInt(Math.round(at * 1e6));
  }

  setTimer(): { cancel: () => void } {
    return { cancel() {} };
  }
}

const resultOf = (n: number, destinations: number): NewResult => {
  const destination = n % destinations;
  const round = Math.floor(n / destinations);
  return {
    destination_id: destination + 1,
    rtime: (BEGIN + BigInt(round)) * 1_000_000_000n + BigInt(destination) * 100_000n,
    address: `198.51.${destination >> 8}.${destination & 255}`,
    rtt: (20_000_000 + ((n * 7919) % 5_000_000)) / 1e6,
    rtype: 1,
    rcode: 0,
    icmptype: 0,
    rid: 1792,
    rseq: round % 65_536,
    datamatch: true,
    rttl: 57,
    outcome: 'reply',
    doubt: null,
    sentAt: 0,
    reason: null,
  };
};

/** Bytes of the pages that results and their index have. */
async function sizeOf(file: string): Promise<number> {
  const database = await openDatabase(`sqlite:${file}`, { create: false, lockTimeout: 1000 });
  try {
    const [{ pages }] = await database.query(
      `SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS pages`,
    );
    const [{ other }] = await database.query(
      'SELECT coalesce(sum(length(sketch) + 120), 0) AS other FROM rollups',
    );
    return pages - other;
  } finally {
    await database.destroy();
  }
}
