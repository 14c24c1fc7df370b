import { Brackets, type DataSource, type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import { Destination } from '../entities/destination.ts';
import type { Source } from '../entities/source.ts';
import type { DestinationsDelta, DestinationsSnapshot } from './store.ts';

/** How many edits the feed keeps; who asks for older ones reads the whole table again. */
const LENGTH = 100_000;

/** Few enough that reading and applying them holds up no probe by more than some milliseconds. */
const CHANGES_A_CALL = 200;

export interface ChangeFeedOptions {
  /** Reads, and makes a DatabaseError of what goes wrong. */
  read: <T>(work: (dataSource: DataSource) => Promise<T>) => Promise<T>;
  /** A server counts on for edits that were taken back. */
  isServer: boolean;
}

/** The table of destinations as it is meant for a source, and its edits, which triggers put into a feed. */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** Deletes what is older than anybody asks for. Throws QueryFailedError. */
  static async shorten(manager: EntityManager): Promise<void> {
    await manager.query(
      'DELETE FROM destination_changes WHERE revision <= (SELECT max(revision) FROM destination_changes) - $1',
      [LENGTH],
    );
  }

  async destinations(source: Source): Promise<DestinationsSnapshot> {
    // Read first: an edit in between is then seen twice, never missed.
    const revision = await this.revision();
    return { revision, rows: await this.#options.read((data) => mine(data, source).getMany()) };
  }

  /** The newest; 0 before the first edit. */
  async revision(): Promise<number> {
    const [newest] = await this.#query<{ revision: number }[]>(
      'SELECT coalesce(max(revision), 0) AS revision FROM destination_changes',
    );
    return newest?.revision ?? 0;
  }

  /** What was edited after `revision`; undefined where the feed does not reach back to it. */
  async changes(source: Source, revision: number): Promise<DestinationsDelta | undefined> {
    const feed: { revision: number; destination_id: number }[] = await this.#query(
      'SELECT revision, destination_id FROM destination_changes WHERE revision > $1 ORDER BY revision LIMIT $2',
      [revision, CHANGES_A_CALL],
    );
    const [first] = feed;
    const last = feed.at(-1);
    // A newest revision older than the last one seen: somebody has emptied the feed.
    if (!first || !last)
      return (await this.revision()) < revision
        ? undefined
        : { revision, changed: [], removed: [], more: false };
    if (first.revision > revision + 1 && !(await this.#reachesBackTo(revision))) return undefined;

    const ids = [...new Set(feed.map((change) => change.destination_id))];
    const changed = await this.#options.read((data) =>
      mine(data, source)
        .andWhere({ id: In(ids) })
        .getMany(),
    );
    const present = new Set(changed.map(({ id }) => id));
    const removed = ids.filter((id) => !present.has(id));
    return { revision: last.revision, changed, removed, more: feed.length === CHANGES_A_CALL };
  }

  /**
   * Whether the feed has all that was edited after `revision`, although there is none with the next number. A server counts on for
   * edits that were taken back; and it is the oldest ones that are deleted.
   */
  async #reachesBackTo(revision: number): Promise<boolean> {
    if (!this.#options.isServer) return false;
    const older = await this.#query<unknown[]>(
      'SELECT 1 FROM destination_changes WHERE revision <= $1 LIMIT 1',
      [revision],
    );
    return older.length > 0;
  }

  #query<Row>(sql: string, parameters: unknown[] = []): Promise<Row> {
    return this.#options.read((data) => data.query(sql, parameters));
  }
}

/** The destinations that are meant for a source. */
const mine = (data: DataSource, source: Source): SelectQueryBuilder<Destination> =>
  data
    .getRepository(Destination)
    .createQueryBuilder('destination')
    .where(
      new Brackets((either) =>
        either
          .where('destination.source_id IS NULL')
          .orWhere('destination.source_id = :source', { source: source.id }),
      ),
    );
