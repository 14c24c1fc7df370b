import type { Logger } from '../logger.ts';
import { deleteOldResults } from './delete-results.ts';
import { deleteOldRollups } from './delete-rollups.ts';
import { cutoffs, type Keep } from './keep.ts';
import { type KeptSince, LEVELS, PERIODS, type Period } from './levels.ts';
import type { Pair } from './reach.ts';
import type { HistoryDatabase } from './roll-ups.ts';
import type { Queries } from './rollup-table.ts';

export interface RetentionOptions {
  database: HistoryDatabase;
  /** Who deletes, of all that share the database. */
  holder: string;
  keep: Keep;
  /** Wall time, s since the Unix epoch. */
  wall: () => number;
  /** s on a clock that only goes forward. */
  now: () => number;
  logger: Logger;
}

/** Results that one step looks at: some 5 ms of the database's time. */
const RESULTS_A_STEP = 1000;

/** One who has not come back for so long no longer does it, s. */
const LEASE = 300;

/** s */
const LOOK_AT_ALL_EVERY = 3600;

/** A wall clock that jumps ahead by more is not believed for so long, s: history is not deleted because of a wrong date. */
const JUMP = 3600;
const DOUBTED_FOR = 86_400;

type Place = { level: 0 } | { level: Period; after: Pair | undefined };

/** Deletes what is older than it is to be kept: results that are rolled up, and roll-ups; in small steps. */
export class Retention {
  readonly #options: RetentionOptions;
  /** What is being deleted; undefined between two sweeps. */
  #before: KeptSince | undefined;
  #place: Place = { level: 0 };
  /** The id up to which results have been looked at. */
  #lookedAt = 0;
  /** The first of them that was too new to be deleted. */
  #firstKept: number | undefined;
  /** When results were looked at from the first one on, as some have to be that were not rolled up then. */
  #lookedAtAll = Number.NEGATIVE_INFINITY;
  /** Wall time less the other, when it was last believed, and since when it has not been. */
  #offset: number | undefined;
  #doubtedSince: number | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Does the next bit; returns whether there is more to be done at once. Throws DatabaseError. */
  async step(): Promise<boolean> {
    const { database } = this.#options;
    if (!this.#before) return this.#begin();
    const before = this.#before;
    const place = this.#place;
    if (place.level === 0) {
      if (!(await this.#deleteResults(before[0]))) this.#next();
    } else {
      const old = { period: place.level, before: before[place.level], after: place.after };
      const done = Number.isFinite(old.before)
        ? await database.edit((queries) => deleteOldRollups(queries, old))
        : undefined;
      if (!done?.last) this.#next();
      else if (!done.isMore) place.after = done.last;
    }
    return this.#before !== undefined;
  }

  async #deleteResults(before: number): Promise<boolean> {
    const { database, wall } = this.#options;
    if (!Number.isFinite(before)) return false;
    if (await database.deleteResults?.(before)) return true;
    const looked = { after: this.#lookedAt, before, now: wall(), most: RESULTS_A_STEP };
    const { last, kept } = await database.edit((queries) => deleteOldResults(queries, looked));
    this.#firstKept ??= kept;
    if (last !== undefined) this.#lookedAt = last;
    return last !== undefined;
  }

  #next(): void {
    const next = PERIODS.find((period) => period > this.#place.level);
    if (next) this.#place = { level: next, after: undefined };
    else {
      this.#place = { level: 0 };
      this.#before = undefined;
    }
  }

  /** Begins a sweep, unless it is another's task; returns whether it has. */
  async #begin(): Promise<boolean> {
    const { database, keep } = this.#options;
    const now = this.#believedTime();
    if (now === undefined) return false;
    const before = cutoffs(keep, now);
    const isMine = await database.edit(async (queries) => {
      if (!(await this.#lease(queries, now))) return false;
      for (const level of LEVELS) {
        if (!Number.isFinite(before[level])) continue;
        // Said before it is done, so that nobody takes what is left for the whole.
        await queries.query(
          `INSERT INTO retention (level, kept_since) VALUES ($1, $2)
            ON CONFLICT (level) DO UPDATE SET kept_since = excluded.kept_since
            WHERE retention.kept_since < excluded.kept_since`,
          [level, before[level]],
        );
      }
      return true;
    });
    if (!isMine) return false;
    this.#before = before;
    if (this.#firstKept !== undefined) this.#lookedAt = this.#firstKept - 1;
    this.#firstKept = undefined;
    const time = this.#options.now();
    if (time - this.#lookedAtAll >= LOOK_AT_ALL_EVERY) {
      this.#lookedAtAll = time;
      this.#lookedAt = 0;
    }
    return true;
  }

  async #lease(queries: Queries, now: number): Promise<boolean> {
    const { holder } = this.#options;
    const [lease] = await queries.query<{ holder: string; expires: number | string }[]>(
      "SELECT holder, expires FROM leases WHERE task = 'retention'",
    );
    const left = lease ? Number(lease.expires) - now : 0;
    // One that lasts longer than any does was taken when somebody's clock was wrong.
    if (lease && lease.holder !== holder && left > 0 && left <= LEASE) return false;
    await queries.query(
      `INSERT INTO leases (task, holder, expires) VALUES ('retention', $1, $2)
        ON CONFLICT (task) DO UPDATE SET holder = excluded.holder, expires = excluded.expires`,
      [holder, Math.floor(now) + LEASE],
    );
    return true;
  }

  #believedTime(): number | undefined {
    const { wall, now, logger } = this.#options;
    const [wallTime, time] = [wall(), now()];
    const jump = wallTime - time - (this.#offset ?? wallTime - time);
    if (jump > JUMP) {
      if (this.#doubtedSince === undefined) {
        this.#doubtedSince = time;
        logger.warn('retention.paused', { reason: 'the wall clock has jumped ahead', by: Math.round(jump) });
      }
      if (time - this.#doubtedSince < DOUBTED_FOR) return undefined;
    }
    this.#doubtedSince = undefined;
    this.#offset = wallTime - time;
    return wallTime;
  }
}
