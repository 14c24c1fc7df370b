import type { DataSource } from 'typeorm';
import { Summary } from '../statistics/summary.ts';
import { collect } from './collect.ts';
import { cover, coveredSpan, type Span } from './cover.ts';
import { Reach } from './reach.ts';
import { readKeptSince } from './rollup-table.ts';
import { inSnapshot } from './snapshot.ts';

export interface SummariesQuery {
  /** Ids; null stands for results that name no destination. Without it: all. */
  destinations?: readonly (number | null)[] | undefined;
  /** Ids; without it: all. */
  sources?: readonly number[] | undefined;
  /** Results received, or given up, from then on, and before then: ms since the Unix epoch. */
  since?: number | undefined;
  until?: number | undefined;
}

/** What one source has seen of one destination. */
export interface PairSummary {
  destination_id: number | null;
  source_id: number | null;
  summary: Summary;
}

export interface Summaries {
  pairs: PairSummary[];
  /** What they really cover, ms since the Unix epoch: more than was asked for where only longer periods are kept, less where nothing is. */
  since: number | undefined;
  until: number | undefined;
}

/**
 * Summaries of each pair of a destination and a source with results: of whole days, hours and minutes from their roll-ups,
 * and from the results what lies at the edges or is not rolled up yet. Throws QueryFailedError.
 */
export function readSummaries(dataSource: DataSource, query: SummariesQuery = {}): Promise<Summaries> {
  const { destinations, sources, since, until } = query;
  return inSnapshot(dataSource, async (queries) => {
    const asked: Span = {
      since: since === undefined ? Number.NEGATIVE_INFINITY : since / 1000,
      until: until === undefined ? Number.POSITIVE_INFINITY : until / 1000,
    };
    const covered = coveredSpan(asked, await readKeptSince(queries));
    const reach = await Reach.read(queries, destinations);
    const histories = await collect(queries, reach, {
      destinations,
      sources,
      pieces: cover(covered),
      stepOf: () => 0,
    });
    return {
      pairs: histories.map(({ destination_id, source_id, steps }) => ({
        destination_id,
        source_id,
        summary: steps.get(0) ?? new Summary(),
      })),
      since: Number.isFinite(covered.since) ? covered.since * 1000 : undefined,
      until: Number.isFinite(covered.until) ? covered.until * 1000 : undefined,
    };
  });
}
