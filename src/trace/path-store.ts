import type { Destination } from '../entities/destination.ts';
import type { Source } from '../entities/source.ts';
import type { AddedDestinations } from '../storage/missing-destinations.ts';
import type { DestinationsDelta, DestinationsSnapshot, Store } from '../storage/store.ts';

/** The destinations of one trace, in memory, with a feed of changes; results are nobody's to read again. */
export class PathStore implements Store {
  readonly #source: Source;
  readonly #rows = new Map<number, Destination>();
  /** Ids in the order in which their rows were written; their number is the revision. */
  readonly #feed: number[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  row(id: number): Destination | undefined {
    return this.#rows.get(id);
  }

  put(row: Destination): void {
    this.#rows.set(row.id, row);
    this.#feed.push(row.id);
  }

  async open(): Promise<void> {}

  async source(): Promise<Source> {
    return this.#source;
  }

  async isEmpty(): Promise<boolean> {
    return this.#rows.size === 0;
  }

  async addDestinations(): Promise<AddedDestinations> {
    return { added: [], existing: [] };
  }

  async destinations(): Promise<DestinationsSnapshot> {
    return { revision: this.#feed.length, rows: [...this.#rows.values()] };
  }

  async edited(revision: number): Promise<boolean> {
    return this.#feed.length !== revision;
  }

  async changes(_: Source, revision: number): Promise<DestinationsDelta> {
    const ids = new Set(this.#feed.slice(revision));
    const changed = [...ids].flatMap((id) => this.#rows.get(id) ?? []);
    return { revision: this.#feed.length, changed, removed: [], more: false };
  }

  async append(): Promise<void> {}

  async lastSeen(): Promise<null> {
    return null;
  }

  async note(): Promise<void> {}

  async close(): Promise<void> {}
}
