import type { DataSource } from 'typeorm';
import type { Summary } from '../statistics/summary.ts';
import { collect } from './collect.ts';
import { coveredSpan } from './cover.ts';
import { DAY, HOUR, type KeptSince, LEVELS, type Level, MINUTE, nextStart, startOf } from './levels.ts';
import { Reach } from './reach.ts';
import { readKeptSince } from './rollup-table.ts';
import { inSnapshot } from './snapshot.ts';

export interface SeriesQuery {
  destination: number;
  /** Its id; all sources together unless given. */
  source?: number | undefined;
  /** ms since the Unix epoch. */
  since: number;
  until: number;
  /** At most so many steps, from 1 on; 1000 unless given. */
  points?: number | undefined;
  /** ms, one of the lengths that a step can have or more; whatever makes at most `points` of them, unless given. */
  step?: number | undefined;
}

export interface SeriesPoint {
  /** When the step began, ms since the Unix epoch. */
  start: number;
  summary: Summary;
}

export interface Series {
  /** What the steps cover, ms since the Unix epoch: whole steps. */
  since: number;
  until: number;
  /** How long each step is, ms. */
  step: number;
  /** Those steps in which there were results, in the order of time. */
  points: SeriesPoint[];
}

const POINTS = 1000;

/** How long a step can be, s; each begins at a multiple of it, in UTC. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 56, 112, 364].map((days) => days * DAY),
];

/** Steps shorter than a minute are made of the results themselves, of at most so long, s. */
const LONGEST_OF_RESULTS = 2 * HOUR;

/** Roll-ups that are read for one series, at most, where there are coarser ones: what takes the time is not the chart, but them. */
const MOST_ROLLUPS = 3000;

/** The coarsest level that steps can be put together of. */
const levelOf = (step: number): Level => LEVELS.findLast((level) => level > 0 && step % level === 0) ?? 0;

/**
 * One destination's history in equal steps, at most so many, for a chart: made of whatever roll-ups fit their length.
 * Where what is kept is coarser, the steps are longer. Throws QueryFailedError, and RangeError for a span that is none.
 */
export function readSeries(dataSource: DataSource, query: SeriesQuery): Promise<Series> {
  const { destination, source, points = POINTS } = query;
  const [since, until] = [query.since / 1000, query.until / 1000];
  if (!(since < until) || !Number.isFinite(since) || !Number.isFinite(until))
    throw new RangeError('a series has to begin before it ends');
  return inSnapshot(dataSource, async (queries) => {
    const kept = await readKeptSince(queries);
    const step = stepFor({ since, until }, { kept, points, shortest: (query.step ?? 0) / 1000 });
    const span = coveredSpan({ since: startOf(step, since), until: nextStart(step, until) }, kept);
    const reach = await Reach.read(queries, [destination]);
    const histories = await collect(queries, reach, {
      destinations: [destination],
      sources: source === undefined ? undefined : [source],
      pieces: [{ ...span, level: levelOf(step) }],
      stepOf: (time) => startOf(step, time),
    });
    const steps = new Map<number, Summary>();
    for (const history of histories)
      for (const [start, summary] of history.steps) {
        const known = steps.get(start);
        if (known) known.merge(summary, { joined: false });
        else steps.set(start, summary);
      }
    return {
      since: span.since * 1000,
      until: span.until * 1000,
      step: step * 1000,
      points: [...steps]
        .sort(([a], [b]) => a - b)
        .map(([start, summary]) => ({ start: start * 1000, summary })),
    };
  });
}

function stepFor(
  { since, until }: { since: number; until: number },
  { kept, points, shortest }: { kept: KeptSince; points: number; shortest: number },
): number {
  const fits = (step: number): boolean => {
    const level = levelOf(step);
    const isKept = since >= kept[level] && (level > 0 || until - since <= LONGEST_OF_RESULTS);
    const isQuick = level === DAY || (until - since) / (level || MINUTE) <= MOST_ROLLUPS || points > POINTS;
    return (
      step >= shortest && isKept && isQuick && nextStart(step, until) - startOf(step, since) <= points * step
    );
  };
  const longest = STEPS.at(-1) as number;
  return STEPS.find(fits) ?? Math.ceil((until - since) / points / longest + 1) * longest;
}
