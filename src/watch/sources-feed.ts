import type { DataSource } from 'typeorm';
import { sourceIds, sourceNames } from '../cli/span.ts';
import { ageText } from './figures.ts';
import { safe } from './text.ts';
import type { Watched, WatchedSource } from './watched.ts';

export interface SourcesFeedOptions {
  watched: Watched;
  /** The only source that is wanted, by its name. */
  wanted: string | undefined;
  /** ms, on a clock that only goes forward, and since the Unix epoch. */
  now: () => number;
  wall: () => number;
}

/** A monitor that lives says so three times in this, ms. */
const SILENCE = 15_000;

/** A source that was silent for longer than this when another one was heard is of the past, ms. */
const OF_THE_PAST = 86_400_000;

/** Stands for all sources while there is none. */
const NO_SOURCE: WatchedSource = { id: 0, name: '', seen: null };

/** Follows which sources there are, and whether their monitors run. */
export class SourcesFeed {
  readonly #options: SourcesFeedOptions;
  /** When each source was heard last, on the clock that goes forward: clocks of two hosts do not agree on when that was. */
  readonly #heard = new Map<number, { seen: bigint | null; at: number }>();
  #ids: number[] | undefined;

  constructor(options: SourcesFeedOptions) {
    this.#options = options;
  }

  /** Throws QueryFailedError; CommandFailure where there is no source of the name that is wanted. */
  async read(dataSource: DataSource): Promise<void> {
    const { watched, wanted } = this.#options;
    if (wanted !== undefined) this.#ids ??= sourceIds(await sourceNames(dataSource), wanted);
    const rows: { id: number; name: string | null; seen: string | null }[] = await dataSource.query(
      'SELECT id, name, CAST(seen AS TEXT) AS seen FROM sources ORDER BY id',
    );
    const all = rows.map(({ id, name, seen }) => ({
      id,
      name: name ?? String(id),
      seen: seen === null ? null : BigInt(seen),
    }));
    const newest = Math.max(...all.map(({ seen }) => seenAt(seen) ?? 0));
    const shown = this.#ids
      ? all.filter(({ id }) => this.#ids?.includes(id))
      : all.filter(({ seen }) => (seenAt(seen) ?? 0) >= newest - OF_THE_PAST);
    watched.setSources(shown.length > 0 ? shown : [NO_SOURCE]);
    this.#listen(shown);
  }

  /** What is to be said of monitors that do not run, in one line; undefined where all do. `isAll`: no monitor does. */
  get silence(): { text: string; isAll: boolean } | undefined {
    const { watched, now, wall } = this.#options;
    const sources = watched.sources.filter(({ id }) => id !== NO_SOURCE.id);
    if (sources.length === 0)
      return { text: 'no monitor has run on this database yet; "pinger run" starts one', isAll: true };
    const silent = sources.filter(
      ({ id }) => now() - (this.#heard.get(id)?.at ?? Number.NEGATIVE_INFINITY) > SILENCE,
    );
    if (silent.length === 0) return undefined;
    const told = silent.map(({ name, seen }) => {
      const at = seenAt(seen);
      return `${safe(name)}: ${at === undefined ? 'never heard of' : `heard of ${ageText(Math.max(0, wall() - at))} ago`}`;
    });
    const isAll = silent.length === sources.length;
    return { text: `${isAll ? 'no monitor seems to run' : 'silent'} (${told.join(', ')})`, isAll };
  }

  #listen(sources: readonly WatchedSource[]): void {
    const { now, wall } = this.#options;
    for (const { id, seen } of sources) {
      const before = this.#heard.get(id);
      if (before?.seen === seen) continue;
      const age = wall() - (seenAt(seen) ?? 0);
      // The first time, only the wall clocks can tell; later, whatever is new is a sign of life.
      const at = before || Math.abs(age) <= SILENCE ? now() : Number.NEGATIVE_INFINITY;
      this.#heard.set(id, { seen, at });
    }
  }
}

/** ms since the Unix epoch. */
const seenAt = (seen: bigint | null): number | undefined =>
  seen === null ? undefined : Number(seen / 1_000_000n);
