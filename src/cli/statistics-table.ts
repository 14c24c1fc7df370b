import type { Statistics } from '../statistics/statistics.ts';
import { cell, lossCell, rttCell } from './format.ts';
import { type Column, formatTable } from './table.ts';

const ROUND_TRIPS = ['min', 'avg', 'max', 'stddev', 'p50', 'p95', 'p99'] as const;
const COUNTS = ['late', 'duplicate', 'corrupt', 'unsent'] as const;

const COLUMNS: Column[] = [
  { heading: 'destination' },
  ...[
    'sent',
    'received',
    'loss',
    ...ROUND_TRIPS.map((name) => (name === 'min' ? 'min ms' : name)),
    ...COUNTS,
  ].map((heading) => ({ heading, right: true })),
];

/** Statistics as an aligned table without a newline at its end; round-trip times in ms. */
export const formatStatistics = (rows: { label: string; statistics: Statistics }[]): string =>
  formatTable(
    COLUMNS,
    rows.map(({ label, statistics }) => [
      cell(label),
      cell(statistics.sent),
      cell(statistics.received),
      lossCell(statistics.loss),
      ...ROUND_TRIPS.map((name) => rttCell(statistics[name])),
      ...COUNTS.map((name) => cell(statistics[name])),
    ]),
  );
