import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { type Observation, observationOf } from '../statistics/observation.ts';
import { MINUTE, nanoseconds, secondOf, startOf } from './levels.ts';
import type { ResultIds } from './open-rollups.ts';
import type { Queries } from './rollup-table.ts';

/** A result as readers of history take it. */
export interface RawResult extends Observation {
  id: number;
  source_id: number | null;
  destination_id: number | null;
  /** When its minute, and when its second began, s since the Unix epoch. */
  minute: number;
  second: number;
}

export interface RawQuery {
  /** null stands for results that name no destination; without it: all. */
  destinations?: readonly (number | null)[] | undefined;
  /** Where to look: ids of the results lie in one of these ranges. Without it: anywhere. */
  ids?: readonly ResultIds[];
  /** s since the Unix epoch, possibly infinite. */
  since: number;
  until: number;
  /** One more condition of SQL. */
  condition?: string;
}

/** Rows in memory at a time. */
const PAGE = 10_000;

/** Up to so many destinations are looked up one by one; for more, everything in the ranges is read. */
const LOOKED_UP = 16;

/** Results are indexed in chunks of 2^14 ids, by destination in each; see the migration that makes the index. */
const CHUNK_BITS = 14;

/** With more chunks than this, a statement of its own would take longer to read than SQLite to find them. */
const MOST_CHUNKS = 2000;

const COLUMNS =
  'id, source_id, destination_id, CAST(rtime AS TEXT) AS rtime, outcome, doubt, rtt, rseq, rtype, datamatch';

type Row = Record<string, unknown> & { id: number | string; rtime: string };

/** Results in the order of their ids, one destination after the other or all together. What no pinger writes is left out. */
export async function* rawResults(queries: Queries, query: RawQuery): AsyncGenerator<RawResult> {
  const { destinations, since, until, condition = 'TRUE' } = query;
  const bounds = `rtime >= CAST($1 AS bigint) AND rtime < CAST($2 AS bigint) AND ${condition}`;
  const times = [nanoseconds(since), nanoseconds(until)];
  if (destinations && destinations.length <= LOOKED_UP) {
    const chunks = query.ids && chunksOf(query.ids);
    const hint = chunks ? `(id >> ${CHUNK_BITS}) IN (${[...chunks]}) AND ${anyOf(query.ids ?? [])} AND` : '';
    for (const id of destinations) {
      const [whose, parameters] =
        id === null ? ['destination_id IS NULL', times] : ['destination_id = $3', [...times, id]];
      yield* paged(queries, `${hint} ${bounds} AND ${whose}`, parameters);
    }
    return;
  }
  const wanted = destinations && new Set(destinations);
  const where = `${query.ids ? anyOf(query.ids) : 'TRUE'} AND ${bounds}`;
  for await (const result of paged(queries, where, times))
    if (!wanted || wanted.has(result.destination_id)) yield result;
}

const anyOf = (ranges: readonly ResultIds[]): string =>
  ranges.length === 0
    ? 'FALSE'
    : `(${ranges.map(({ first, last }) => `id BETWEEN ${Number(first)} AND ${Number(last)}`).join(' OR ')})`;

/** The chunks that these ids lie in; undefined for too many. */
function chunksOf(ranges: readonly ResultIds[]): Set<number> | undefined {
  const chunks = new Set<number>();
  for (const { first, last } of ranges)
    for (let chunk = chunkOf(first); chunk <= chunkOf(last); chunk++) {
      chunks.add(chunk);
      if (chunks.size > MOST_CHUNKS) return undefined;
    }
  return chunks;
}

const chunkOf = (id: number): number => Math.floor(id / 2 ** CHUNK_BITS);

async function* paged(queries: Queries, where: string, parameters: unknown[]): AsyncGenerator<RawResult> {
  for (let after = Number.NEGATIVE_INFINITY; ; ) {
    const from = after === Number.NEGATIVE_INFINITY ? '' : `AND id > ${after}`;
    const rows = await queries.query<Row[]>(
      `SELECT ${COLUMNS} FROM results WHERE ${where} ${from} ORDER BY id LIMIT ${PAGE}`,
      parameters,
    );
    for (const row of rows) {
      const result = resultOf(row);
      if (result) yield result;
    }
    if (rows.length < PAGE) return;
    after = Number((rows.at(-1) as Row).id);
  }
}

const KNOWN: ReadonlySet<unknown> = new Set(OUTCOMES);

function resultOf(row: Row): RawResult | undefined {
  if (!KNOWN.has(row.outcome)) return undefined;
  const second = secondOf(row.rtime);
  return {
    id: Number(row.id),
    source_id: numberOf(row.source_id),
    destination_id: numberOf(row.destination_id),
    minute: startOf(MINUTE, second),
    second,
    ...observationOf({
      outcome: row.outcome as Outcome,
      doubt: row.doubt as Observation['doubt'],
      rtt: numberOf(row.rtt),
      rseq: numberOf(row.rseq),
      rtype: numberOf(row.rtype),
      datamatch: row.datamatch === null ? null : Boolean(row.datamatch),
    }),
  };
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
