import type { DataSource } from 'typeorm';
import { RECENT } from '../live/destination.ts';
import { type Position, positionsOf } from './positions.ts';
import { newestOfEach, resultsIn, type SourcedResult } from './recent-results.ts';
import type { Watched } from './watched.ts';

export interface ResultsFeedOptions {
  watched: Watched;
  /** Numbers from 0 to 1. */
  random: () => number;
  /** ms, on a clock that only goes forward. */
  now: () => number;
}

/** Reading takes at most this part of the time. */
const SHARE = 0.25;

/** So many results are read whatever it costs. */
const LEAST = 1000;

/** And so many, at most, whatever it costs: some 15 MiB. */
const MOST = 50_000;

/** To begin with, so many results are read at most, and it takes about so long at most, ms. */
const FIRST_RESULTS = 60_000;
const FIRST_TIME = 1500;

/** How many ids back are looked at first, and how many times as many each time after that. */
const FIRST_WINDOW = 8192;
const GROWTH = 8;

/** Of so many destinations, at most, more is looked for than the first look has found. */
const LOOKED_FOR = 1000;

/** Follows the results that are stored. Where that would take too much, it follows a fair sample of them. */
export class ResultsFeed {
  readonly #options: ResultsFeedOptions;
  readonly #seen = new Map<number | null, number>();
  /** What reading a result costs, ms. */
  #cost = 0.01;
  #readAt = 0;
  /** Of the results that have come since it was read last, what share was read, 0 to 1. */
  share = 1;

  constructor(options: ResultsFeedOptions) {
    this.#options = options;
  }

  /** Begins with the newest results that there are already. Throws QueryFailedError. */
  async begin(dataSource: DataSource): Promise<void> {
    const { watched, now } = this.#options;
    const sources = watched.sources.map(({ id }) => id);
    this.#seen.clear();
    const positions = await positionsOf(dataSource, sources);
    for (const { source_id, id } of positions) this.#seen.set(source_id, Number(id));
    this.#readAt = now();
    for (const result of await this.#newest(dataSource, positions)) watched.take(result);
  }

  /** Takes what has been stored since. Throws QueryFailedError. */
  async read(dataSource: DataSource): Promise<void> {
    const { watched, now } = this.#options;
    const sources = watched.sources.map(({ id }) => id);
    const began = now();
    const budget = Math.min(MOST, Math.max(LEAST, ((began - this.#readAt) * SHARE) / this.#cost));
    this.#readAt = began;
    const news = (await positionsOf(dataSource, sources)).map(({ source_id, id }) => ({
      source_id,
      after: this.#seen.get(source_id) ?? Number(id),
      last: Number(id),
    }));
    const all = news.reduce((sum, { after, last }) => sum + Math.max(0, last - after), 0);
    this.share = all > budget ? budget / all : 1;
    for (const { source_id, after, last } of news) {
      this.#seen.set(source_id, last);
      if (last <= after) continue;
      for (const [first, end] of this.#sample(after + 1, last + 1)) {
        const stretch = { source_id: this.#only(source_id), first, last: end - 1 };
        for (const result of await resultsIn(dataSource, stretch)) watched.take(result);
      }
    }
    if (all >= LEAST) this.#learn((now() - began) / (all * this.share));
  }

  /**
   * What to read of a stretch, as stretches, each with the end that is not in it. Any part of it is as likely as the others, as if it were a
   * circle: always the newest would always be the same destinations'.
   */
  #sample(first: number, end: number): [first: number, end: number][] {
    const length = end - first;
    const wanted = Math.ceil(length * this.share);
    if (wanted === length) return [[first, end]];
    const from = first + Math.floor(this.#options.random() * length);
    const over = from + wanted - end;
    return over > 0
      ? [
          [first, first + over],
          [from, end],
        ]
      : [[from, from + wanted]];
  }

  /** Where all sources' results are one after the other, only the one that is shown, if it is one. */
  #only(source: number | null): number | null {
    const { sources } = this.#options.watched;
    return source ?? (sources.length === 1 ? (sources[0]?.id ?? null) : null);
  }

  #learn(cost: number): void {
    this.#cost += (Math.max(1e-4, cost) - this.#cost) * 0.3;
  }

  /** Oldest first. On SQLite one stretch of ids after the other, until each destination has some, or it takes too long. */
  async #newest(dataSource: DataSource, positions: readonly Position[]): Promise<SourcedResult[]> {
    const { watched, now } = this.#options;
    const sources = watched.sources.map(({ id }) => id);
    let wanted = [...watched.destinations.keys()];
    if (wanted.length === 0 || sources.length === 0) return [];
    const most = Math.max(5, Math.min(RECENT, Math.floor(FIRST_RESULTS / wanted.length / sources.length)));
    const began = now();
    const newest = Math.max(0, ...positions.map(({ id }) => Number(id)));
    if (dataSource.options.type === 'postgres')
      return newestOfEach(dataSource, { destinations: wanted, sources, most, first: 0, last: newest });
    const found = new Map<number, SourcedResult[]>(wanted.map((id) => [id, []]));
    let window = Math.max(FIRST_WINDOW, wanted.length * sources.length * most);
    for (let last = newest; last > 0 && wanted.length > 0; last -= window, window *= GROWTH) {
      const query = { destinations: wanted, sources, most, first: last - window + 1, last };
      for (const result of (await newestOfEach(dataSource, query)).reverse())
        found.get(result.destination_id)?.push(result);
      if (now() - began > FIRST_TIME) break;
      wanted = wanted.filter((id) => (found.get(id)?.length ?? 0) < most);
      if (wanted.length > LOOKED_FOR) break;
    }
    return [...found.values()].flatMap((results) => results.reverse());
  }
}
