import type { Statistics } from '../statistics/statistics.ts';
import { cell, lossCell, rttCell } from './format.ts';
import { type Column, formatTable } from './table.ts';

const ROUND_TRIPS = ['min', 'avg', 'max', 'stddev', 'p50', 'p95', 'p99'] as const;
const COUNTS = ['late', 'duplicate', 'corrupt', 'unsent'] as const;

const HEADINGS = [
  'sent',
  'received',
  'loss',
  ...ROUND_TRIPS.map((name) => (name === 'min' ? 'min ms' : name)),
];

/** Statistics as an aligned table without a newline at its end; round-trip times in ms. Of doubts only where there are any. */
export function formatStatistics(rows: { label: string; statistics: Statistics }[]): string {
  const isDoubtful = rows.some(({ statistics }) => statistics.doubtful > 0);
  const counts = [...COUNTS, ...(isDoubtful ? (['doubtful'] as const) : [])];
  const columns: Column[] = [...HEADINGS, ...counts].map((heading) => ({ heading, right: true }));
  return formatTable(
    [{ heading: 'destination' }, ...columns],
    rows.map(({ label, statistics }) => [
      cell(label),
      cell(statistics.sent),
      cell(statistics.received),
      lossCell(statistics.loss),
      ...ROUND_TRIPS.map((name) => rttCell(statistics[name])),
      ...counts.map((name) => cell(statistics[name])),
    ]),
  );
}
