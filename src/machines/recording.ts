import { fromPromise } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Source } from '../entities/source.ts';
import type { Clock } from '../io/clock.ts';
import type { Backlog, Batch } from '../storage/batch.ts';
import type { Spill } from '../storage/spill.ts';
import { DatabaseError, type Store } from '../storage/store.ts';
import type { Losses } from './losses.ts';

/** What the recorder works with. */
export interface Recording {
  store: Store;
  source: Source;
  clock: Clock;
  meters: Meters;
  losses: Losses;
  /** Results that wait in memory; mutable. They are newer than those in the spill. */
  backlog: Backlog;
  /** Where results wait when the database takes none; undefined where there is no such place. */
  spill: Spill | undefined;
}

/** So long the database may take for a batch before it counts as away; the batch may get stored all the same. ms */
const PATIENCE = 5000;

/** Stores the oldest batch of those in memory, where there is one. Rejects with DatabaseError. */
export const writeBatch = fromPromise<void, Recording>(async ({ input }) => {
  const { backlog, meters } = input;
  const batch = backlog.first();
  if (!batch) return;
  await store(input, batch);
  meters.stored += backlog.remove();
});

/** Puts everything that is in memory into the spill. Rejects with SpillError; what has not been put there stays in memory. */
export const spillBacklog = fromPromise<void, Recording & { uncertain: Batch | undefined }>(
  async ({ input }) => {
    const { spill, backlog, meters, losses, uncertain } = input;
    try {
      for (let batch = backlog.first(); spill && batch; batch = backlog.first()) {
        const dropped = await spill.append(batch, { uncertain: batch === uncertain });
        meters.spilled += backlog.remove();
        if (dropped > 0) losses.add(dropped);
      }
    } finally {
      gauge(input);
    }
  },
);

/** Stores the oldest batch of the spill, and resolves with how long that took, ms. Rejects with DatabaseError or SpillError. */
export const drainBatch = fromPromise<number, Recording>(async ({ input }) => {
  const { spill, meters, clock, losses } = input;
  const start = clock.now();
  try {
    if (!spill) return 0;
    const before = spill.count;
    const batch = await spill.first();
    losses.add(before - spill.count);
    if (!batch) return 0;
    await store(input, batch);
    meters.drained += batch.rows.length;
    meters.stored += batch.rows.length;
    await spill.dropFirst();
    return clock.now() - start;
  } finally {
    gauge(input);
  }
});

/** Leaves the spill to the next process. */
export const closeSpill = fromPromise<void, Recording>(
  ({ input }) => input.spill?.close() ?? Promise.resolve(),
);

function gauge({ spill, meters }: Recording): void {
  meters.spillResults = spill?.count ?? 0;
  meters.spillBytes = spill?.size ?? 0;
}

async function store({ store, source, clock, spill }: Recording, batch: Batch): Promise<void> {
  const stored = store.append(source, batch);
  // Without a spill, waiting is all that can be done.
  if (!spill) return stored;
  let cancel = () => {};
  const overdue = new Promise<never>((_, reject) => {
    const timer = clock.setTimer(clock.now() + PATIENCE, () =>
      reject(new DatabaseError(`database: has not stored a batch within ${PATIENCE / 1000} s`, true)),
    );
    cancel = () => timer.cancel();
  });
  await Promise.race([stored, overdue]).finally(cancel);
}
