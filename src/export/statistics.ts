import type { DataSource } from 'typeorm';
import { queryStatistics, type StatisticsQuery } from '../statistics/query.ts';
import type { Statistics } from '../statistics/statistics.ts';
import type { Columns, ColumnType, ExportedRow } from './row-writer.ts';

const FIGURES = {
  sent: 'bigint',
  received: 'bigint',
  lost: 'bigint',
  loss: 'double',
  min: 'double',
  avg: 'double',
  max: 'double',
  stddev: 'double',
  p50: 'double',
  p95: 'double',
  p99: 'double',
  late: 'bigint',
  duplicate: 'bigint',
  corrupt: 'bigint',
  unsent: 'bigint',
  doubtful: 'bigint',
  reply: 'bigint',
  refused: 'bigint',
  unreachable: 'bigint',
  ttl_exceeded: 'bigint',
  timeout: 'bigint',
} as const satisfies Record<keyof Statistics, ColumnType>;

/** Whose they are, and every figure that there is. Round-trip times in ms, loss from 0 to 1. */
export const STATISTICS_COLUMNS = {
  destination_id: 'integer',
  destination: 'text',
  ...FIGURES,
} as const satisfies Columns;

/** The statistics of each destination. Throws QueryFailedError. */
export async function statisticsRows(dataSource: DataSource, query: StatisticsQuery): Promise<ExportedRow[]> {
  const all = await queryStatistics(dataSource, query);
  return all.map(({ destination_id, label, statistics }) => ({
    destination_id,
    destination: label ?? (destination_id === null ? null : `#${destination_id}`),
    ...Object.fromEntries(Object.keys(FIGURES).map((name) => [name, statistics[name as keyof Statistics]])),
  }));
}
