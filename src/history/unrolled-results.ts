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
}

/** A source's next results after an id, as facts: those among some `most` results, and none after `last`. */
export async function readFacts(
  queries: Queries,
  { sourceId, after, last, most }: { sourceId: number; after: number; last: number; most: number },
): Promise<FactsRead> {
  const [next] = await queries.query<{ id: number | string | null }[]>(
    'SELECT min(id) AS id FROM results WHERE id > $1 AND id <= $2',
    [after, last],
  );
  // A hole of any size, as deleting makes it, is one step.
  const first = Number(next?.id ?? last);
  const through = Math.min(last, first + most - 1);
  const rows = await queries.query<ResultRow[]>(
    `SELECT id, destination_id, CAST(rtime AS TEXT) AS rtime, outcome, doubt, rtt, rseq, rtype, datamatch FROM results
      WHERE id >= $1 AND id <= $2 AND source_id = $3 ORDER BY id`,
    [first, through, sourceId],
  );
  return { facts: rows.flatMap(factOf), through };
}

/** Nothing of a row that no monitor has written. */
function factOf({ id, destination_id, rtime, datamatch, ...row }: ResultRow): StoredFact[] {
  if (!Number.isSafeInteger(destination_id) || !OUTCOMES.includes(row.outcome)) return [];
  const observation = observationOf({ ...row, datamatch: datamatch === null ? null : Boolean(datamatch) });
  return [
    { id: Number(id), destination_id: destination_id as number, minute: minuteOf(rtime), ...observation },
  ];
}
