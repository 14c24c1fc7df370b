import type { Socket } from 'node:net';
import type { DataSource, DataSourceOptions, EntityManager } from 'typeorm';
import type { Source } from '../entities/source.ts';
import type { ResultIds } from '../history/open-rollups.ts';
import type { DatabaseUrl } from './database-url.ts';
import type { DatabaseError, EncodedResult } from './store.ts';

export interface OpenOptions {
  /** Make the database when there is none. */
  create: boolean;
  /** How long a statement waits for another process's lock, ms. */
  lockTimeout: number;
  /** How long a server may take to answer before its connection counts as lost, ms; for ever unless given. */
  answerTimeout?: number;
  /** Told of each socket to a server. */
  opened?: (socket: Socket) => void;
}

/** What TypeORM hides of the difference between databases is not here. */
export interface Dialect {
  /** TypeORM's options, as its command line needs them too. */
  dataSourceOptions(database: DatabaseUrl): DataSourceOptions;
  /** Refuses what cannot be used, without a look at the tables, and connects. Throws DatabaseError, and the driver's errors. */
  connect(database: DatabaseUrl, options: OpenOptions): Promise<DataSource>;
  /** The names of all tables where pinger's are, or are to be; none where there is no database yet. */
  tables(dataSource: DataSource): Promise<string[]>;
  /** Refuses what somebody else made, and what is damaged. Throws DatabaseError. */
  checkContents(dataSource: DataSource, contents: Contents): Promise<void>;
  /** Runs `migrate`, which only one process does at a time. */
  migrating(dataSource: DataSource, migrate: () => Promise<void>): Promise<void>;
  /** Any error of the driver's. `starting`: whether it ended the start, when only what passes by itself is transient. */
  databaseError(error: unknown, name: string, starting: boolean): DatabaseError;
  /** What a monitor works with. Takes over the connection, which `connect` made, and closes it where that fails. */
  openSession(dataSource: DataSource, options: SessionOptions): Promise<StoreSession>;
}

/** What a database has in it, where it is not empty. */
export interface Contents {
  /** The database's, as people are told. */
  name: string;
  tables: readonly string[];
  /** The names of the migrations that have run. */
  migrated: ReadonlySet<string>;
}

export interface SessionOptions {
  database: DatabaseUrl;
  /** Whether a crash of the host may damage the database; one of the process may not. */
  ephemeral: boolean;
  /** An answer of a server's that takes longer never comes, ms. */
  answerTimeout: number;
}

/** Of the source that writes: its columns as results carry them. */
export type ResultOrigin = Pick<Source, 'id' | 'location' | 'host'>;

/** Results that have been stored, once their transaction is committed. */
export interface Appended {
  ids: ResultIds;
  /** To be called then. */
  settle: () => void;
  /** What is worth doing after that, in a transaction of its own. */
  tidy?: ((manager: EntityManager) => Promise<unknown>) | undefined;
}

/** A monitor's connection to its database. */
export interface StoreSession {
  readonly dataSource: DataSource;
  /** Makes this process the only one that runs as a source, until it ends. Throws DatabaseError where another one does. */
  hold(source: Source): Promise<void>;
  /** Stores results within a transaction. */
  append(manager: EntityManager, origin: ResultOrigin, rows: readonly EncodedResult[]): Promise<Appended>;
  /** Deletes some of the results from before a moment (s since the Unix epoch) that are rolled up, in a transaction; returns whether there are more. */
  readonly deleteResults?: (manager: EntityManager, before: number) => Promise<boolean>;
  /** Gives a little of what is unused back, in a transaction; returns whether there is more. */
  readonly shrink?: (manager: EntityManager) => Promise<boolean>;
  /** Why edits are not to be followed: another process has taken the source while the server could not be reached. */
  readonly rival?: DatabaseError | undefined;
  /** Has everything fail that waits for an answer, and whatever is asked from then on. */
  readonly abandon?: () => void;
  /** Resolves when edits are to be looked for. */
  news(): Promise<void>;
  close(): Promise<void>;
}
