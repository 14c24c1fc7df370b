import { stat } from 'node:fs/promises';
import { type DataSource, QueryFailedError } from 'typeorm';
import { databaseError, openDatabase } from './database.ts';
import type { UseOptions } from './database-access.ts';
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts';
import { isDriverError } from './postgres/errors.ts';
import { OpenSockets } from './postgres/open-sockets.ts';
import { DatabaseBusyError, DatabaseError } from './store.ts';

/** How long an edit waits for a lock that the monitor, or another command, holds, ms. */
const LOCK_TIMEOUT = 5000;

/** How long a server may take to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

/** So many wait for a connection at most, and each so long, ms. */
const MOST_WAITING = 100;
const LONGEST_WAIT = 10_000;

/** A connection to a server that nobody has used for so long is given back, ms: it has no more than some hundred. */
const LONGEST_IDLE = 300_000;

/** At the end, how long a server is waited for that does not answer, ms. */
const LAST_ANSWER = 1000;

/** A connection that one after the other uses, opened when it is needed. */
export class AccessConnection {
  readonly #url: string;
  readonly #database: DatabaseUrl;
  #sockets = new OpenSockets();
  #dataSource: DataSource | undefined;
  #inode: bigint | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;
  /** How many use it or wait to. */
  waiting = 0;

  readonly #answerTimeout: number;
  readonly #longestIdle: number;

  /**
   * `answerTimeout`: how long a server may take to answer; `longestIdle`: after how long without use its connection is given
   * back; ms. Throws DatabaseError for a URL of no database that pinger knows.
   */
  constructor(url: string, { answerTimeout = ANSWER_TIMEOUT, longestIdle = LONGEST_IDLE } = {}) {
    this.#url = url;
    this.#database = parseDatabaseUrl(url);
    this.#answerTimeout = answerTimeout;
    this.#longestIdle = longestIdle;
  }

  /** Throws DatabaseError, also where it is not one's turn for too long, and what `work` throws. */
  async use<T>(work: (dataSource: DataSource) => Promise<T>, { signal }: UseOptions = {}): Promise<T> {
    if (this.waiting >= MOST_WAITING) throw this.#busy();
    let givenUp: DatabaseError | undefined;
    this.waiting++;
    const turn = new Promise<void>((begin) => {
      const timer = setTimeout(() => {
        givenUp = this.#busy();
        begin();
      }, LONGEST_WAIT);
      this.#last.then(() => {
        clearTimeout(timer);
        begin();
      });
    });
    const use = this.#inTurn(turn, async () => {
      if (givenUp) throw givenUp;
      if (this.#isClosed) throw new DatabaseError(`database ${this.#database.name}: closed`, false);
      signal?.throwIfAborted();
      return work(await this.#opened());
    });
    this.#last = Promise.all([this.#last, use.catch(() => undefined)]);
    clearTimeout(this.#idle);
    return use.finally(() => {
      if (--this.waiting === 0) this.#giveBackSoon();
    });
  }

  #giveBackSoon(): void {
    if (this.#database.type === 'sqlite') return;
    this.#idle = setTimeout(() => {
      this.#last = this.#last.then(() => this.#end()).catch(() => undefined);
    }, this.#longestIdle).unref();
  }

  async #inTurn<T>(turn: Promise<void>, work: () => Promise<T>): Promise<T> {
    await turn;
    try {
      return await work();
    } catch (error) {
      throw this.#isDrivers(error) ? await databaseError(error, this.#url) : error;
    }
  }

  /** Whether an error is the database's and not that of whoever uses it. */
  #isDrivers(error: unknown): boolean {
    return error instanceof QueryFailedError || (this.#database.type === 'postgres' && isDriverError(error));
  }

  #busy(): DatabaseBusyError {
    return new DatabaseBusyError(this.#database.name);
  }

  /** Another file in the place of the one that is open is the database from then on. */
  async #opened(): Promise<DataSource> {
    const inode = await inodeOf(this.#database);
    if (this.#dataSource && inode !== this.#inode) await this.#end();
    this.#inode = inode;
    this.#dataSource ??= await openDatabase(this.#url, {
      create: false,
      lockTimeout: LOCK_TIMEOUT,
      answerTimeout: this.#answerTimeout,
      opened: (socket) => this.#sockets.add(socket),
    });
    return this.#dataSource;
  }

  async #end(): Promise<void> {
    const dataSource = this.#dataSource;
    this.#dataSource = undefined;
    await dataSource?.destroy();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    const timer = setTimeout(() => this.#sockets.destroy(), LAST_ANSWER);
    await this.#last;
    await this.#end();
    clearTimeout(timer);
  }
}

async function inodeOf(database: DatabaseUrl): Promise<bigint | undefined> {
  if (database.type !== 'sqlite') return undefined;
  const found = await stat(database.file, { bigint: true }).catch(() => undefined);
  return found?.ino;
}
