import type { DataSource } from 'typeorm';
import { type Labelled, labelOf } from '../entities/label.ts';
import { readSummaries } from '../history/summaries.ts';
import { Turns } from '../turns.ts';
import { rtimesOf } from './span.ts';
import { type Statistics, statisticsOf } from './statistics.ts';
import { Summary } from './summary.ts';

/** What of SQLite is held in memory meanwhile, KiB: results of one destination lie far apart. */
const CACHE = 65_536;

export interface StatisticsQuery {
  /** Ids; null stands for results that name no destination. Without it: every one that has a row or results. */
  destinations?: readonly (number | null)[] | undefined;
  /** Ids; without it: all sources. */
  sources?: readonly number[] | undefined;
  /** Only results received, or given up, since then: ms since the Unix epoch. */
  since?: number | undefined;
  /** Only those before then: ms since the Unix epoch. */
  until?: number | undefined;
  /** One line for each source, in place of all sources together. */
  bySource?: boolean | undefined;
}

/** One destination's statistics. */
export interface DestinationStatistics {
  destination_id: number | null;
  /** What people call it; null when there is no such row any more. */
  label: string | null;
  /** Whose results these are; null for all sources together, and for results that name none. */
  source_id: number | null;
  statistics: Statistics;
}

/**
 * Statistics of each destination, by id: of all that are in the table, and of removed ones with results.
 * Throws QueryFailedError.
 */
export async function queryStatistics(
  dataSource: DataSource,
  { destinations, sources, since, until, bySource = false }: StatisticsQuery = {},
): Promise<DestinationStatistics[]> {
  if (dataSource.options.type === 'sqlite') await dataSource.query(`PRAGMA cache_size = ${-CACHE}`);
  const labels = await readLabels(dataSource);
  const { pairs } = await readSummaries(dataSource, { destinations, sources, since, until });
  const turns = new Turns();
  const found = new Map<number | null, Map<number | null, Summary>>();
  for (const { destination_id, source_id, summary } of pairs) {
    const key = bySource ? source_id : null;
    const summaries = found.get(destination_id) ?? new Map<number | null, Summary>();
    const known = summaries.get(key);
    if (known) known.merge(summary, { joined: false });
    found.set(destination_id, summaries.set(key, known ?? summary));
    if (turns.isOver) await turns.next();
  }
  const ids = destinations ?? [...new Set([...labels.keys(), ...found.keys()])].sort(byId);
  const statistics: DestinationStatistics[] = [];
  for (const id of ids) {
    const summaries = found.get(id) ?? new Map([[null, new Summary()]]);
    for (const [source_id, summary] of [...summaries].sort(([a], [b]) => byId(a, b)))
      statistics.push({
        destination_id: id,
        label: labels.get(id) ?? null,
        source_id,
        statistics: statisticsOf(summary),
      });
    if (turns.isOver) await turns.next();
  }
  return statistics;
}

/** So many rows are read at a time. */
const PAGE = 1000;

async function readLabels(dataSource: DataSource): Promise<Map<number | null, string>> {
  const labels = new Map<number | null, string>();
  for (let after = -(2 ** 53); ; ) {
    const rows: (Labelled & { id: number })[] = await dataSource.query(
      `SELECT id, address, protocol, port FROM destinations WHERE id > $1 ORDER BY id LIMIT ${PAGE}`,
      [after],
    );
    for (const row of rows) labels.set(row.id, labelOf(row));
    after = rows.at(-1)?.id ?? after;
    if (rows.length < PAGE) return labels;
  }
}

/** The first `rtime` that is not before `since` (ms since the Unix epoch), as a text: drivers bind no BigInt. */
export const rtimeFrom = (since: number | undefined): string => rtimesOf({ since })[0].toString();

/** Results without a destination or a source come last. */
const byId = (a: number | null, b: number | null): number =>
  (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY) || 0;
