import { DOUBTS } from '../entities/doubt.ts';
import type { ResultRow } from '../results/query.ts';
import type { ResultBody } from './schemas/result.ts';

/** A row of results as the API has it, whatever other tools have written into it. */
export const resultBody = (row: ResultRow): ResultBody => ({
  id: row.id,
  rtime: row.rtime,
  destination_id: numberOf(row.destination_id),
  destination: textOf(row.destination),
  source_id: numberOf(row.source_id),
  address: textOf(row.address),
  outcome: row.outcome,
  doubt: DOUBTS.find((doubt) => doubt === row.doubt) ?? null,
  rtt: numberOf(row.rtt),
  rttl: numberOf(row.rttl),
  rtype: numberOf(row.rtype),
  icmptype: numberOf(row.icmptype),
  rcode: numberOf(row.rcode),
  rid: numberOf(row.rid),
  rseq: numberOf(row.rseq),
  datamatch: row.datamatch,
  rsite: numberOf(row.rsite),
  rhost: numberOf(row.rhost),
});

/** What a column holds, where it holds a number. */
export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** What a column holds, as a text. */
export const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);
