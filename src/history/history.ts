import type { Clock, ClockTimer } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import type { Facts } from './facts.ts';
import type { Keep } from './keep.ts';
import type { ResultIds } from './open-rollups.ts';
import { Retention } from './retention.ts';
import { type HistoryDatabase, RollUps } from './roll-ups.ts';

export interface HistoryOptions {
  keep: Keep;
  clock: Clock;
  logger: Logger;
}

/** How often old history is looked for, ms. */
const SWEEP_EVERY = 60_000;

/** Deleting takes this part of the database's time, at most, so that results come through meanwhile. */
const SHARE = 0.25;

/** Keeps a source's history small: rolls up what it stores, and deletes what is older than it is to be kept. */
export class History {
  readonly #rollUps: RollUps;
  readonly #retention: Retention;
  readonly #database: HistoryDatabase;
  readonly #options: HistoryOptions;
  #timer: ClockTimer | undefined;
  #step: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #isFailing = false;

  constructor(database: HistoryDatabase, sourceId: number, options: HistoryOptions) {
    const { clock, logger, keep } = options;
    const now = () => clock.now() / 1000;
    this.#database = database;
    this.#options = options;
    this.#rollUps = new RollUps({ database, sourceId, logger, now });
    this.#retention = new Retention({
      database,
      holder: `source ${sourceId}`,
      keep,
      now,
      wall: () => Number(clock.wall(clock.now())) / 1e9,
      logger,
    });
  }

  /** Begins with what earlier runs have left to do. */
  start(): void {
    this.#rollUps.start();
    this.#wait(SWEEP_EVERY);
  }

  /** A batch has been stored; its results' `ids` are undefined where the database could not tell. */
  stored(facts: Facts, ids: ResultIds | undefined): void {
    this.#rollUps.stored(facts, ids);
  }

  /** Writes all roll-ups. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#step;
    await this.#rollUps.close();
  }

  #wait(time: number): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    this.#timer = clock.setTimer(clock.now() + time, () => {
      this.#step = this.#sweep();
    });
  }

  async #sweep(): Promise<void> {
    const { clock, logger } = this.#options;
    const began = clock.now();
    let isMore = false;
    try {
      isMore = (await this.#retention.step()) || (await this.#shrink());
      this.#isFailing = false;
    } catch (error) {
      const facts = { error: error instanceof Error ? error.message : String(error) };
      if (this.#isFailing) logger.debug('retention.delayed', facts);
      else logger.warn('retention.delayed', facts);
      this.#isFailing = true;
    }
    this.#wait(isMore ? (clock.now() - began) * (1 / SHARE - 1) : SWEEP_EVERY);
  }

  async #shrink(): Promise<boolean> {
    return (await this.#database.shrink?.()) ?? false;
  }
}
