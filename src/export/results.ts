import type { DataSource } from 'typeorm';
import { labelOf } from '../entities/label.ts';
import { type ExportFilter, readPage, type StoredRow } from './result-page.ts';
import type { Columns, ExportedRow } from './row-writer.ts';
import { readSqliteSpan } from './sqlite-span.ts';

/** How many rows are handed on at once. */
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

/**
 * The results that pass a filter and are stored by now, by id, in pages: while one is worked on, the next is read.
 * Throws QueryFailedError.
 */
export async function* resultPages(
  dataSource: DataSource,
  filter: ExportFilter,
): AsyncGenerator<ExportedRow[]> {
  const [newest] = await dataSource.query('SELECT id FROM newest_result');
  const named = await names(dataSource);
  const read = dataSource.options.type === 'sqlite' ? readSqliteSpan : readPage;
  const ahead = (after: number) => {
    const page = read(dataSource, { filter, after, newest: Number(newest.id) });
    // Whoever stops before it has come asks for it no more.
    page.catch(() => undefined);
    return page;
  };
  let next = ahead(Number.MIN_SAFE_INTEGER);
  for (;;) {
    const page = await next;
    if (!page) return;
    next = ahead(page.last);
    for (let from = 0; from < page.rows.length; from += PAGE)
      yield page.rows.slice(from, from + PAGE).map(named);
  }
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
