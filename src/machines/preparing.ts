import { fromPromise } from 'xstate';
import type { Destination } from '../entities/destination.ts';
import type { Source } from '../entities/source.ts';
import type { Logger } from '../logger.ts';
import type { Spill } from '../storage/spill.ts';
import { type NewDestination, rtimeOf, type Store } from '../storage/store.ts';

export interface Preparing {
  store: Store;
  spill: Spill | undefined;
  logger: Logger;
  sourceName: string;
  destinations: NewDestination[];
  firstDestinations: NewDestination[];
}

/** What was found at start. */
export interface Prepared {
  source: Source;
  /** When the source gave a sign of life before, ns since the Unix epoch; null where it never had. */
  lastSeen: bigint | null;
  added: Destination[];
  existing: Destination[];
  /** Open; undefined where there is none, or none that can be used. */
  spill: Spill | undefined;
}

/** Opens the database and the spill, and finds the source's row. Rejects with DatabaseError. */
export const prepare = fromPromise<Prepared, Preparing>(async ({ input }) => {
  const { store, sourceName, destinations, firstDestinations } = input;
  await store.open();
  const source = await store.source(sourceName);
  const spill = await usable(input, source);
  const first = (await store.isEmpty()) && destinations.length === 0;
  const rows = await store.addDestinations(first ? firstDestinations : destinations);
  return { source, spill, lastSeen: await lastSeen(store, source, spill), ...rows };
});

/** A monitor without a place for results is better than none. */
async function usable({ spill, logger }: Preparing, source: Source): Promise<Spill | undefined> {
  try {
    await spill?.open(source.key ?? '');
    return spill;
  } catch (error) {
    logger.warn('spill.unusable', { error: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** What waits in the spill is a sign of life that the database does not know of yet. */
async function lastSeen(store: Store, source: Source, spill: Spill | undefined): Promise<bigint | null> {
  const seen = await store.lastSeen(source);
  const last = await spill?.last();
  if (last === undefined) return seen;
  const spilled = BigInt(rtimeOf(last));
  return seen !== null && seen > spilled ? seen : spilled;
}
