import type { DataSource } from 'typeorm';
import { Destination } from '../entities/destination.ts';
import { elementsOf } from '../storage/sql.ts';
import type { Watched } from './watched.ts';

/** More edits than these at once, and the whole table is read. */
const MOST_EDITS = 2000;

/** Of both at once all rows would be read. */
const ENDS = `SELECT coalesce((SELECT min(revision) FROM destination_changes), 0) AS first,
  coalesce((SELECT max(revision) FROM destination_changes), 0) AS last`;

/** Follows edits of the table of destinations by its change feed. */
export class DestinationsFeed {
  readonly #watched: Watched;
  /** The newest edit that has been seen; undefined: the table has not been read. */
  #revision: number | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Takes what has changed. Throws QueryFailedError. */
  async read(dataSource: DataSource): Promise<void> {
    const known = this.#revision;
    const [{ first, last }]: [{ first: number; last: number }] = await dataSource.query(ENDS);
    if (last === known) return;
    // An edit between the two reads is seen twice, never missed. Somebody may have emptied the feed.
    const reachesBack = known !== undefined && first <= known + 1 && last > known;
    if (reachesBack && last - known <= MOST_EDITS) await this.#readEdited(dataSource, known);
    else await this.#readAll(dataSource);
    this.#revision = last;
  }

  async #readAll(dataSource: DataSource): Promise<void> {
    const rows = await dataSource.getRepository(Destination).find();
    const present = new Set(rows.map(({ id }) => id));
    for (const id of [...this.#watched.destinations.keys()])
      if (!present.has(id)) this.#watched.removeDestination(id);
    for (const row of rows)
      if (!isSame(this.#watched.destinations.get(row.id), row)) this.#watched.setDestination(row);
  }

  async #readEdited(dataSource: DataSource, after: number): Promise<void> {
    const edits: { destination_id: number }[] = await dataSource.query(
      'SELECT DISTINCT destination_id FROM destination_changes WHERE revision > $1',
      [after],
    );
    const ids = edits.map(({ destination_id }) => destination_id);
    const rows = await dataSource
      .getRepository(Destination)
      .createQueryBuilder('destination')
      .where(`destination.id IN (SELECT value FROM ${elementsOf(dataSource, ':ids', 'bigint')} AS wanted)`, {
        ids: JSON.stringify(ids),
      })
      .getMany();
    const present = new Set(rows.map(({ id }) => id));
    for (const id of ids) if (!present.has(id)) this.#watched.removeDestination(id);
    for (const row of rows) this.#watched.setDestination(row);
  }
}

/** Whether nothing of a row has changed: one that is told of again begins anew, if it was paused. */
const isSame = (before: Destination | undefined, after: Destination): boolean =>
  before !== undefined && JSON.stringify(before) === JSON.stringify(after);
