import type { Destination } from '../entities/destination.ts';
import type { Source } from '../entities/source.ts';
import type { Clock, ClockTimer } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import type { Batch } from './batch.ts';
import { type AddedDestinations, keyOf } from './missing-destinations.ts';
import { readCopy, type StandbyCopy, writeCopy } from './standby-copy.ts';
import {
  DatabaseError,
  type DestinationsDelta,
  type DestinationsSnapshot,
  type NewDestination,
  type SignOfLife,
  type Store,
} from './store.ts';

export interface StandbyOptions {
  /** The database itself. */
  store: Store;
  /** Where the copy is. */
  file: string;
  clock: Clock;
  logger: Logger;
}

/** The copy is written no more often than this, ms. */
const SAVE_DELAY = 2000;

/** A database that is away is tried no more often than this, ms. */
const RETRY_DELAY = 1000;

/**
 * A database that may be away when the monitor starts, by what passes by itself: then a copy says which destinations there are,
 * until the database is reached. Without a copy it is any database.
 */
export class StandbyStore implements Store {
  readonly #options: StandbyOptions;
  readonly #store: Store;
  #isOpen = false;
  /** Why the database is away, and when it was found so. */
  #failure = new DatabaseError('database: not open', false);
  #triedAt = Number.NEGATIVE_INFINITY;
  #opening: Promise<void> | undefined;
  #copy: StandbyCopy | undefined;
  #source: Source | undefined;
  #revision = 0;
  readonly #rows = new Map<number, Destination>();
  #saving: ClockTimer | undefined;

  constructor(options: StandbyOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  async open(): Promise<void> {
    try {
      await this.#store.open();
      this.#isOpen = true;
    } catch (error) {
      if (!(error instanceof DatabaseError) || !error.transient) throw error;
      const { file, clock, logger } = this.#options;
      this.#copy = await readCopy(file);
      if (!this.#copy) throw error;
      this.#failure = error;
      this.#triedAt = clock.now();
      const { copied, destinations } = this.#copy;
      logger.warn('database.away', { error: error.message, destinations: destinations.length, copied });
    }
  }

  async source(name: string): Promise<Source> {
    if (this.#isOpen) this.#source = await this.#store.source(name);
    else if (this.#copy?.source.name === name) this.#source = this.#copy.source;
    else throw this.#failure;
    return this.#source;
  }

  async isEmpty(): Promise<boolean> {
    return this.#isOpen ? this.#store.isEmpty() : false;
  }

  async addDestinations(rows: NewDestination[]): Promise<AddedDestinations> {
    if (this.#isOpen) return this.#store.addDestinations(rows);
    const wanted = new Set(rows.map(keyOf));
    const existing = (this.#copy?.destinations ?? []).filter((row) => wanted.has(keyOf(row)));
    // Whoever names new ones is to know that they cannot be added.
    if (new Set(existing.map(keyOf)).size < wanted.size) throw this.#failure;
    return { added: [], existing };
  }

  async destinations(source: Source): Promise<DestinationsSnapshot> {
    const store = await this.#reach().catch(() => undefined);
    if (store) return this.#keep(await store.destinations(source));
    if (!this.#copy) throw this.#failure;
    const { revision, destinations: rows } = this.#copy;
    return { revision, rows };
  }

  async edited(revision: number): Promise<boolean> {
    return (await this.#reach()).edited(revision);
  }

  async changes(source: Source, revision: number): Promise<DestinationsDelta | undefined> {
    const delta = await (await this.#reach()).changes(source, revision);
    if (delta && (delta.changed.length > 0 || delta.removed.length > 0)) {
      for (const row of delta.changed) this.#rows.set(row.id, row);
      for (const id of delta.removed) this.#rows.delete(id);
      this.#revision = delta.revision;
      this.#saveSoon();
    }
    return delta;
  }

  async append(source: Source, batch: Batch): Promise<void> {
    await (await this.#reach()).append(source, batch);
  }

  async lastSeen(source: Source): Promise<bigint | null> {
    return this.#isOpen ? this.#store.lastSeen(source) : null;
  }

  async note(source: Source, sign: SignOfLife): Promise<void> {
    await (await this.#reach()).note(source, sign);
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    if (this.#saving) await this.#save();
    await this.#store.close();
  }

  /** The database, which is tried anew where it is away. Rejects with DatabaseError. */
  async #reach(): Promise<Store> {
    if (this.#isOpen) return this.#store;
    const { clock } = this.#options;
    if (!this.#opening && clock.now() - this.#triedAt < RETRY_DELAY) throw this.#failure;
    this.#opening ??= this.#reopen().finally(() => {
      this.#triedAt = clock.now();
      this.#opening = undefined;
    });
    await this.#opening;
    return this.#store;
  }

  async #reopen(): Promise<void> {
    const { logger, file } = this.#options;
    const expected = this.#copy?.source;
    try {
      await this.#store.open();
      const found = await this.#store.source(expected?.name ?? '');
      if (found.key !== expected?.key)
        throw new DatabaseError(
          `database: its source ${found.name} is another one than that of ${file}; remove that file where this is right`,
          false,
        );
    } catch (error) {
      await this.#store.close().catch(() => undefined);
      if (error instanceof DatabaseError) this.#failure = error;
      throw error;
    }
    for (const row of this.#copy?.destinations ?? []) this.#rows.set(row.id, row);
    this.#revision = this.#copy?.revision ?? 0;
    this.#isOpen = true;
    logger.info('database.reached');
  }

  #keep(snapshot: DestinationsSnapshot): DestinationsSnapshot {
    this.#rows.clear();
    for (const row of snapshot.rows) this.#rows.set(row.id, row);
    this.#revision = snapshot.revision;
    this.#saveSoon();
    return snapshot;
  }

  #saveSoon(): void {
    const { clock } = this.#options;
    this.#saving ??= clock.setTimer(clock.now() + SAVE_DELAY, () => void this.#save());
  }

  async #save(): Promise<void> {
    const { file, clock, logger } = this.#options;
    this.#saving?.cancel();
    this.#saving = undefined;
    if (!this.#source) return;
    try {
      await writeCopy(file, {
        copied: new Date(Number(clock.wall(clock.now()) / 1_000_000n)).toISOString(),
        source: this.#source,
        revision: this.#revision,
        destinations: [...this.#rows.values()],
      });
    } catch (error) {
      logger.warn('standby.unwritten', { error: error instanceof Error ? error.message : String(error) });
    }
  }
}
