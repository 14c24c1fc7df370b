import type { DataSource } from 'typeorm';
import { labelOf } from '../entities/label.ts';
import type { Outcome } from '../entities/outcome.ts';
import type { Columns, ExportedRow } from './row-writer.ts';

/** How many results are read at once. */
const PAGE = 2000;

/** The columns of the table, and what people call its destination and source. */
export const RESULT_COLUMNS = {
  id: 'bigint',
  rtime: 'nanoseconds',
  destination_id: 'integer',
  destination: 'text',
  source_id: 'integer',
  source: 'text',
  address: 'text',
  outcome: 'text',
  doubt: 'text',
  rseq: 'integer',
  rtt: 'double',
  rttl: 'integer',
  rtype: 'integer',
  icmptype: 'integer',
  rcode: 'integer',
  rid: 'integer',
  datamatch: 'boolean',
  rsite: 'integer',
  rhost: 'integer',
} as const satisfies Columns;

/** Which results are wanted; what is not given does not matter. */
export interface ExportFilter {
  destinations?: readonly number[];
  /** From then on, ms since the Unix epoch. */
  since?: number;
  /** Up to then, exclusively, ms since the Unix epoch. */
  until?: number;
  outcomes?: readonly Outcome[];
}

const STORED = Object.keys(RESULT_COLUMNS).filter((name) => name !== 'destination' && name !== 'source');

/** Pages are found by id alone: an index of a destination's results would have all of them sorted for each page. */
function statement(filter: ExportFilter): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const place = (value: unknown) => `$${parameters.push(value) + 2}`;
  const ns = (ms: number) => `CAST(${place((BigInt(Math.floor(ms)) * 1_000_000n).toString())} AS bigint)`;
  const conditions = ['id > $1', 'id <= $2'];
  if (filter.since !== undefined) conditions.push(`rtime >= ${ns(filter.since)}`);
  if (filter.until !== undefined) conditions.push(`rtime < ${ns(filter.until)}`);
  if (filter.outcomes) conditions.push(`outcome IN (${filter.outcomes.map(place).join(', ')})`);
  // Numbers of the table's own; as parameters there could be too many.
  if (filter.destinations) conditions.push(`+destination_id IN (${filter.destinations.join(', ')})`);
  const columns = STORED.map((name) => (name === 'rtime' ? 'CAST(rtime AS TEXT) AS rtime' : name)).join(', ');
  return {
    sql: `SELECT ${columns} FROM results WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT ${PAGE}`,
    parameters,
  };
}

/**
 * The results that pass a filter and are stored by now, by id, in pages: while one is worked on, the next is read.
 * Throws QueryFailedError.
 */
export async function* resultPages(
  dataSource: DataSource,
  filter: ExportFilter,
): AsyncGenerator<ExportedRow[]> {
  const [{ newest }] = await dataSource.query('SELECT coalesce(max(id), 0) AS newest FROM results');
  const named = await names(dataSource);
  const { sql, parameters } = statement(filter);
  const read = (after: number | string): Promise<StoredRow[]> => {
    const page = dataSource.query(sql, [after, newest, ...parameters]);
    // Whoever stops before it has come asks for it no more.
    page.catch(() => undefined);
    return page;
  };
  let next = read((await oldestId(dataSource)) - 1);
  for (;;) {
    const rows = await next;
    const last = rows.at(-1)?.id;
    const isLast = last === undefined || rows.length < PAGE;
    if (!isLast) next = read(last);
    if (rows.length > 0) yield rows.map(named);
    if (isLast) return;
  }
}

type StoredRow = Record<string, unknown> & { id: number | string };

/** Of all results, the smallest id: nothing says that it is positive. */
async function oldestId(dataSource: DataSource): Promise<number> {
  const [{ oldest }] = await dataSource.query('SELECT coalesce(min(id), 0) AS oldest FROM results');
  return Number(oldest);
}

/** Adds what people call destinations and sources, in the order of the columns. */
async function names(dataSource: DataSource): Promise<(row: StoredRow) => ExportedRow> {
  const destinations: { id: number; address: unknown; protocol: unknown; port: unknown }[] =
    await dataSource.query('SELECT id, address, protocol, port FROM destinations');
  const sources: { id: number; name: string | null }[] = await dataSource.query(
    'SELECT id, name FROM sources',
  );
  const labels = new Map<unknown, string>(destinations.map((row) => [row.id, labelOf(row)]));
  const hosts = new Map<unknown, string | null>(sources.map(({ id, name }) => [id, name]));
  return (row) => {
    const { id, rtime, destination_id, source_id, datamatch, ...rest } = row;
    return {
      id: Number(id),
      rtime,
      destination_id,
      destination: labels.get(destination_id) ?? (destination_id === null ? null : `#${destination_id}`),
      source_id,
      source: hosts.get(source_id) ?? null,
      address: rest.address,
      outcome: rest.outcome,
      doubt: rest.doubt,
      rseq: rest.rseq,
      rtt: rest.rtt,
      rttl: rest.rttl,
      rtype: rest.rtype,
      icmptype: rest.icmptype,
      rcode: rest.rcode,
      rid: rest.rid,
      datamatch: typeof datamatch === 'number' ? datamatch !== 0 : datamatch,
      rsite: rest.rsite,
      rhost: rest.rhost,
    };
  };
}
