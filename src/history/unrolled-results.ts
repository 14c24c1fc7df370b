import type { Doubt } from '../entities/doubt.ts';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { observationOf } from '../statistics/observation.ts';
import { type Fact, minuteOf } from './facts.ts';
import type { Queries } from './rollup-table.ts';

interface ResultRow {
  id: number | string;
  destination_id: number | null;
  rtime: string;
  outcome: Outcome;
  doubt: Doubt | null;
  rtt: number | null;
  rseq: number | null;
  rtype: number | null;
  datamatch: boolean | number | null;
}

/** A fact and the id of its result. */
export type StoredFact = Fact & { id: number };

export interface FactsRead {
  /** In the order of their ids; of results that name a destination. */
  facts: StoredFact[];
  /** All of the source's results up to this id have been read. */
  through: number;
  /** Whether there may be more before the end of the range. */
  isFull: boolean;
}

export interface FactsQuery {
  sourceId: number;
  after: number;
  last: number;
  most: number;
  range: number;
}

/**
 * A source's next results after an id, as facts: at most `most` of them, with ids among the next `range`, and none after `last`.
 */
export async function readFacts(
  queries: Queries,
  { sourceId, after, last, most, range }: FactsQuery,
): Promise<FactsRead> {
  const end = Math.min(last, after + range);
  const rows = await queries.query<ResultRow[]>(
    `SELECT id, destination_id, CAST(rtime AS TEXT) AS rtime, outcome, doubt, rtt, rseq, rtype, datamatch FROM located_results
      WHERE last_id > $1 AND first_id <= $2 AND id > $1 AND id <= $2 AND source_id = $3 ORDER BY id LIMIT ${most}`,
    [after, end, sourceId],
  );
  const through = rows.length < most ? end : Number((rows.at(-1) as ResultRow).id);
  return { facts: rows.flatMap(factOf), through, isFull: rows.length === most };
}

/** Nothing of a row that no monitor has written. */
function factOf({ id, destination_id, rtime, datamatch, ...row }: ResultRow): StoredFact[] {
  if (!Number.isSafeInteger(destination_id) || !OUTCOMES.includes(row.outcome)) return [];
  const observation = observationOf({ ...row, datamatch: datamatch === null ? null : Boolean(datamatch) });
  return [
    { id: Number(id), destination_id: destination_id as number, minute: minuteOf(rtime), ...observation },
  ];
}
