import type { DataSource } from 'typeorm';
import { GAP_REASONS, type GapReason } from '../entities/gap.ts';
import { rtimesOf } from './span.ts';

export interface GapQuery {
  /** Ids; without it: all sources. */
  sources?: readonly number[] | undefined;
  /** Only the time since then, and before then: ms since the Unix epoch. */
  since?: number | undefined;
  until?: number | undefined;
}

/** A time in which a source could not probe, as far as it lies in the span that was asked for. */
export interface FoundGap {
  source_id: number;
  /** The source's name; null when it has none, or there is no such source any more. */
  source: string | null;
  /** ns since the Unix epoch. */
  start: bigint;
  end: bigint;
  reason: GapReason;
}

/** How long a source could not probe, by reason, ms. */
export interface GapTotals extends Record<GapReason, number> {
  source_id: number;
  source: string | null;
}

const KNOWN: ReadonlySet<string> = new Set(GAP_REASONS);

/** Gaps in the order of their starts. Throws QueryFailedError. */
export async function queryGaps(
  dataSource: DataSource,
  { sources, since, until }: GapQuery = {},
): Promise<FoundGap[]> {
  const [from, to] = rtimesOf({ since, until });
  const found: FoundGap[] = [];
  for (let after = { start: FIRST, id: 0 }; ; ) {
    const rows: GapRow[] = await dataSource.query(PAGE, [String(from), String(to), after.start, after.id]);
    for (const { id: _, start, end, ...gap } of rows)
      if (KNOWN.has(gap.reason) && sources?.includes(gap.source_id) !== false)
        found.push({ ...gap, start: latest(BigInt(start), from), end: earliest(BigInt(end), to) });
    const last = rows.at(-1);
    if (!last || rows.length < ROWS) return found;
    after = last;
  }
}

type GapRow = Omit<FoundGap, 'start' | 'end'> & { id: number; start: string; end: string };

/** So many are read at a time, which keeps nothing else waiting. */
const ROWS = 1000;

/** Before every start. */
const FIRST = String(-(2n ** 63n));

const PAGE = `SELECT gaps.id, gaps.source_id, sources.name AS source, CAST(gaps.start AS TEXT) AS start, CAST(gaps."end" AS TEXT) AS "end", gaps.reason
  FROM gaps LEFT JOIN sources ON sources.id = gaps.source_id
  WHERE gaps."end" > CAST($1 AS bigint) AND gaps.start < CAST($2 AS bigint) AND gaps.start < gaps."end"
    AND (gaps.start, gaps.id) > (CAST($3 AS bigint), CAST($4 AS bigint))
  ORDER BY gaps.start, gaps.id LIMIT ${ROWS}`;

/** Adds up the gaps of each source, by its id. Of gaps of one reason that overlap, each moment counts once. */
export function gapTotals(gaps: readonly FoundGap[]): GapTotals[] {
  const totals = new Map<number, GapTotals>();
  const ends = new Map<string, bigint>();
  for (const { source_id, source, start, end, reason } of gaps) {
    const total = totals.get(source_id) ?? { source_id, source, down: 0, suspended: 0, cut_off: 0 };
    const key = `${source_id} ${reason}`;
    const from = latest(start, ends.get(key) ?? start);
    if (end > from) {
      total[reason] += Number(end - from) / 1e6;
      ends.set(key, end);
    }
    totals.set(source_id, total);
  }
  return [...totals.values()].sort((a, b) => a.source_id - b.source_id);
}

const latest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const earliest = (a: bigint, b: bigint): bigint => (a < b ? a : b);
