import type { Destination } from '../../src/entities/destination.ts';
import { COLUMN_DEFAULTS } from '../../src/entities/destination-defaults.ts';
import type { Source } from '../../src/entities/source.ts';
import type { Batch } from '../../src/storage/batch.ts';
import {
  DatabaseError,
  type DestinationsDelta,
  type DestinationsSnapshot,
  type NewDestination,
  type NewGap,
  type NewResult,
  type SignOfLife,
  type Store,
} from '../../src/storage/store.ts';
import { source } from './fakes.ts';

/** A store in memory, whose writes a test can hold up or fail. */
export class MemoryStore implements Store {
  rows = new Map<number, Destination>();
  changesMade: number[] = [];
  results: Pick<NewResult, 'rseq' | 'outcome'>[] = [];
  batches: number[] = [];
  /** While set, writes fail with it. */
  failure: DatabaseError | undefined;
  /** The next write is stored, and fails with this, as when a connection breaks during COMMIT. */
  lateFailure: DatabaseError | undefined;
  /** While set, writes wait for it. */
  gate: Promise<void> | undefined;
  closed = false;
  stopped = false;
  seen: bigint | null = null;
  gaps = new Map<string, NewGap>();
  #oldest = 0;
  #writer = '';
  #newest = 0;

  async open(): Promise<void> {}

  async source(): Promise<Source> {
    return source;
  }

  async isEmpty(): Promise<boolean> {
    return this.rows.size === 0;
  }

  async addDestinations(rows: NewDestination[]): Promise<{ added: Destination[]; existing: Destination[] }> {
    return { added: rows.map((row) => this.put(row)), existing: [] };
  }

  /** Writes a row, as somebody's SQL would. */
  put(row: Partial<Destination>): Destination {
    const id = row.id ?? this.rows.size + 1;
    const whole = { ...COLUMN_DEFAULTS, address: '', protocol: 3, ...this.rows.get(id), ...row, id };
    this.rows.set(id, whole);
    this.changesMade.push(id);
    return whole;
  }

  remove(id: number): void {
    this.rows.delete(id);
    this.changesMade.push(id);
  }

  /** Forgets the feed up to now. */
  prune(): void {
    this.#oldest = this.changesMade.length;
  }

  async destinations(): Promise<DestinationsSnapshot> {
    return { revision: this.changesMade.length, rows: [...this.rows.values()] };
  }

  async edited(revision: number): Promise<boolean> {
    return revision < this.#oldest || this.changesMade.length !== revision;
  }

  async changes(_: Source, revision: number): Promise<DestinationsDelta | undefined> {
    if (revision < this.#oldest) return undefined;
    const ids = [...new Set(this.changesMade.slice(revision))];
    const changed = ids.flatMap((id) => this.rows.get(id) ?? []);
    const removed = ids.filter((id) => !this.rows.has(id));
    return { revision: this.changesMade.length, changed, removed, more: false };
  }

  async append(_: Source, { writer, number, rows }: Batch): Promise<void> {
    await this.gate;
    if (this.failure) throw this.failure;
    if (writer === this.#writer && number <= this.#newest) return;
    this.#writer = writer;
    this.#newest = number;
    this.batches.push(rows.length);
    for (const each of rows) {
      const columns = JSON.parse(each);
      this.results.push({ rseq: columns[2], outcome: columns[11] });
    }
    const failure = this.lateFailure;
    this.lateFailure = undefined;
    if (failure) throw failure;
  }

  async lastSeen(): Promise<bigint | null> {
    return this.seen;
  }

  async note(_: Source, { seen, gaps, stopped = false }: SignOfLife): Promise<void> {
    await this.gate;
    if (this.failure) throw this.failure;
    this.seen = seen;
    this.stopped = stopped;
    for (const gap of gaps) this.gaps.set(`${gap.reason} ${gap.start}`, gap);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export const locked = new DatabaseError('database x: locked by another process', true);
