import type { Statistics } from '../statistics/statistics.ts';
import { cell, lossCell, rttCell, shareCell } from './format.ts';
import { type Column, formatTable } from './table.ts';

/** A line of a table of statistics. */
export interface StatisticsRow {
  label: string;
  /** Whose results they are, where that is not all sources'. */
  source?: string;
  statistics: Statistics;
}

const MEASURED: [string, (statistics: Statistics) => string][] = [
  ['sent', ({ sent }) => cell(sent)],
  ['loss', ({ loss }) => lossCell(loss)],
  ['burst', ({ longest_loss_period }) => cell(longest_loss_period)],
  ['min ms', ({ min }) => rttCell(min)],
  ['avg', ({ avg }) => rttCell(avg)],
  ['p95', ({ p95 }) => rttCell(p95)],
  ['p99', ({ p99 }) => rttCell(p99)],
  ['max', ({ max }) => rttCell(max)],
  ['ipdv', ({ ipdv_mean }) => rttCell(ipdv_mean)],
  ['avail', ({ availability }) => shareCell(availability)],
  ['mos', ({ mos_estimate }) => (mos_estimate === null ? cell(null) : mos_estimate.toFixed(1))],
];

/** What has a column only where there is any. */
const COUNTS = ['late', 'duplicate', 'corrupt', 'unsent', 'undetermined', 'doubtful'] as const;

/** Statistics as an aligned table without a newline at its end; times in ms. */
export function formatStatistics(rows: readonly StatisticsRow[]): string {
  const counts = COUNTS.filter((name) => rows.some(({ statistics }) => statistics[name] > 0));
  const hasSources = rows.some(({ source }) => source !== undefined);
  const columns: Column[] = [...MEASURED.map(([heading]) => heading), ...counts].map((heading) => ({
    heading,
    right: true,
  }));
  return formatTable(
    [{ heading: 'destination' }, ...(hasSources ? [{ heading: 'source' }] : []), ...columns],
    rows.map(({ label, source, statistics }) => [
      cell(label),
      ...(hasSources ? [cell(source)] : []),
      ...MEASURED.map(([, show]) => show(statistics)),
      ...counts.map((name) => cell(statistics[name])),
    ]),
  );
}
