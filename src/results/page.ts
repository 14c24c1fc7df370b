import type { DataSource } from 'typeorm';
import { OUTCOMES } from '../entities/outcome.ts';
import { rtimesOf } from '../statistics/span.ts';
import { elementsOf } from '../storage/sql.ts';
import { idsBetween, inDestinations } from './newest-in-chunks.ts';
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

export interface PageQuery extends ResultFilter {
  sources?: readonly number[] | undefined;
  /** ms since the Unix epoch. */
  until?: number | undefined;
  limit: number;
  /** Where the page before ended. */
  after?: Place | undefined;
}

/** A place among the results, as they are paged through: the newest first. What comes meanwhile comes before it. */
export interface Place {
  id: number;
  /** ns since the Unix epoch, as digits; where results are in the order of that. */
  rtime?: string;
}

export interface Page {
  rows: ResultRow[];
  /** Where this page ends; undefined where nothing is older. */
  end: Place | undefined;
}

/** How many ids are looked through first, and how many times as many each time after that. */
const FIRST_WINDOW = 4096;
const GROWTH = 8;

/** So long is looked for more, ms. Where little is what is asked for, a page ends early, and the next goes on there. */
const BUDGET = 500;

/** A stretch that took longer than this is not followed by a longer one, ms. */
const LONG = 50;

/** SQLite puts all that it finds in a stretch in order before it gives away the first row: of so many ids, in some 0.2 s. */
const LONGEST_IN_SQLITE = 262_144;

/** Where so few destinations have ever had what is wanted, only what is theirs is looked through. */
const FEW = 200;

/**
 * A page of results. They are in the order in which they were stored, the newest first; a server has those of certain destinations
 * in the order of their times, which its index has. Throws QueryFailedError.
 */
export const readPage = (dataSource: DataSource, query: PageQuery): Promise<Page> =>
  isServer(dataSource) && query.destinations
    ? pageByTime(dataSource, query, query.destinations)
    : pageByStoring(dataSource, query);

async function pageByStoring(dataSource: DataSource, query: PageQuery): Promise<Page> {
  const { sources, since, until, outcomes, limit, after } = query;
  const rows: ResultRow[] = [];
  const [from, to] = rtimesOf({ since, until }).map(String);
  const began = performance.now();
  const longest = isServer(dataSource) ? Number.POSITIVE_INFINITY : LONGEST_IN_SQLITE;
  const destinations = await thoseWith(dataSource, query);
  let end = until === undefined ? await newestId(dataSource) : await newestBefore(dataSource, to as string);
  if (after) end = Math.min(end, after.id - 1);
  let window = Math.max(FIRST_WINDOW, limit);
  while (end > 0 && rows.length <= limit && performance.now() - began < BUDGET) {
    const asked = performance.now();
    const found = await dataSource.query(
      `SELECT ${COLUMNS} FROM located_results AS results ${JOINED}
        WHERE ${idsBetween(end - window + 1, end)} AND rtime >= CAST($1 AS bigint) AND last_rtime >= CAST($1 AS bigint)
          AND rtime < CAST($2 AS bigint) AND first_rtime < CAST($2 AS bigint)
          AND ${destinations ? inDestinations(destinations) : 'TRUE'} AND ${inSources(sources)}
          AND ${isWanted(dataSource, '$3')}
        ORDER BY results.id DESC LIMIT CAST($4 AS bigint)`,
      [from, to, listOf(outcomes), limit + 1 - rows.length],
    );
    for (const row of found) rows.push(hydrated(row));
    end -= window;
    if (performance.now() - asked < LONG) window = Math.min(longest, window * GROWTH);
  }
  if (rows.length > limit) return pageOf(rows, limit, ({ id }) => ({ id }));
  return { rows, end: end > 0 ? { id: end + 1 } : undefined };
}

async function pageByTime(
  dataSource: DataSource,
  { sources, since, until, outcomes, limit, after }: PageQuery,
  destinations: readonly number[],
): Promise<Page> {
  const [from, to] = rtimesOf({ since, until }).map(String);
  const found = await dataSource.query(
    `SELECT ${COLUMNS} FROM (
        SELECT results.* FROM ${elementsOf(dataSource, '$1', 'bigint')} AS wanted CROSS JOIN LATERAL (
          SELECT * FROM results WHERE destination_id = wanted.value AND rtime >= CAST($2 AS bigint)
            AND rtime <= CAST($3 AS bigint) AND (rtime, id) < (CAST($3 AS bigint), CAST($4 AS bigint))
            AND ${isWanted(dataSource, '$5')} AND ${inSources(sources)}
          ORDER BY rtime DESC, id DESC LIMIT CAST($6 AS bigint)) AS results
        ORDER BY results.rtime DESC, results.id DESC LIMIT CAST($6 AS bigint)) AS results
      ${JOINED} ORDER BY results.rtime DESC, results.id DESC`,
    [JSON.stringify(destinations), from, after?.rtime ?? to, after?.id ?? 0, listOf(outcomes), limit + 1],
  );
  return pageOf(found.map(hydrated), limit, ({ id, rtime }) => ({ id, rtime }));
}

async function newestId(dataSource: DataSource): Promise<number> {
  const [{ id }] = await dataSource.query('SELECT id FROM newest_result');
  return Number(id);
}

/** No result before that moment has a higher id. `rtime`: ns since the Unix epoch, as digits. */
async function newestBefore(dataSource: DataSource, rtime: string): Promise<number> {
  if (isServer(dataSource)) return newestId(dataSource);
  const [{ id }] = await dataSource.query(
    `SELECT coalesce((SELECT max(id) FROM recent_results WHERE rtime < CAST($1 AS bigint)),
      (SELECT max(last_id) FROM result_chunks WHERE first_rtime < CAST($1 AS bigint)), 0) AS id`,
    [rtime],
  );
  return Number(id);
}

/** The destinations that are wanted; where few have ever had one of the outcomes, those. */
async function thoseWith(
  dataSource: DataSource,
  { destinations, outcomes = OUTCOMES }: PageQuery,
): Promise<readonly number[] | undefined> {
  if (isServer(dataSource) || outcomes.length === OUTCOMES.length) return destinations;
  const rows: { id: number | null }[] = await dataSource.query(
    `SELECT DISTINCT destination_id AS id FROM result_kinds
      WHERE outcome IN (SELECT value FROM json_each($1)) LIMIT ${FEW + 1}`,
    [JSON.stringify(outcomes)],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length > FEW || !ids.every((id) => id !== null)) return destinations;
  return destinations ? destinations.filter((id) => ids.includes(id)) : ids;
}

const inSources = (ids: readonly number[] | undefined): string =>
  ids ? `results.source_id IN (${ids.map(Number)})` : 'TRUE';

function pageOf(found: readonly ResultRow[], limit: number, placeOf: (row: ResultRow) => Place): Page {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, end: found.length > limit && last ? placeOf(last) : undefined };
}
