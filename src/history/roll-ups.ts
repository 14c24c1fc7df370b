import type { Logger } from '../logger.ts';
import { emptyFact, type Facts } from './facts.ts';
import { OpenRollups, type ResultIds } from './open-rollups.ts';
import type { Queries } from './rollup-table.ts';
import { readFacts } from './unrolled-results.ts';
import { addToRollups } from './write-rollups.ts';

/** What roll-ups need of a store. */
export interface HistoryDatabase extends Queries {
  /** In one transaction, apart from everything else that the store writes. Throws DatabaseError. */
  edit<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /**
   * Deletes some of the results from before a moment (s since the Unix epoch) that are rolled up, where the database has a
   * better way than row by row; returns whether there are more.
   */
  deleteResults?(before: number): Promise<boolean>;
  /** Gives a little of what deleting has freed back; returns whether there is more. Without it, the database sees to that. */
  shrink?(): Promise<boolean>;
}

export interface RollUpsOptions {
  database: HistoryDatabase;
  sourceId: number;
  logger: Logger;
  /** s on a clock that only goes forward. */
  now: () => number;
}

/** So many segments are written at once: some ms of the database's time, and less than one of this process's. */
const SEGMENTS_A_STEP = 48;

/** Nobody waits for the event loop of a process that ends. */
const SEGMENTS_A_LAST_STEP = 1000;

/** s */
const LAST_READING = 2;

/** So many results are read at once: about 1 ms of this process's time. */
const RESULTS_A_STEP = 500;

/**
 * Keeps one source's roll-ups: takes what has been stored, and writes it to the table a while later, some destinations at a time.
 *
 * What is in the table always covers, of each destination, all results up to a position that is written along with it. After a
 * crash, after the first start with a history, and whenever it is uncertain what of a writing has been stored, results
 * are read again from there on: the one way back, and always right.
 */
export class RollUps {
  readonly #options: RollUpsOptions;
  #open = new OpenRollups();
  /** Of each destination, the newest result that the table covers; undefined until it has been read. */
  #positions: Map<number, number> | undefined;
  /** All of the source's results up to this id are in the table or in `#open`. */
  #through = 0;
  /** The newest result that is known to be stored. */
  #newest = 0;
  /** How many ids are looked at in one step. */
  #range = RESULTS_A_STEP;
  /** Changes when everything is read again. */
  #generation = 0;
  #failing = false;
  #closing = false;
  #work: Promise<void> | undefined;
  readonly #fact = emptyFact();

  constructor(options: RollUpsOptions) {
    this.#options = options;
  }

  /** Whether every stored result is in the table, or in memory on its way there. */
  get isLive(): boolean {
    return this.#positions !== undefined && this.#through === this.#newest;
  }

  /** Begins with what earlier runs have left. */
  start(): void {
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined;
    });
  }

  /** A batch has been stored, the next one of the source's; its results' `ids` are undefined where the database could not tell. */
  stored(facts: Facts, ids: ResultIds | undefined): void {
    if (!ids) this.#readAgain();
    else {
      if (this.isLive) {
        const now = this.#options.now();
        for (let index = 0; index < facts.length; index++) {
          facts.read(index, this.#fact);
          this.#open.add(this.#fact, ids, now);
        }
        this.#through = ids.last;
      }
      this.#newest = Math.max(this.#newest, ids.last);
    }
    this.start();
  }

  /** Resolves when nothing is to be done now. */
  async settled(): Promise<void> {
    while (this.#work) await this.#work;
  }

  /** Writes what is in memory. What cannot be read within 2 s is left to the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.settled();
    const end = this.#options.now() + LAST_READING;
    while (!this.isLive && this.#options.now() < end && (await this.#attempt(() => this.#step())));
    if (!this.#positions) return;
    const generation = this.#generation;
    while (this.#open.size > 0 && generation === this.#generation)
      await this.#attempt(() => this.#write(Number.POSITIVE_INFINITY, SEGMENTS_A_LAST_STEP));
  }

  async #run(): Promise<void> {
    // Nothing reaches the stack of whoever has called, and the event loop has its turn between any two steps.
    do await new Promise(setImmediate);
    while (!this.#closing && (await this.#attempt(() => this.#step())));
  }

  /** Returns whether there is more to be done at once. */
  async #step(): Promise<boolean> {
    if (!this.#positions) return this.#readPositions();
    if (!this.isLive) await this.#readResults(this.#positions);
    return (await this.#write(this.#options.now(), SEGMENTS_A_STEP)) || !this.isLive;
  }

  async #attempt(step: () => Promise<boolean>): Promise<boolean> {
    const { logger, sourceId } = this.#options;
    try {
      const isMore = await step();
      if (this.#failing) logger.info('rollups.resumed', { source: sourceId });
      this.#failing = false;
      return isMore;
    } catch (error) {
      const facts = { source: sourceId, error: error instanceof Error ? error.message : String(error) };
      if (this.#failing) logger.debug('rollups.delayed', facts);
      else logger.warn('rollups.delayed', facts);
      this.#failing = true;
      this.#readAgain();
      // The next batch that can be stored is the next occasion.
      return false;
    }
  }

  #readAgain(): void {
    this.#generation++;
    this.#positions = undefined;
    this.#open = new OpenRollups();
  }

  async #readPositions(): Promise<boolean> {
    const { database, sourceId } = this.#options;
    const generation = this.#generation;
    // Within a transaction of its own, since SQLite's one connection would see what another has not committed yet.
    const { positions, progress, newest } = await database.edit(async (queries) => {
      const rows = await queries.query<{ destination_id: number; result_id: number | string }[]>(
        'SELECT destination_id, result_id FROM rollup_positions WHERE source_id = $1',
        [sourceId],
      );
      const [reached] = await queries.query<{ result_id: number | string }[]>(
        'SELECT result_id FROM rollup_progress WHERE source_id = $1',
        [sourceId],
      );
      const [last] = await queries.query<{ id: number | string | null }[]>('SELECT id FROM newest_result');
      return { positions: rows, progress: Number(reached?.result_id ?? 0), newest: Number(last?.id ?? 0) };
    });
    if (generation !== this.#generation) return true;
    this.#positions = new Map(positions.map((row) => [row.destination_id, Number(row.result_id)]));
    this.#newest = Math.max(this.#newest, newest, progress);
    this.#through = progress;
    return true;
  }

  async #readResults(positions: Map<number, number>): Promise<void> {
    const { database, sourceId, now } = this.#options;
    const generation = this.#generation;
    const { facts, through, isFull } = await readFacts(database, {
      sourceId,
      after: this.#through,
      last: this.#newest,
      most: RESULTS_A_STEP,
      range: this.#range,
    });
    // Holes of any size, as deleting makes them, are passed in a few steps.
    this.#range = isFull ? RESULTS_A_STEP : this.#range * 2;
    if (generation !== this.#generation) return;
    const time = now();
    for (const fact of facts)
      if (fact.id > (positions.get(fact.destination_id) ?? 0))
        this.#open.add(fact, { first: fact.id, last: fact.id }, time);
    this.#through = through;
    if (this.isLive) positions.clear();
  }

  /** Writes destinations that are due at `now`; returns whether there were any. */
  async #write(now: number, most: number): Promise<boolean> {
    const { database, sourceId, logger } = this.#options;
    const opened = this.#open.take(now, most);
    if (opened.length === 0) return false;
    const through = this.#through;
    const progress = Math.min(this.#open.before ?? through, through);
    await database.edit((queries) => addToRollups(queries, { sourceId, opened, through, progress, logger }));
    return true;
  }
}
