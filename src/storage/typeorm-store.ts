import { Brackets, type DataSource, type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import { Destination } from '../entities/destination.ts';
import { Source } from '../entities/source.ts';
import { Facts } from '../history/facts.ts';
import { History, type HistoryOptions } from '../history/history.ts';
import type { ResultIds } from '../history/open-rollups.ts';
import type { HistoryDatabase } from '../history/roll-ups.ts';
import { shrinkSqlite } from '../history/shrink-sqlite.ts';
import type { Batch } from './batch.ts';
import { databaseError, databaseFile, openDatabase } from './database.ts';
import { type AddedDestinations, addMissing } from './missing-destinations.ts';
import {
  DatabaseError,
  type DestinationsDelta,
  type DestinationsSnapshot,
  type NewDestination,
  type Store,
} from './store.ts';
import { inTransaction } from './transaction.ts';

/** How many edits the change feed keeps; who asks for older ones reads the whole table again. */
const FEED_LENGTH = 100_000;

/** Few enough that reading and applying them holds up no probe by more than some milliseconds. */
const CHANGES_A_CALL = 200;

/** Short, so that reads on the one connection pass a write that waits for another process's lock. ms */
const LOCK_TIMEOUT = 100;

/** Who wrote last, and how far: in the row of the source, so that a look at it costs no page of its own. */
const IS_STORED = 'SELECT 1 FROM sources WHERE id = $1 AND writer = $2 AND batch >= $3';
const NOTE_BATCH = 'UPDATE sources SET writer = $1, batch = $2 WHERE id = $3';

/** Whoever reads roll-ups has to know whether there is more than they cover. */
const NOTE_NEWEST = `INSERT INTO rollup_progress (source_id, result_id, newest) VALUES ($1, 0, $2)
  ON CONFLICT (source_id) DO UPDATE SET newest = excluded.newest`;

/** One statement a batch: the rows travel as one JSON text, some seven times cheaper than a parameter a value. */
const APPEND = `INSERT INTO results (destination_id, rtime, address, rtt, rtype, rcode, icmptype, rid, rseq, datamatch, rttl,
    outcome, doubt, source_id, rsite, rhost)
  SELECT value ->> 0, CAST(value ->> 1 AS INTEGER), value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, ?1,
    coalesce((SELECT location FROM sources WHERE id = ?1), ?2), coalesce((SELECT host FROM sources WHERE id = ?1), ?3)
  FROM jsonb_each(?4)`;

/** What makes writing cheaper where a crash of the host may take the whole database: KiB in memory, pages of the log. */
const EPHEMERAL = ['synchronous = OFF', 'cache_size = -65536', 'wal_autocheckpoint = 20000'];

export interface TypeormStoreOptions {
  /** Whether a crash of the host may damage it; one of the process may not. */
  ephemeral?: boolean;
  /** What keeps the history of the source that is asked for; without it, results are stored and nothing else. */
  history?: HistoryOptions;
}

/** The database behind TypeORM. */
export class TypeormStore implements Store {
  readonly #url: string;
  readonly #file: string;
  readonly #ephemeral: boolean;
  readonly #historyOptions: HistoryOptions | undefined;
  #connection: DataSource | undefined;
  #history: History | undefined;
  /** TypeORM shares one SQLite connection, where a rollback would take another's writes along. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(url: string, { ephemeral = false, history }: TypeormStoreOptions = {}) {
    this.#url = url;
    this.#historyOptions = history;
    this.#ephemeral = ephemeral;
    this.#file = databaseFile(url);
  }

  async open(): Promise<void> {
    this.#connection = await openDatabase(this.#url, { create: true, lockTimeout: 10_000 });
    await this.#write((manager) =>
      manager.query(
        'DELETE FROM destination_changes WHERE revision <= (SELECT max(revision) FROM destination_changes) - ?',
        [FEED_LENGTH],
      ),
    );
    await this.#data.query(`PRAGMA busy_timeout = ${LOCK_TIMEOUT}`);
    if (this.#ephemeral) for (const each of EPHEMERAL) await this.#data.query(`PRAGMA ${each}`);
  }

  async source(name: string): Promise<Source> {
    const source = await this.#findSource(name);
    if (this.#historyOptions && !this.#history) {
      this.#history = new History(this.#historyDatabase(), source.id, this.#historyOptions);
      this.#history.start();
    }
    return source;
  }

  #findSource(name: string): Promise<Source> {
    return this.edit(async (manager) => {
      const sources = manager.getRepository(Source);
      const found = await sources.findOneBy({ name });
      if (found) return this.#checked(found);
      const taken = new Set((await sources.find()).map(({ sourceid }) => sourceid));
      let sourceid = 0;
      while (taken.has(sourceid)) sourceid++;
      if (sourceid > 255)
        throw new DatabaseError(
          `database ${this.#file}: all 256 sourceids are taken; remove a row from sources that is not in use`,
          false,
        );
      await sources.insert({ name, sourceid, location: 0, host: 0, address: null });
      return sources.findOneByOrFail({ name });
    });
  }

  /** The table's own check lets fractions through. */
  #checked(source: Source): Source {
    if (Number.isInteger(source.sourceid)) return source;
    throw new DatabaseError(
      `database ${this.#file}: source ${source.name}: sourceid ${source.sourceid}: expected a whole number from 0 to 255`,
      false,
    );
  }

  async isEmpty(): Promise<boolean> {
    const rows = await this.#read<unknown[]>('SELECT 1 FROM destinations LIMIT 1');
    return rows.length === 0;
  }

  addDestinations(rows: NewDestination[]): Promise<AddedDestinations> {
    return this.edit((manager) => addMissing(manager, rows));
  }

  async destinations(source: Source): Promise<DestinationsSnapshot> {
    // Read first: an edit in between is then seen twice, never missed.
    const revision = await this.#revision();
    return { revision, rows: await this.#mine(source).getMany() };
  }

  async edited(revision: number): Promise<boolean> {
    return (await this.#revision()) !== revision;
  }

  async changes(source: Source, revision: number): Promise<DestinationsDelta | undefined> {
    const feed: { revision: number; destination_id: number }[] = await this.#read(
      'SELECT revision, destination_id FROM destination_changes WHERE revision > ? ORDER BY revision LIMIT ?',
      [revision, CHANGES_A_CALL],
    );
    const [first] = feed;
    const last = feed.at(-1);
    // A newest revision older than the last one seen: somebody has emptied the feed.
    if (!first || !last)
      return (await this.#revision()) < revision
        ? undefined
        : { revision, changed: [], removed: [], more: false };
    if (first.revision > revision + 1) return undefined;

    const ids = [...new Set(feed.map((change) => change.destination_id))];
    const changed = await this.#mine(source)
      .andWhere({ id: In(ids) })
      .getMany();
    const present = new Set(changed.map(({ id }) => id));
    const removed = ids.filter((id) => !present.has(id));
    return { revision: last.revision, changed, removed, more: feed.length === CHANGES_A_CALL };
  }

  async append(source: Source, { writer, number, rows, facts }: Batch): Promise<void> {
    const ids = await this.edit(async (manager): Promise<ResultIds | undefined> => {
      const stored: unknown[] = await manager.query(IS_STORED, [source.id, writer, number]);
      if (stored.length > 0) return undefined;
      await manager.query(NOTE_BATCH, [writer, number, source.id]);
      const parameters = [source.id, source.location, source.host, `[${rows.join()}]`];
      const last: number = await manager.query(APPEND, parameters);
      await manager.query(NOTE_NEWEST, [source.id, last]);
      return { first: last - rows.length + 1, last };
    });
    this.#history?.stored(facts?.length === rows.length ? facts : Facts.of(rows), ids);
  }

  /** Changes tables as somebody else would, in one transaction. Throws DatabaseError. */
  edit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#write(() => inTransaction(this.#data, work));
  }

  async close(): Promise<void> {
    await this.#history?.close();
    this.#history = undefined;
    await this.#lastWrite;
    await this.#connection?.destroy();
    this.#connection = undefined;
  }

  #historyDatabase(): HistoryDatabase {
    return {
      connection: this.#data,
      query: (sql, parameters) => this.#read(sql, parameters),
      edit: (work) => this.edit(work),
      shrink: () => this.edit(shrinkSqlite),
    };
  }

  get #data(): DataSource {
    if (!this.#connection) throw new DatabaseError(`database ${this.#file}: not open`, false);
    return this.#connection;
  }

  #mine(source: Source): SelectQueryBuilder<Destination> {
    return this.#data
      .getRepository(Destination)
      .createQueryBuilder('destination')
      .where(
        new Brackets((either) =>
          either
            .where('destination.source_id IS NULL')
            .orWhere('destination.source_id = :source', { source: source.id }),
        ),
      );
  }

  async #revision(): Promise<number> {
    const [newest] = await this.#read<{ revision: number }[]>(
      'SELECT coalesce(max(revision), 0) AS revision FROM destination_changes',
    );
    return newest?.revision ?? 0;
  }

  async #read<Row>(sql: string, parameters: unknown[] = []): Promise<Row> {
    try {
      return await this.#data.query(sql, parameters);
    } catch (error) {
      throw databaseError(error, this.#file);
    }
  }

  #write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const write = this.#lastWrite.then(() => work(this.#data.manager));
    this.#lastWrite = write.catch(() => undefined);
    return write.catch((error: unknown) => {
      throw databaseError(error, this.#file);
    });
  }
}
