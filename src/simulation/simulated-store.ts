import type { EntityManager } from 'typeorm';
import type { Source } from '../entities/source.ts';
import type { Batch } from '../storage/batch.ts';
import type { DatabaseAccess } from '../storage/database-access.ts';
import type { AddedDestinations } from '../storage/missing-destinations.ts';
import {
  DatabaseError,
  type DestinationsDelta,
  type DestinationsSnapshot,
  type SignOfLife,
  type Store,
} from '../storage/store.ts';
import type { TypeormStore } from '../storage/typeorm-store.ts';

/** Results are written so many at a time: the cheapest for SQLite, as *measured*. */
const BATCH = 2000;

/** So many results wait to be written before the simulation waits, too. */
const MOST_UNWRITTEN = 20 * BATCH;

/**
 * A database that takes no time, as the simulation sees it: time stands still while something is asked of it.
 *
 * Results are only taken note of, and written while the simulation goes on. Who asks for changes gets an answer as
 * soon as there are any, and not before, so that nobody has to ask again and again.
 */
export class SimulatedStore implements Store {
  readonly #store: TypeormStore;
  /** Everything is asked one after the other: which of two answers comes first is no matter of chance. */
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #gathered: (Batch & { source: Source }) | undefined;
  #noted: (SignOfLife & { source: Source }) | undefined;
  #unwritten = 0;
  #failure: unknown;
  #edited = true;
  #wake: (() => void) | undefined;
  #outages = 0;
  #edits = 0;

  /** `store`: open. Whoever opened it closes it. */
  constructor(store: TypeormStore) {
    this.#store = store;
  }

  /** Whether there is something to be waited for before time goes on. */
  get busy(): boolean {
    return this.#pending > 0 || this.#unwritten > MOST_UNWRITTEN || this.#failure !== undefined;
  }

  /** Resolves when everything asked so far has been answered and written. Rejects where results could not be written. */
  async settled(): Promise<void> {
    this.#write();
    await this.#last;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** It takes nothing until it is told that it does again. */
  takeDown(): () => void {
    this.#outages++;
    return () => {
      this.#outages--;
    };
  }

  /** How often somebody has edited tables. */
  get edits(): number {
    return this.#edits;
  }

  /** Somebody edits the table of destinations. */
  async edit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const edited = await this.#ask(() => this.#store.edit(work));
    this.#edits++;
    this.#edited = true;
    this.#wake?.();
    return edited;
  }

  /** The way to the same database for whoever lives in the same time. */
  readonly access: Pick<DatabaseAccess, 'read' | 'edit'> = {
    read: (work) => this.#ask(() => this.#answered(() => this.#store.alone(work))),
    edit: async (work) => {
      const edited = await this.#ask(() => this.#answered(() => this.#store.edit(work)));
      this.#edits++;
      return edited;
    },
  };

  async #answered<T>(work: () => Promise<T>): Promise<T> {
    this.#fail();
    return work();
  }

  async open(): Promise<void> {}

  source(name: string): Promise<Source> {
    return this.#ask(() => this.#store.source(name));
  }

  isEmpty(): Promise<boolean> {
    return this.#ask(() => this.#store.isEmpty());
  }

  addDestinations(): Promise<AddedDestinations> {
    return Promise.resolve({ added: [], existing: [] });
  }

  destinations(source: Source): Promise<DestinationsSnapshot> {
    return this.#ask(() => this.#store.destinations(source));
  }

  /** Nobody but the scenario edits, so that whoever asks waits until it does. */
  async edited(): Promise<boolean> {
    if (!this.#edited)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#edited = false;
    return true;
  }

  async changes(source: Source, revision: number): Promise<DestinationsDelta | undefined> {
    const delta = await this.#ask(() => this.#store.changes(source, revision));
    if (delta?.more === true) this.#edited = true;
    return delta;
  }

  async append(source: Source, { writer, number, rows }: Batch): Promise<void> {
    this.#fail();
    const before = this.#gathered?.rows ?? [];
    this.#gathered = { source, writer, number, rows: before.concat(rows) };
    this.#unwritten += rows.length;
    if (this.#gathered.rows.length >= BATCH) this.#write();
  }

  lastSeen(source: Source): Promise<bigint | null> {
    return this.#ask(() => this.#store.lastSeen(source));
  }

  /** Like results: taken note of now, and written when something else is. */
  async note(source: Source, { seen, gaps, stopped }: SignOfLife): Promise<void> {
    this.#fail();
    const before = this.#noted?.gaps ?? [];
    this.#noted = { source, seen, gaps: [...before, ...gaps], stopped };
  }

  #fail(): void {
    if (this.#outages > 0) throw new DatabaseError('database: down', true);
  }

  close(): Promise<void> {
    return this.settled();
  }

  #write(): void {
    this.#writeResults();
    const noted = this.#noted;
    if (!noted) return;
    this.#noted = undefined;
    this.#last = this.#last.then(async () => {
      try {
        if (this.#failure === undefined) await this.#store.note(noted.source, noted);
      } catch (error) {
        this.#failure = error;
      }
    });
  }

  #writeResults(): void {
    const gathered = this.#gathered;
    if (!gathered) return;
    this.#gathered = undefined;
    this.#last = this.#last.then(async () => {
      try {
        if (this.#failure === undefined) await this.#store.append(gathered.source, gathered);
      } catch (error) {
        this.#failure = error;
      }
      this.#unwritten -= gathered.rows.length;
    });
  }

  #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    this.#write();
    this.#pending++;
    const answer = this.#last.then(question);
    this.#last = answer
      .catch(() => undefined)
      .then(() => {
        // Whoever asked has been told by then, and has asked what that makes him ask.
        setImmediate(() => this.#pending--);
      });
    return answer;
  }
}
