import type { DataSource } from 'typeorm';
import { queryStatistics, type StatisticsQuery } from '../statistics/query.ts';
import type { Statistics } from '../statistics/statistics.ts';
import type { Columns, ColumnType, ExportedRow } from './row-writer.ts';

const FIGURES = {
  sent: 'bigint',
  received: 'bigint',
  lost: 'bigint',
  undetermined: 'bigint',
  loss: 'double',
  loss_periods: 'bigint',
  longest_loss_period: 'bigint',
  min: 'double',
  avg: 'double',
  max: 'double',
  stddev: 'double',
  p50: 'double',
  p95: 'double',
  p99: 'double',
  pdv_p95: 'double',
  pdv_p99: 'double',
  ipdv_mean: 'double',
  ipdv_max: 'double',
  late: 'bigint',
  duplicate: 'bigint',
  corrupt: 'bigint',
  unsent: 'bigint',
  doubtful: 'bigint',
  minutes_observed: 'bigint',
  minutes_available: 'bigint',
  availability: 'double',
  r_estimate: 'double',
  mos_estimate: 'double',
  reply: 'bigint',
  refused: 'bigint',
  unreachable: 'bigint',
  ttl_exceeded: 'bigint',
  timeout: 'bigint',
} as const satisfies Record<keyof Statistics, ColumnType>;

/** Whose they are, and every figure that there is. Times in ms, shares from 0 to 1. */
export const STATISTICS_COLUMNS = {
  destination_id: 'integer',
  destination: 'text',
  source_id: 'integer',
  source: 'text',
  ...FIGURES,
} as const satisfies Columns;

/** The statistics of each destination; those of all sources together name none. Throws QueryFailedError. */
export async function statisticsRows(dataSource: DataSource, query: StatisticsQuery): Promise<ExportedRow[]> {
  const sources: { id: number; name: string | null }[] = await dataSource.query(
    'SELECT id, name FROM sources',
  );
  const names = new Map<number | null, string | null>(sources.map(({ id, name }) => [id, name]));
  const all = await queryStatistics(dataSource, query);
  return all.map(({ destination_id, label, source_id, statistics }) => ({
    destination_id,
    destination: label ?? (destination_id === null ? null : `#${destination_id}`),
    source_id,
    source: names.get(source_id) ?? null,
    ...Object.fromEntries(Object.keys(FIGURES).map((name) => [name, statistics[name as keyof Statistics]])),
  }));
}
