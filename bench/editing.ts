import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPinger } from 'pinger';
import { openDatabase } from '../src/io/database.ts';
import { sleep } from './process.ts';

export interface EditingFigures {
  destinations: number;
  /** From the commit of the INSERT to the last of them being probed, ms. */
  add: number;
  /** The longest that the event loop was held up while all were added, ms. */
  addBlocking: number;
  /** From the commit of a DELETE to its taking effect, ms, and the longest hold-up until then; medians. */
  remove: number;
  removeBlocking: number;
  /** The longest hold-up in as long a time without an edit, ms; median. */
  idleBlocking: number;
  /** From stop() to its end, ms. */
  stop: number;
}

const REMOVALS = 7;

/** As long as an edit takes at most to be noticed, ms. */
const POLL = 250;

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Watches how long the event loop is held up, by asking for its next turn again and again. */
function watchLoop(): () => number {
  let longest = 0;
  let last = performance.now();
  let watching = true;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setImmediate(look);
  };
  setImmediate(look);
  return () => {
    watching = false;
    return longest;
  };
}

/** Adds destinations to a running pinger, removes one of them, and stops it, as another process would. */
export async function editing(destinations: number): Promise<EditingFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-bench-'));
  try {
    const database = `sqlite:${join(folder, 'pinger.db')}`;
    const pinger = createPinger({ database });
    let probed = 0;
    let removed = 0;
    pinger.on('destination', ({ status }) => {
      if (status === 'probed') probed++;
      if (status === 'removed') removed++;
    });
    await pinger.start();
    const other = await openDatabase(database, { create: false, lockTimeout: 5000 });
    const until = async (holds: () => boolean) => {
      while (!holds()) await sleep(1);
    };

    // An hour's interval: what is measured is the edit, not the probing.
    await other.query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${destinations})
      INSERT INTO destinations (address, interval) SELECT '127.2.' || (i / 250) || '.' || (i % 250 + 1), 3600000 FROM n`);
    let from = performance.now();
    let watched = watchLoop();
    await until(() => probed === destinations);
    const add = performance.now() - from;
    const addBlocking = watched();

    // Each has had its first probe, and nothing else is going on.
    await sleep(3000);
    const idle: number[] = [];
    const removals: number[] = [];
    const blocked: number[] = [];
    for (let n = 1; n <= REMOVALS; n++) {
      watched = watchLoop();
      await sleep(POLL);
      idle.push(watched());
      await other.query(
        `DELETE FROM destinations WHERE id = ${Math.ceil((destinations * n) / (REMOVALS + 1))}`,
      );
      from = performance.now();
      watched = watchLoop();
      await until(() => removed === n);
      removals.push(performance.now() - from);
      blocked.push(watched());
    }
    await other.destroy();

    from = performance.now();
    await pinger.stop();
    const stop = performance.now() - from;
    return {
      destinations,
      add,
      addBlocking,
      remove: median(removals),
      removeBlocking: median(blocked),
      idleBlocking: median(idle),
      stop,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
