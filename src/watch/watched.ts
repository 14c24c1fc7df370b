import type { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { settingsOf } from '../entities/settings.ts';
import type { LiveState } from '../live/destination.ts';
import { LiveOverview } from '../live/overview.ts';
import type { DestinationStatus } from '../machines/destination-status.ts';
import { byName } from './arrange.ts';
import type { SourcedResult } from './recent-results.ts';
import { WatchedRow } from './row.ts';

/** A source as a reader of the database sees it. */
export interface WatchedSource {
  id: number;
  /** Its number where it has none. */
  name: string;
  /** Its last sign of life, ns since the Unix epoch. */
  seen: bigint | null;
}

/** Destinations as they are now, as each of some sources sees them. */
export class Watched {
  #sources: readonly WatchedSource[] = [];
  readonly #overviews = new Map<number, LiveOverview>();
  readonly #destinations = new Map<number, Destination>();
  #rows: readonly WatchedRow[] | undefined;
  /** When the newest result came, ns since the Unix epoch. */
  newest: bigint | null = null;

  get sources(): readonly WatchedSource[] {
    return this.#sources;
  }

  get destinations(): ReadonlyMap<number, Destination> {
    return this.#destinations;
  }

  /** All rows, in the order of their names. */
  get rows(): readonly WatchedRow[] {
    this.#rows ??= this.#sources
      .flatMap((source) =>
        [...(this.#overviews.get(source.id)?.all() ?? [])].flatMap((live) => {
          const destination = this.#destinations.get(live.id);
          return destination ? [new WatchedRow({ destination, source, live })] : [];
        }),
      )
      .sort(byName);
    return this.#rows;
  }

  /** How many rows are in each state. */
  get counts(): Map<LiveState, number> {
    const counts = new Map<LiveState, number>();
    for (const { state } of this.rows) counts.set(state, (counts.get(state) ?? 0) + 1);
    return counts;
  }

  /** The sources whose results are shown from now on. A new one begins without results. */
  setSources(sources: readonly WatchedSource[]): void {
    const before = new Map(this.#sources.map(({ id, name }) => [id, name]));
    const isSame = sources.length === before.size && sources.every(({ id, name }) => before.get(id) === name);
    this.#sources = sources;
    if (isSame) return;
    this.#rows = undefined;
    for (const id of before.keys())
      if (!sources.some((source) => source.id === id)) this.#overviews.delete(id);
    for (const { id } of sources) {
      if (this.#overviews.has(id)) continue;
      this.#overviews.set(id, new LiveOverview());
      for (const row of this.#destinations.values()) this.#follow(id, row);
    }
  }

  /** A row of the table of destinations, as it is now. */
  setDestination(row: Destination): void {
    this.#rows = undefined;
    this.#destinations.set(row.id, row);
    for (const { id } of this.#sources) this.#follow(id, row);
  }

  removeDestination(id: number): void {
    const row = this.#destinations.get(id);
    if (!row) return;
    this.#rows = undefined;
    this.#destinations.delete(id);
    for (const overview of this.#overviews.values()) overview.follow({ ...statusOf(row), status: 'removed' });
  }

  take(result: SourcedResult): void {
    this.#overviews.get(result.source_id)?.take(result);
    if (this.newest === null || result.rtime > this.newest) this.newest = result.rtime;
  }

  /** What a source makes of a row: those of another source are none of its own. */
  #follow(source: number, row: Destination): void {
    const overview = this.#overviews.get(source);
    const isIts = row.source_id === null || row.source_id === source;
    if (isIts) overview?.follow(statusOf(row));
    else if (overview?.get(row.id)) overview.follow({ ...statusOf(row), status: 'removed' });
  }
}

/** As a monitor tells it. */
function statusOf(row: Destination): DestinationStatus {
  const who = { destination_id: row.id, address: row.address, label: labelOf(row) };
  if (!row.active) return { ...who, status: 'paused' };
  const settings = settingsOf(row);
  return 'problem' in settings
    ? { ...who, status: 'invalid', problem: settings.problem }
    : { ...who, status: 'changed' };
}
