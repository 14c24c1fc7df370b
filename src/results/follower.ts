import type { DataSource } from 'typeorm';
import { elementsOf } from '../storage/sql.ts';
import {
  COLUMNS,
  hydrated,
  isServer,
  isWanted,
  JOINED,
  listOf,
  type ResultFilter,
  type ResultRow,
} from './query.ts';

/** The newest results that have been looked at. Each source stores its own in the order of their ids; several do not. */
interface Seen {
  /** Of which source; null: of all where one process writes at a time, and else those that name none. */
  source_id: number | null;
  id: number;
}

/** Reads results in the order in which they are stored; `since` of the filter does not matter. */
export class ResultsFollower {
  readonly #dataSource: DataSource;
  readonly #filter: ResultFilter;
  readonly #seen: Map<number | null, number>;

  private constructor(dataSource: DataSource, filter: ResultFilter, seen: readonly Seen[]) {
    this.#dataSource = dataSource;
    this.#filter = filter;
    this.#seen = new Map(seen.map(({ source_id, id }) => [source_id, id]));
  }

  /** Begins with the next result that is stored. */
  static async from(dataSource: DataSource, filter: ResultFilter): Promise<ResultsFollower> {
    return new ResultsFollower(dataSource, filter, await newest(dataSource));
  }

  /** The next ones, at most `limit`; where there are fewer, there are no more yet. */
  async next(limit: number): Promise<ResultRow[]> {
    const { destinations, outcomes } = this.#filter;
    const spans = (await newest(this.#dataSource)).map(({ source_id, id }) => ({
      source_id,
      after: this.#seen.get(source_id) ?? 0,
      to: id,
    }));
    const parameters = [JSON.stringify(spans), listOf(outcomes), listOf(destinations), limit];
    const rows: ResultRow[] = (await this.#dataSource.query(following(this.#dataSource), parameters)).map(
      hydrated,
    );
    const last = rows.length < limit ? undefined : rows.at(-1);
    for (const { source_id, after, to } of spans)
      this.#seen.set(source_id, last ? Math.max(after, Math.min(to, last.id)) : to);
    return rows;
  }
}

const newest = (dataSource: DataSource): Promise<Seen[]> =>
  dataSource.query(isServer(dataSource) ? NEWEST_OF_EACH : NEWEST);

const NEWEST = 'SELECT NULL AS source_id, id FROM newest_result';

/** From one source to the next by the index: those of all that there are results of, whether they are still in their table or not. */
const NEWEST_OF_EACH = `WITH RECURSIVE found (id) AS (
    SELECT min(source_id) FROM results
    UNION ALL SELECT (SELECT min(source_id) FROM results WHERE source_id > found.id) FROM found WHERE id IS NOT NULL
  )
  SELECT id AS source_id, (SELECT max(results.id) FROM results WHERE source_id = found.id) AS id FROM found WHERE id IS NOT NULL
  UNION ALL SELECT NULL, coalesce((SELECT max(id) FROM results WHERE source_id IS NULL), 0)`;

function following(dataSource: DataSource): string {
  const filter = `${isWanted(dataSource, '$2')} AND (CAST($3 AS text) IS NULL
    OR +destination_id IN (SELECT value FROM ${elementsOf(dataSource, '$3', 'bigint')} AS destinations))`;
  if (!isServer(dataSource)) {
    const [after, to] = ['after', 'to'].map((end) => `($1 -> 0 ->> '${end}')`);
    return `SELECT ${COLUMNS} FROM located_results AS results ${JOINED}
      WHERE results.id > ${after} AND last_id > ${after} AND results.id <= ${to} AND first_id <= ${to}
        AND ${filter.replace('+', 'results.')} ORDER BY results.id LIMIT $4`;
  }
  const of = (
    source: string,
  ) => `(SELECT * FROM results WHERE ${source} AND id > span.after AND id <= span."to" AND ${filter}
    ORDER BY id LIMIT CAST($4 AS bigint))`;
  return `SELECT ${COLUMNS} FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS span (source_id integer, after bigint, "to" bigint)
    CROSS JOIN LATERAL (${of('source_id = span.source_id')}
      UNION ALL ${of('span.source_id IS NULL AND source_id IS NULL')}) AS results
    ${JOINED} ORDER BY results.id LIMIT CAST($4 AS bigint)`;
}
