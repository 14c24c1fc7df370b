import type { DataSource } from 'typeorm';
import type { Doubt } from '../entities/doubt.ts';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { MinutedSummary } from './minutes.ts';
import { observationOf } from './observation.ts';
import type { Summary } from './summary.ts';

/** About so many rows are in memory at a time. */
const PART = 50_000;

export interface RawQuery {
  /** Ids; null stands for results that name no destination. Without it: all. */
  destinations?: readonly (number | null)[] | undefined;
  /** Ids; without it: all. */
  sources?: readonly number[] | undefined;
  /** The first `rtime`, and the first one after the end, ns since the Unix epoch. */
  from: bigint;
  to: bigint;
}

/** What one source has seen of one destination. */
export interface PairSummary {
  destination_id: number | null;
  source_id: number | null;
  summary: Summary;
}

interface Row {
  destination_id: number | null;
  source_id: number | null;
  outcome: Outcome;
  doubt: Doubt | null;
  rtt: unknown;
  rseq: unknown;
  rtype: number | null;
  datamatch: unknown;
  minute: number | string;
}

const COLUMNS = `destination_id, source_id, outcome, doubt, rtt, rseq, rtype, datamatch,
  CAST(rtime / 60000000000 AS bigint) AS minute`;

/**
 * Summaries of each pair of a destination and a source with results, from the results themselves; some 7 µs each.
 * What no pinger writes, such as an outcome of another name, is left out. Throws QueryFailedError.
 */
export async function rawSummaries(dataSource: DataSource, query: RawQuery): Promise<PairSummary[]> {
  const pairs = new Pairs(query.sources);
  const ids = query.destinations ?? (await destinationsWithResults(dataSource));
  for (const id of ids) await readDestination(dataSource, id, query, pairs);
  return pairs.summaries();
}

/** Ids; null where there are results that name none. */
async function destinationsWithResults(dataSource: DataSource): Promise<(number | null)[]> {
  const rows: { id: number | null }[] = await dataSource.query(
    'SELECT DISTINCT destination_id AS id FROM results',
  );
  return rows.map(({ id }) => id);
}

/** Reads in parts of equal time, each in the order in which the results came. */
async function readDestination(
  dataSource: DataSource,
  id: number | null,
  { from, to }: RawQuery,
  pairs: Pairs,
): Promise<void> {
  const whose = id === null ? 'destination_id IS NULL' : 'destination_id = $3';
  const select = (what: string, start: bigint, end: bigint, order = '') =>
    dataSource.query(
      `SELECT ${what} FROM results WHERE rtime >= CAST($1 AS bigint) AND rtime < CAST($2 AS bigint) AND ${whose} ${order}`,
      [start.toString(), end.toString(), ...(id === null ? [] : [id])],
    );
  const [all]: { count: number | string; first: string | null; last: string | null }[] = await select(
    `count(*) AS count, CAST(CAST(min(rtime) AS bigint) AS TEXT) AS first, CAST(CAST(max(rtime) AS bigint) AS TEXT) AS last`,
    from,
    to,
  );
  if (!all || all.first === null || all.last === null) return;
  const parts = BigInt(Math.ceil(Number(all.count) / PART));
  const [first, last] = [BigInt(all.first), BigInt(all.last)];
  const length = (last - first) / parts + 1n;
  for (let start = first; start <= last; start += length) {
    const end = start + length < to ? start + length : to;
    for (const row of (await select(COLUMNS, start, end, 'ORDER BY id')) as Row[]) pairs.add(row);
  }
}

const KNOWN: ReadonlySet<string> = new Set(OUTCOMES);

class Pairs {
  readonly #sources: ReadonlySet<number | null> | undefined;
  readonly #pairs = new Map<number | null, Map<number | null, MinutedSummary>>();

  constructor(sources: readonly number[] | undefined) {
    this.#sources = sources && new Set(sources);
  }

  add({ destination_id, source_id, outcome, doubt, rtt, rseq, rtype, datamatch, minute }: Row): void {
    if (!KNOWN.has(outcome) || this.#sources?.has(source_id) === false) return;
    const observation = observationOf({
      outcome,
      doubt,
      rtt: numberOf(rtt),
      rseq: numberOf(rseq),
      rtype,
      datamatch: datamatch === null ? null : Boolean(datamatch),
    });
    this.#of(destination_id, source_id).add(observation, Math.floor(Number(minute)));
  }

  summaries(): PairSummary[] {
    return [...this.#pairs].flatMap(([destination_id, sources]) =>
      [...sources].map(([source_id, minuted]) => ({ destination_id, source_id, summary: minuted.summary() })),
    );
  }

  #of(destination_id: number | null, source_id: number | null): MinutedSummary {
    const sources = this.#pairs.get(destination_id) ?? new Map<number | null, MinutedSummary>();
    const minuted = sources.get(source_id) ?? new MinutedSummary();
    if (!sources.has(source_id)) this.#pairs.set(destination_id, sources.set(source_id, minuted));
    return minuted;
  }
}

/** A column of any numeric type: drivers hand out some of them as texts. What is none is not a number, and ignored. */
const numberOf = (value: unknown): number | null => (value === null ? null : Number(value));
