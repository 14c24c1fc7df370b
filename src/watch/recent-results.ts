import type { DataSource } from 'typeorm';
import type { LiveResult } from '../live/destination.ts';
import { elementsOf } from '../storage/sql.ts';

/** A result, and whose it is. */
export interface SourcedResult extends LiveResult {
  source_id: number;
}

/** A stretch of ids, both ends included; `source_id`: whose results alone, null: everybody's. */
export interface Stretch {
  source_id: number | null;
  first: number;
  last: number;
}

/** In the order in which they are in the array that a row becomes. */
const COLUMNS =
  'destination_id, source_id, CAST(rtime AS TEXT), outcome, doubt, rtt, address, rtype, datamatch, rseq';

type Row = [number, number, string, LiveResult['outcome'], LiveResult['doubt'], number | null, ...unknown[]];

/** As JSON of the database's own making: some 3 µs a result, where rows of the driver take ten times that. */
const isServer = ({ options }: DataSource): boolean => options.type === 'postgres';

const asJson = (dataSource: DataSource, from: string): string =>
  isServer(dataSource)
    ? `SELECT CAST(json_agg(json_build_array(${COLUMNS}) ORDER BY id) AS text) AS rows FROM ${from} AS found`
    : `SELECT json_group_array(json_array(${COLUMNS})) AS rows FROM ${from} AS found`;

/** Only results that say whose they are. */
const NAMED = 'destination_id IS NOT NULL AND source_id IS NOT NULL';

/** The results in a stretch of ids, in their order. Throws QueryFailedError. */
export async function resultsIn(
  dataSource: DataSource,
  { source_id, first, last }: Stretch,
): Promise<SourcedResult[]> {
  const whose = source_id === null ? '' : `AND source_id = ${Number(source_id)}`;
  const from = isServer(dataSource)
    ? `(SELECT * FROM results WHERE id >= $1 AND id <= $2 AND ${NAMED} ${whose})`
    : `(SELECT * FROM located_results AS results WHERE id >= $1 AND last_id >= $1 AND id <= $2 AND first_id <= $2
        AND ${NAMED} ${whose} ORDER BY id)`;
  return parsed(await dataSource.query(asJson(dataSource, from), [first, last]));
}

export interface Newest {
  destinations: readonly number[];
  sources: readonly number[];
  /** Of each destination and source, at most. */
  most: number;
  /** Where to look, on SQLite; both ends included. */
  first: number;
  last: number;
}

/** The newest results of each of some destinations, oldest first. Throws QueryFailedError. */
export async function newestOfEach(
  dataSource: DataSource,
  { destinations, sources, most, first, last }: Newest,
): Promise<SourcedResult[]> {
  const named = JSON.stringify(destinations);
  const ids = sources.map(Number).join(', ') || 'NULL';
  if (isServer(dataSource)) {
    const from = `(SELECT results.* FROM ${elementsOf(dataSource, '$1', 'bigint')} AS wanted CROSS JOIN LATERAL (
        SELECT * FROM results WHERE destination_id = wanted.value AND source_id IN (${ids})
        ORDER BY rtime DESC, id DESC LIMIT CAST($2 AS bigint)) AS results)`;
    return parsed(await dataSource.query(asJson(dataSource, from), [named, most * sources.length]));
  }
  const from = `(SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY destination_id, source_id ORDER BY id DESC) AS n
      FROM located_results AS results
      WHERE id >= $1 AND last_id >= $1 AND id <= $2 AND first_id <= $2 AND source_id IN (${ids})
        AND destination_id IN (SELECT value FROM json_each($3))
    ) WHERE n <= $4 ORDER BY id)`;
  return parsed(await dataSource.query(asJson(dataSource, from), [first, last, named, most]));
}

function parsed([row]: { rows: string | null }[]): SourcedResult[] {
  const rows: Row[] = JSON.parse(row?.rows ?? '[]');
  return rows.map(
    ([destination_id, source_id, rtime, outcome, doubt, rtt, address, rtype, datamatch, rseq]) => ({
      destination_id,
      source_id,
      rtime: BigInt(rtime),
      outcome,
      doubt,
      rtt,
      address: address as string | null,
      rtype: rtype as number | null,
      datamatch: datamatch === null ? null : Boolean(datamatch),
      rseq: (rseq as number | null) ?? 0,
      reason: null,
    }),
  );
}
