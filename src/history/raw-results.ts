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
}

/** Rows in memory at a time. */
const PAGE = 10_000;

/** Up to so many destinations are looked up one by one; for more, everything in the ranges is read. */
const LOOKED_UP = 16;

/** Results are indexed in chunks of so many ids, by destination in each; see the migration that makes the index. */
const CHUNK_BITS = 14;
const CHUNK = 2 ** CHUNK_BITS;

/** Chunks that one statement looks into: first, and at most. */
const FIRST_CHUNKS = 8;
const MOST_CHUNKS = 1024;

const COLUMNS =
  'id, source_id, destination_id, CAST(rtime AS TEXT) AS rtime, outcome, doubt, rtt, rseq, rtype, datamatch';

type Row = Record<string, unknown> & { id: number | string; rtime: string };

/**
 * Results in the order of their ids: of a few destinations one after the other, of more all together; some 4 µs each. What no
 * pinger writes, such as an outcome of another name, is left out. Throws QueryFailedError.
 */
export async function* rawResults(queries: Queries, query: RawQuery): AsyncGenerator<RawResult> {
  const { destinations, since, until } = query;
  const bounds = `rtime >= CAST($1 AS bigint) AND rtime < CAST($2 AS bigint)`;
  const times = [nanoseconds(since), nanoseconds(until)];
  if (destinations && destinations.length <= LOOKED_UP) {
    const ranges = query.ids ?? (await everything(queries));
    for (const id of destinations) yield* lookedUp(queries, id, { ranges, bounds, times });
    return;
  }
  const wanted = destinations && new Set(destinations);
  const where = `${query.ids ? anyOf(joined(query.ids)) : 'TRUE'} AND ${bounds}`;
  for await (const result of paged(queries, where, times))
    if (!wanted || wanted.has(result.destination_id)) yield result;
}

const anyOf = (ranges: readonly ResultIds[]): string =>
  ranges.length === 0
    ? 'FALSE'
    : `(${ranges.map(({ first, last }) => `id BETWEEN ${Number(first)} AND ${Number(last)}`).join(' OR ')})`;

async function everything(queries: Queries): Promise<ResultIds[]> {
  const [row] = await queries.query<{ first: number | string | null; last: number | string | null }[]>(
    'SELECT min(id) AS first, max(id) AS last FROM results',
  );
  return row && row.first !== null ? [{ first: Number(row.first), last: Number(row.last) }] : [];
}

/** One destination's results lie far apart, but in each chunk an index leads to them. */
async function* lookedUp(
  queries: Queries,
  id: number | null,
  { ranges, bounds, times }: { ranges: readonly ResultIds[]; bounds: string; times: string[] },
): AsyncGenerator<RawResult> {
  const [whose, parameters] =
    id === null ? ['destination_id IS NULL', times] : ['destination_id = $3', [...times, id]];
  let size = FIRST_CHUNKS;
  for (const range of joined(ranges))
    for (let first = range.first; first <= range.last; ) {
      const chunk = chunkOf(first);
      const last = Math.min(range.last, (chunk + size) * CHUNK - 1);
      const chunks = Array.from({ length: chunkOf(last) - chunk + 1 }, (_, index) => chunk + index);
      const rows = await queries.query<Row[]>(
        `SELECT ${COLUMNS} FROM results WHERE (id >> ${CHUNK_BITS}) IN (${chunks}) AND id BETWEEN ${first} AND ${last}
          AND ${bounds} AND ${whose} ORDER BY id`,
        parameters,
      );
      yield* known(rows);
      if (rows.length < PAGE / 2) size = Math.min(MOST_CHUNKS, size * 2);
      else if (rows.length > PAGE) size = Math.max(1, size / 2);
      first = last + 1;
    }
}

/** Ranges in order, without an overlap. */
function joined(ranges: readonly ResultIds[]): ResultIds[] {
  const inOrder: ResultIds[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = inOrder.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else inOrder.push({ first, last });
  }
  return inOrder;
}

const chunkOf = (id: number): number => Math.floor(id / CHUNK);

async function* paged(queries: Queries, where: string, parameters: unknown[]): AsyncGenerator<RawResult> {
  for (let after = Number.NEGATIVE_INFINITY; ; ) {
    const from = after === Number.NEGATIVE_INFINITY ? '' : `AND id > ${after}`;
    const rows = await queries.query<Row[]>(
      `SELECT ${COLUMNS} FROM results WHERE ${where} ${from} ORDER BY id LIMIT ${PAGE}`,
      parameters,
    );
    yield* known(rows);
    if (rows.length < PAGE) return;
    after = Number((rows.at(-1) as Row).id);
  }
}

function* known(rows: readonly Row[]): Generator<RawResult> {
  for (const row of rows) {
    const result = resultOf(row);
    if (result) yield result;
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
