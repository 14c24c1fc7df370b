import type { DataSource } from 'typeorm';
import { type Labelled, labelOf } from '../entities/label.ts';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { UDP } from '../io/packet/ip.ts';
import { type RoundTrips, type Statistics, statisticsOf } from './statistics.ts';

/** What of SQLite is held in memory meanwhile, KiB: results of one destination lie far apart. */
const CACHE = 65_536;

export interface StatisticsQuery {
  /** Ids; null stands for results that name no destination. Without it: every one that has a row or results. */
  destinations?: readonly (number | null)[];
  /** Only results received, or given up, since then: ms since the Unix epoch. */
  since?: number;
}

/** One destination's statistics. */
export interface DestinationStatistics {
  destination_id: number | null;
  /** What people call it; null when there is no such row any more. */
  label: string | null;
  statistics: Statistics;
}

/**
 * Statistics of each destination, by id: of all that are in the table, and of removed ones with results. One statement
 * a destination, so that what is sorted at a time stays small; some 3 µs a result. Throws QueryFailedError.
 */
export async function queryStatistics(
  dataSource: DataSource,
  { destinations, since }: StatisticsQuery = {},
): Promise<DestinationStatistics[]> {
  if (dataSource.options.type === 'sqlite') await dataSource.query(`PRAGMA cache_size = ${-CACHE}`);
  const rows: (Labelled & { id: number })[] = await dataSource.query(
    'SELECT id, address, protocol, port FROM destinations',
  );
  const labels = new Map<number | null, string>(rows.map((row) => [row.id, labelOf(row)]));
  const ids =
    destinations ?? [...new Set([...labels.keys(), ...(await idsWithResults(dataSource))])].sort(byId);

  const all: DestinationStatistics[] = [];
  for (const id of ids) {
    const statistics = await queryOne(dataSource, id, rtimeFrom(since));
    if (destinations || labels.has(id) || hasResults(statistics))
      all.push({ destination_id: id, label: labels.get(id) ?? null, statistics });
  }
  return all;
}

/** The first `rtime` that is not before `since` (ms since the Unix epoch), as a text: drivers bind no BigInt. */
export const rtimeFrom = (since: number | undefined): string =>
  since === undefined ? FIRST_RTIME : (BigInt(Math.floor(since)) * 1_000_000n).toString();

const FIRST_RTIME = (-(2n ** 63n)).toString();

/** The ids of all destinations that have results; null when there are results that name none. */
async function idsWithResults(dataSource: DataSource): Promise<(number | null)[]> {
  const rows: { id: number | null }[] = await dataSource.query(
    'SELECT DISTINCT destination_id AS id FROM results ORDER BY id NULLS LAST',
  );
  return rows.map(({ id }) => id);
}

/** The smallest value that at least p per cent do not exceed, in whole numbers. */
const percentile = (p: number): string =>
  `max(ranked.rtt) FILTER (WHERE rank = (number * ${p} + 99) / 100) AS p${p}`;

/** SQLite's columns take anything. */
const isNumber = ({ options }: DataSource): string =>
  options.type === 'sqlite' ? "typeof(rtt) = 'real'" : 'true';

const statisticsSql = (dataSource: DataSource, destination: string): string => `WITH wanted AS MATERIALIZED (
    SELECT outcome, doubt, datamatch, rtype, CASE WHEN outcome IN ('reply', 'refused') AND ${isNumber(dataSource)} THEN rtt END AS rtt
    FROM results WHERE rtime >= CAST($1 AS bigint) AND ${destination}
  ),
  totals AS MATERIALIZED (
    SELECT ${OUTCOMES.map((outcome) => `count(*) FILTER (WHERE outcome = '${outcome}') AS "${outcome}"`).join(', ')},
      count(*) FILTER (WHERE outcome = 'reply' AND NOT datamatch AND rtype IS DISTINCT FROM ${UDP}) AS corrupt, count(doubt) AS doubtful,
      count(rtt) AS number, avg(rtt) AS mean
    FROM wanted
  ),
  ranked AS (SELECT rtt, row_number() OVER (ORDER BY rtt) AS rank FROM wanted WHERE rtt IS NOT NULL),
  figures AS (
    SELECT min(ranked.rtt) AS min, max(ranked.rtt) AS max, sqrt(avg((ranked.rtt - mean) * (ranked.rtt - mean))) AS stddev,
      ${[50, 95, 99].map(percentile).join(', ')}
    FROM ranked CROSS JOIN totals
  )
  SELECT totals.*, mean AS avg, figures.* FROM totals CROSS JOIN figures`;

async function queryOne(dataSource: DataSource, id: number | null, since: string): Promise<Statistics> {
  const [row]: [Record<Outcome, number> & RoundTrips & Pick<Statistics, 'corrupt' | 'doubtful'>] =
    id === null
      ? await dataSource.query(statisticsSql(dataSource, 'destination_id IS NULL'), [since])
      : await dataSource.query(statisticsSql(dataSource, 'destination_id = CAST($2 AS integer)'), [
          since,
          id,
        ]);
  return statisticsOf(row, row, row);
}

const hasResults = (statistics: Statistics): boolean => OUTCOMES.some((outcome) => statistics[outcome] > 0);

/** Results without a destination come last. */
const byId = (a: number | null, b: number | null): number =>
  (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY);
