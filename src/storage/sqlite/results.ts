import type { EntityManager } from 'typeorm';
import type { Appended, ResultOrigin } from '../dialect.ts';
import type { EncodedResult } from '../store.ts';

/** What the kinds of results are told apart by, in the order in which an EncodedResult has them. */
const KIND_COLUMNS = [
  'destination_id',
  'address',
  'rtype',
  'rcode',
  'icmptype',
  'rid',
  'datamatch',
  'rttl',
  'outcome',
  'doubt',
];

const SAME_KIND = KIND_COLUMNS.map((column, n) => `kind.${column} IS wanted.value ->> ${n}`).join(' AND ');

const SAME_SOURCE = 'kind.source_id = ?1 AND kind.rsite = ?2 AND kind.rhost = ?3';

const ADD_KINDS = `INSERT INTO result_kinds (source_id, rsite, rhost, ${KIND_COLUMNS.join(', ')})
  SELECT ?1, ?2, ?3, ${KIND_COLUMNS.map((_, n) => `wanted.value ->> ${n}`).join(', ')} FROM json_each(?4) AS wanted
  WHERE NOT EXISTS (SELECT 1 FROM result_kinds AS kind WHERE ${SAME_SOURCE} AND ${SAME_KIND})`;

const FIND_KINDS = `SELECT wanted.key AS n, min(kind.id) AS id FROM json_each(?4) AS wanted
  JOIN result_kinds AS kind ON ${SAME_SOURCE} AND ${SAME_KIND} GROUP BY wanted.key`;

/** One statement a batch: the rows travel as one JSON text, some seven times cheaper than a parameter a value. */
const APPEND = `INSERT INTO recent_results (kind_id, rtime, rtt_ns, rseq)
  SELECT value ->> 0, CAST(value ->> 1 AS INTEGER), value ->> 2, value ->> 3 FROM jsonb_each(?1)`;

/** So many results are sorted at a time; as many, the newest, stay as they came. *Measured*: 20 ms. */
export const CHUNK = 32_768;

/** How many results are stored before it is looked again whether there is a chunk to be sorted. */
const LOOKED_AT_EVERY = CHUNK / 8;

/** Writes results into SQLite's tables for them. Runs in transactions of the caller's. */
export class SqliteResults {
  /** Ids of the kinds that are known to be in the table, by what an EncodedResult says of them. */
  #kinds = new Map<string, number>();
  #origin: ResultOrigin = { id: 0, location: 0, host: 0 };
  /** The id at which it is looked again. */
  #lookAt = 0;

  async append(
    manager: EntityManager,
    origin: ResultOrigin,
    rows: readonly EncodedResult[],
  ): Promise<Appended> {
    const { id, location, host } = this.#origin;
    const known =
      origin.id === id && origin.location === location && origin.host === host
        ? this.#kinds
        : new Map<string, number>();
    const parts = rows.map(partsOf);
    const missing = new Set<string>();
    for (const { kind } of parts) if (!known.has(kind)) missing.add(kind);
    const found = await this.#kindsOf(manager, origin, [...missing]);
    const values = parts.map(({ own, kind }) => `[${found.get(kind) ?? known.get(kind)},${own}]`);
    const last: number = await manager.query(APPEND, [`[${values.join()}]`]);
    const settle = () => {
      this.#origin = origin;
      this.#kinds = known;
      for (const [kind, kindId] of found) known.set(kind, kindId);
    };
    const tidy = last < this.#lookAt ? undefined : (manager: EntityManager) => this.#sort(manager, last);
    return { ids: { first: last - rows.length + 1, last }, settle, tidy };
  }

  async #sort(manager: EntityManager, last: number): Promise<void> {
    // What a long outage has left is several chunks: one after each batch, until there is none.
    if (!(await sortChunk(manager))) this.#lookAt = last + LOOKED_AT_EVERY;
  }

  async #kindsOf(
    manager: EntityManager,
    { id, location, host }: ResultOrigin,
    kinds: readonly string[],
  ): Promise<Map<string, number>> {
    if (kinds.length === 0) return new Map();
    const parameters = [id, location, host, `[${kinds.map((kind) => `[${kind}]`).join()}]`];
    await manager.query(ADD_KINDS, parameters);
    const rows: { n: number; id: number }[] = await manager.query(FIND_KINDS, parameters);
    return new Map(rows.map((row) => [kinds[row.n] as string, row.id]));
  }
}

/** An EncodedResult's own three columns, none of which has a comma in it, and those of its kind. */
function partsOf(row: EncodedResult): { own: string; kind: string } {
  const end = row.indexOf(',', row.indexOf(',', row.indexOf(',') + 1) + 1);
  return { own: row.slice(1, end), kind: row.slice(end + 1, -1) };
}

/** Sorts the oldest of the recent results into a chunk, where there are two chunks of them. Returns whether it did. */
export async function sortChunk(manager: EntityManager): Promise<boolean> {
  const [recent]: [{ first: number | null; last: number }] = await manager.query(
    // Each asked for alone is at the end of the table; together they would be looked for in all of it.
    'SELECT (SELECT min(id) FROM recent_results) AS first, (SELECT max(id) FROM recent_results) AS last',
  );
  if (recent.first === null || recent.last - recent.first + 1 < 2 * CHUNK) return false;
  const parameters = [recent.first + CHUNK];
  const [{ chunk }]: [{ chunk: number }] = await manager.query(
    'SELECT coalesce(max(id), 0) + 1 AS chunk FROM result_chunks',
  );
  await manager.query(
    `INSERT INTO result_chunks (id, first_id, last_id, first_rtime, last_rtime)
      SELECT ?1, min(id), max(id), min(rtime), max(rtime) FROM recent_results WHERE id < ?2`,
    [chunk, ...parameters],
  );
  await manager.query(
    `INSERT INTO sorted_results (chunk_id, kind_id, n, rtime, rtt_ns, rseq)
      SELECT chunk.id, kind_id, recent.id - chunk.first_id, recent.rtime - chunk.first_rtime, rtt_ns, rseq
      FROM result_chunks AS chunk CROSS JOIN recent_results AS recent
      WHERE chunk.id = ?1 AND recent.id < ?2 ORDER BY kind_id, recent.id`,
    [chunk, ...parameters],
  );
  await manager.query('DELETE FROM recent_results WHERE id < ?1', parameters);
  return true;
}
