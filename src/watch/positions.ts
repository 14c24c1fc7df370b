import type { DataSource } from 'typeorm';

/** The id of the newest result of a source; of all of them, where one process writes at a time. */
export interface Position {
  source_id: number | null;
  id: number;
}

/** How far the results of a database go. Each source stores its own in the order of their ids; several do not. */
export async function positionsOf(dataSource: DataSource, sources: readonly number[]): Promise<Position[]> {
  if (dataSource.options.type !== 'postgres')
    return dataSource.query('SELECT NULL AS source_id, id FROM newest_result');
  if (sources.length === 0) return [];
  return dataSource.query(
    `SELECT source_id, coalesce((SELECT max(results.id) FROM results WHERE results.source_id = wanted.source_id), 0) AS id
      FROM unnest(ARRAY[${sources.map(Number)}]) AS wanted (source_id)`,
  );
}
