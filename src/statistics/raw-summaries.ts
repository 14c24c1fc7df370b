import type { DataSource } from 'typeorm';
import type { Doubt } from '../entities/doubt.ts';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { MinutedSummary } from './minutes.ts';
import { observationOf } from './observation.ts';
import type { Summary } from './summary.ts';

/** How many rows are in memory at a time. */
const PAGE = 20_000;

/** How much time is read at once of a destination that is looked up by the index, ns: a day. */
const SPAN = 86_400_000_000_000n;

/** More destinations than this are cheaper to find by reading everything. */
const LOOKED_UP = 16;

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
  id: number | string;
  destination_id: number | null;
  source_id: number | null;
  outcome: Outcome;
  doubt: Doubt | null;
  rtt: unknown;
  rseq: number | null;
  rtype: number | null;
  datamatch: unknown;
  minute: number | string;
}

const COLUMNS = `id, destination_id, source_id, outcome, doubt, rtt, rseq, rtype, datamatch,
  CAST(rtime / 60000000000 AS bigint) AS minute`;

/**
 * Summaries of each pair of a destination and a source with results, from the results themselves; some 4 µs each.
 * What no pinger writes, such as an outcome of another name, is left out. Throws QueryFailedError.
 */
export async function rawSummaries(dataSource: DataSource, query: RawQuery): Promise<PairSummary[]> {
  const { destinations, sources } = query;
  const pairs = new Pairs(sources);
  if (!destinations) await readAll(dataSource, query, pairs);
  else if (destinations.length > LOOKED_UP) {
    const wanted = new Set(destinations);
    await readAll(dataSource, query, pairs, ({ destination_id }) => wanted.has(destination_id));
  } else for (const id of destinations) await readOne(dataSource, id, query, pairs);
  return pairs.summaries();
}

async function readAll(
  dataSource: DataSource,
  { from, to }: RawQuery,
  pairs: Pairs,
  isWanted: (row: Row) => boolean = () => true,
): Promise<void> {
  for (let last: number | string = -1; ; ) {
    const rows: Row[] = await dataSource.query(
      `SELECT ${COLUMNS} FROM results
       WHERE id > $1 AND rtime >= CAST($2 AS bigint) AND rtime < CAST($3 AS bigint) ORDER BY id LIMIT ${PAGE}`,
      [last, from.toString(), to.toString()],
    );
    for (const row of rows) if (isWanted(row)) pairs.add(row);
    if (rows.length < PAGE) return;
    last = (rows.at(-1) as Row).id;
  }
}

/** One destination's results lie far apart, but an index leads to them. */
async function readOne(
  dataSource: DataSource,
  id: number | null,
  { from, to }: RawQuery,
  pairs: Pairs,
): Promise<void> {
  const [whose, parameters] = id === null ? ['destination_id IS NULL', []] : ['destination_id = $3', [id]];
  const bounds = 'rtime >= CAST($1 AS bigint) AND rtime < CAST($2 AS bigint)';
  const select = (what: string, start: bigint, end: bigint, order = '') =>
    dataSource.query(`SELECT ${what} FROM results WHERE ${bounds} AND ${whose} ${order}`, [
      start.toString(),
      end.toString(),
      ...parameters,
    ]);
  const [extremes]: { first: string | null; last: string | null }[] = await select(
    'CAST(CAST(min(rtime) AS bigint) AS TEXT) AS first, CAST(CAST(max(rtime) AS bigint) AS TEXT) AS last',
    from,
    to,
  );
  if (!extremes || extremes.first === null || extremes.last === null) return;
  for (let start = BigInt(extremes.first); start <= BigInt(extremes.last); start += SPAN) {
    const end = start + SPAN < to ? start + SPAN : to;
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
      rtt: typeof rtt === 'number' ? rtt : null,
      rseq: typeof rseq === 'number' ? rseq : null,
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
