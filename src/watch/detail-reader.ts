import type { DataSource } from 'typeorm';
import { readSeries } from '../history/series.ts';
import { newestIds, resultsWithIds } from '../results/query.ts';
import { queryGaps } from '../statistics/gaps.ts';
import { queryStatistics } from '../statistics/query.ts';
import { statisticsOf } from '../statistics/statistics.ts';
import { Summary } from '../statistics/summary.ts';
import { DOTS_ACROSS } from './braille.ts';
import type { ChartPoint } from './chart.ts';
import { plotColumns } from './chart.ts';
import type { DetailData } from './detail-view.ts';
import type { WatchedRow } from './row.ts';
import { SPANS } from './view-state.ts';

export interface DetailQuery {
  row: WatchedRow;
  /** Which of SPANS. */
  span: number;
  /** Of the screen. */
  width: number;
  /** ms since the Unix epoch. */
  now: number;
  /** Whether other sources' results are to be told from this one's. */
  hasSources: boolean;
}

/** More results than a screen has lines; another source's may be among them. */
const RESULTS = 60;

/** The percentiles of the band. */
const LOW = 0.05;
const HIGH = 0.95;

/** Everything about one destination that its screen shows. Throws QueryFailedError. */
export async function readDetail(
  dataSource: DataSource,
  { row, span, width, now, hasSources }: DetailQuery,
): Promise<DetailData> {
  const [, length] = SPANS[span] ?? SPANS[0];
  const since = now - length;
  const source = row.sourceId > 0 ? row.sourceId : undefined;
  const sources = source === undefined ? undefined : [source];
  const series = await readSeries(dataSource, {
    destination: row.id,
    source,
    since,
    until: now,
    points: plotColumns(width) * DOTS_ACROSS,
  });
  const [figures] = await queryStatistics(dataSource, { destinations: [row.id], sources, since, until: now });
  const gaps = await queryGaps(dataSource, { sources, since, until: now });
  const filter = { destinations: [row.id] };
  const ids = await newestIds(dataSource, filter, hasSources ? RESULTS * 4 : RESULTS);
  const results = await resultsWithIds(dataSource, ids, filter.destinations);
  return {
    row: row.key,
    span,
    chart: {
      since,
      until: now,
      step: series.step,
      points: series.points.map(pointOf),
      gaps: gaps.map(({ start, end }) => ({
        start: Number(start / 1_000_000n),
        end: Number(end / 1_000_000n),
      })),
    },
    statistics: figures?.statistics ?? statisticsOf(new Summary()),
    results: results
      .filter(({ source_id }) => source === undefined || source_id === source)
      .slice(-RESULTS)
      .reverse(),
  };
}

function pointOf({ start, summary }: { start: number; summary: Summary }): ChartPoint {
  const { received, lost } = summary;
  return {
    start,
    low: summary.quantile(LOW),
    middle: summary.quantile(0.5),
    high: summary.quantile(HIGH),
    loss: received + lost > 0 ? lost / (received + lost) : null,
  };
}
