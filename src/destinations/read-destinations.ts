import type { DataSource } from 'typeorm';
import type { Destination } from '../entities/destination.ts';
import { settingsOf } from '../entities/settings.ts';
import { oneLine } from '../input/one-line.ts';

/** A row, and why nobody probes it, active or not. */
export interface FoundRow extends Destination {
  problem: string | null;
}

/** So many are read at a time, which keeps nothing else waiting. */
export const DESTINATIONS_A_PAGE = 500;

/** All destinations, or those with some ids, by id. Throws QueryFailedError. */
export async function readDestinations(dataSource: DataSource, ids?: readonly number[]): Promise<FoundRow[]> {
  const found: FoundRow[] = [];
  for (;;) {
    const page = await readDestinationsAfter(dataSource, found.at(-1)?.id, ids);
    for (const row of page) found.push(row);
    if (page.length < DESTINATIONS_A_PAGE) return found;
  }
}

/** The next page of them: those whose ids come after one; from the first on unless given. Throws QueryFailedError. */
export async function readDestinationsAfter(
  dataSource: DataSource,
  after = -(2 ** 53),
  ids?: readonly number[],
): Promise<FoundRow[]> {
  const sources = await readSourceIds(dataSource);
  const wanted = ids ? `id IN (${ids.length > 0 ? ids.map(Number) : 'NULL'})` : 'TRUE';
  const rows: Destination[] = await dataSource.query(
    `SELECT id, active, address, protocol, port, "interval", timeout, ttl, data, name, source_id FROM destinations
      WHERE ${wanted} AND id > CAST($1 AS bigint) ORDER BY id LIMIT ${DESTINATIONS_A_PAGE}`,
    [after],
  );
  return rows.map((row) => {
    const whole = { ...row, active: Boolean(row.active) };
    return { ...whole, problem: problemOfRow(whole, sources) };
  });
}

/** The ids of all sources. */
export async function readSourceIds(queries: Pick<DataSource, 'query'>): Promise<Set<number>> {
  const rows: { id: number }[] = await queries.query('SELECT id FROM sources');
  return new Set(rows.map(({ id }) => id));
}

/** Why nobody probes a row, active or not; null where nothing is wrong. `sources` are the ids that there are. */
export function problemOfRow(row: Destination, sources: ReadonlySet<number>): string | null {
  const settings = settingsOf(row);
  if ('problem' in settings) return settings.problem;
  const { source_id } = row;
  return source_id === null || sources.has(source_id)
    ? null
    : `source_id ${oneLine(String(source_id))}: there is no such source`;
}
