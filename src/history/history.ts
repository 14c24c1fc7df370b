import type { Clock } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import type { Facts } from './facts.ts';
import type { ResultIds } from './open-rollups.ts';
import { type HistoryDatabase, RollUps } from './roll-ups.ts';

export interface HistoryOptions {
  clock: Pick<Clock, 'now' | 'wall'>;
  logger: Logger;
}

/** Keeps a source's history small: rolls up what it stores, and deletes what is older than it is to be kept. */
export class History {
  readonly #rollUps: RollUps;

  constructor(database: HistoryDatabase, sourceId: number, { clock, logger }: HistoryOptions) {
    this.#rollUps = new RollUps({ database, sourceId, logger, now: () => clock.now() / 1000 });
  }

  /** Begins with what earlier runs have left to do. */
  start(): void {
    this.#rollUps.start();
  }

  /** A batch has been stored; its results' `ids` are undefined where the database could not tell. */
  stored(facts: Facts, ids: ResultIds | undefined): void {
    this.#rollUps.stored(facts, ids);
  }

  /** Resolves when nothing is to be done now. */
  settled(): Promise<void> {
    return this.#rollUps.settled();
  }

  /** Leaves nothing in memory. */
  async close(): Promise<void> {
    await this.#rollUps.close();
  }
}
