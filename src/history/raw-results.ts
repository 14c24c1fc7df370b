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

/** About so many rows are read before something else has its turn: some ms. */
const PAGE = 1000;

/** Up to so many destinations are looked up one by one; for more, everything in the ranges is read. */
const LOOKED_UP = 16;

/** How many ids are asked for at first, and at most. */
const FIRST_IDS = 2 ** 11;
const MOST_IDS = 2 ** 24;

const COLUMNS =
  'id, source_id, destination_id, CAST(rtime AS TEXT) AS rtime, outcome, doubt, rtt, rseq, rtype, datamatch';

type Row = Record<string, unknown> & { id: number | string; rtime: string };

/**
 * Results in the order of their ids: of a few destinations one after the other, of more all together; some 4 µs each. What no
 * pinger writes, such as an outcome of another name, is left out. Throws QueryFailedError.
 */
export async function* rawResults(queries: Queries, query: RawQuery): AsyncGenerator<RawResult> {
  const { destinations, since, until } = query;
  const bounds =
    'last_rtime >= CAST($1 AS bigint) AND first_rtime < CAST($2 AS bigint) AND rtime >= CAST($1 AS bigint) AND rtime < CAST($2 AS bigint)';
  const times = [nanoseconds(since), nanoseconds(until)];
  const ranges = joined(query.ids ?? (await everything(queries)));
  if (destinations && destinations.length <= LOOKED_UP) {
    for (const id of destinations) {
      const [whose, parameters] =
        id === null
          ? ['destination_id IS NULL', times]
          : ['destination_id = CAST($3 AS bigint)', [...times, id]];
      yield* inRanges(queries, { ranges, where: `${bounds} AND ${whose}`, parameters });
    }
    return;
  }
  const wanted = destinations && new Set(destinations);
  for await (const result of inRanges(queries, { ranges, where: bounds, parameters: times }))
    if (!wanted || wanted.has(result.destination_id)) yield result;
}

async function everything(queries: Queries): Promise<ResultIds[]> {
  const [row] = await queries.query<{ id: number | string }[]>('SELECT id FROM newest_result');
  return [{ first: 1, last: Number(row?.id ?? 0) }];
}

/** Asks for so many ids at a time that there are neither too few nor too many rows. */
async function* inRanges(
  queries: Queries,
  { ranges, where, parameters }: { ranges: readonly ResultIds[]; where: string; parameters: unknown[] },
): AsyncGenerator<RawResult> {
  let size = FIRST_IDS;
  for (const range of ranges)
    for (let first = range.first; first <= range.last; ) {
      const last = Math.min(range.last, first + size - 1);
      const rows = await queries.query<Row[]>(
        `SELECT ${COLUMNS} FROM located_results WHERE last_id >= ${first} AND first_id <= ${last} AND id BETWEEN ${first} AND ${last}
          AND ${where} ORDER BY id`,
        parameters,
      );
      yield* known(rows);
      first = last + 1;
      if (rows.length < PAGE / 4) size = Math.min(MOST_IDS, size * 4);
      else if (rows.length > PAGE) size = Math.max(1, Math.floor((size * PAGE) / rows.length));
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
