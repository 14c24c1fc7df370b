import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import type { Source } from '../entities/source.ts';
import { Facts } from '../history/facts.ts';
import { History, type HistoryOptions } from '../history/history.ts';
import type { HistoryDatabase } from '../history/roll-ups.ts';
import type { Batch } from './batch.ts';
import { ChangeFeed } from './change-feed.ts';
import { databaseError, dialectOf, openDatabase } from './database.ts';
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts';
import type { StoreSession } from './dialect.ts';
import { type AddedDestinations, addMissing } from './missing-destinations.ts';
import { sourceNamed } from './source-row.ts';
import { noteSign, readLastSeen, storeBatch } from './source-writes.ts';
import {
  DatabaseError,
  type DestinationsDelta,
  type DestinationsSnapshot,
  type NewDestination,
  type SignOfLife,
  type Store,
} from './store.ts';
import { inEdit, inTransaction } from './transaction.ts';

/** How long a server may take to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

/** At the end, how long a server is waited for that does not answer, ms. What it has not stored by then is not lost. */
const LAST_WRITES = 5000;

export interface TypeormStoreOptions {
  /** Whether a crash of the host may damage the database, which makes writing a file cheaper; one of the process may not. */
  ephemeral?: boolean;
  /** How long a server may take to answer before its connection counts as lost, ms; 10,000 unless given. */
  answerTimeout?: number;
  /** What keeps the history of the source that is asked for; without it, results are stored and nothing else. */
  history?: HistoryOptions;
}

/** The database behind TypeORM. */
export class TypeormStore implements Store {
  readonly #url: string;
  readonly #database: DatabaseUrl;
  readonly #options: TypeormStoreOptions;
  readonly #feed: ChangeFeed;
  #session: StoreSession | undefined;
  #opening: Promise<void> | undefined;
  #isClosed = false;
  #history: History | undefined;
  /** TypeORM shares one SQLite connection, where a rollback would take another's writes along. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  /** Throws DatabaseError for a URL of no database that pinger knows. */
  constructor(url: string, options: TypeormStoreOptions = {}) {
    this.#url = url;
    this.#options = options;
    this.#database = parseDatabaseUrl(url);
    this.#feed = new ChangeFeed({
      read: (work) => this.#read(work),
      isServer: this.#database.type === 'postgres',
    });
  }

  open(): Promise<void> {
    this.#isClosed = false;
    this.#opening = this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const { ephemeral = false, answerTimeout = ANSWER_TIMEOUT } = this.#options;
    const dataSource = await openDatabase(this.#url, { create: true, lockTimeout: 10_000 });
    const dialect = await dialectOf(this.#database);
    try {
      this.#session = await dialect.openSession(dataSource, {
        database: this.#database,
        ephemeral,
        answerTimeout,
      });
    } catch (error) {
      throw dialect.databaseError(error, this.#database.name, true);
    }
    await this.#write((manager) => ChangeFeed.shorten(manager));
  }

  async source(name: string): Promise<Source> {
    const source = await this.edit((manager) => sourceNamed(manager, name, this.#database.name));
    await this.#read(() => this.#opened.hold(source));
    if (this.#options.history && !this.#history && !this.#isClosed) {
      this.#history = new History(this.#historyDatabase(), source.id, this.#options.history);
      this.#history.start();
    }
    return source;
  }

  async isEmpty(): Promise<boolean> {
    const rows = await this.#query<unknown[]>('SELECT 1 FROM destinations LIMIT 1');
    return rows.length === 0;
  }

  addDestinations(rows: NewDestination[]): Promise<AddedDestinations> {
    return this.edit((manager) => addMissing(manager, rows));
  }

  destinations(source: Source): Promise<DestinationsSnapshot> {
    return this.#feed.destinations(source);
  }

  async edited(revision: number): Promise<boolean> {
    const session = this.#opened;
    await session.news();
    if (session.rival) throw session.rival;
    return (await this.#feed.revision()) !== revision;
  }

  async changes(source: Source, revision: number): Promise<DestinationsDelta | undefined> {
    const { rival } = this.#opened;
    if (rival) throw rival;
    return this.#feed.changes(source, revision);
  }

  async append(source: Source, { writer, number, rows, facts }: Batch): Promise<void> {
    const session = this.#opened;
    const committed = await this.#transact((manager) =>
      storeBatch(manager, { session, source, writer, number, rows }),
    );
    committed?.settle();
    this.#history?.stored(facts?.length === rows.length ? facts : Facts.of(rows), committed?.ids);
    // What is not tidied up today is so another time.
    if (committed?.tidy) this.#transact(committed.tidy).catch(() => undefined);
  }

  lastSeen(source: Source): Promise<bigint | null> {
    return this.#read(({ manager }) => readLastSeen(manager, source));
  }

  note(source: Source, sign: SignOfLife): Promise<void> {
    return this.#transact((manager) => noteSign(manager, source, sign));
  }

  /** Changes tables as somebody else would, in one transaction. Throws DatabaseError. */
  edit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#write(() => inEdit(this.#data, work));
  }

  /** Reads or edits while nothing else of this store's is under way. Throws DatabaseError, and what `work` throws. */
  async alone<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    let thrown: { error: unknown } | undefined;
    try {
      return await this.#write(() =>
        work(this.#data).catch((error: unknown) => {
          if (!(error instanceof QueryFailedError)) thrown = { error };
          throw error;
        }),
      );
    } catch (error) {
      throw thrown ? thrown.error : error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // Whoever ends while it starts leaves nothing open, either.
    await this.#opening?.catch(() => undefined);
    const session = this.#session;
    const timer = setTimeout(() => session?.abandon?.(), LAST_WRITES);
    await this.#history?.close();
    this.#history = undefined;
    await this.#lastWrite;
    clearTimeout(timer);
    await this.#session?.close();
    this.#session = undefined;
  }

  #historyDatabase(): HistoryDatabase {
    const { shrink, deleteResults } = this.#opened;
    return {
      connection: this.#data,
      query: (sql, parameters) => this.#query(sql, parameters),
      edit: (work) => this.#transact(work),
      ...(shrink && { shrink: () => this.#transact(shrink) }),
      ...(deleteResults && {
        deleteResults: (before) => this.#transact((manager) => deleteResults(manager, before)),
      }),
    };
  }

  get #opened(): StoreSession {
    if (!this.#session) throw new DatabaseError(`database ${this.#database.name}: not open`, false);
    return this.#session;
  }

  get #data(): DataSource {
    return this.#opened.dataSource;
  }

  /** Writes of this source's own, which no editor has to wait for. */
  #transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#write(() => inTransaction(this.#data, work));
  }

  #query<Row>(sql: string, parameters: unknown[] = []): Promise<Row> {
    return this.#read((data) => data.query(sql, parameters));
  }

  async #read<T>(work: (data: DataSource) => Promise<T>): Promise<T> {
    try {
      return await work(this.#data);
    } catch (error) {
      throw await databaseError(error, this.#url);
    }
  }

  #write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const write = this.#lastWrite.then(() => work(this.#data.manager));
    this.#lastWrite = write.catch(() => undefined);
    return write.catch(async (error: unknown) => {
      throw await databaseError(error, this.#url);
    });
  }
}
