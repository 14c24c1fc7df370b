import type { DataSource } from 'typeorm';
import { ROLLUP_COLUMNS, type Rollup } from '../entities/rollup.ts';
import type { Span } from './cover.ts';
import { ALL_KEPT, type KeptSince, type Level, type Period } from './levels.ts';
import type { Pair } from './reach.ts';

/** Runs a statement, of a connection or within a transaction. Throws QueryFailedError. */
export interface Queries {
  readonly connection: Pick<DataSource, 'options'>;
  query<Rows>(sql: string, parameters?: unknown[]): Promise<Rows>;
}

export type RollupKey = Pick<Rollup, 'period' | 'destination_id' | 'source_id' | 'start'>;

/** Few enough for any database's limit of parameters; and those that are read for something else to have its turn soon. */
const ROWS_A_STATEMENT = 500;
const KEYS_A_STATEMENT = 100;

const COLUMNS = ROLLUP_COLUMNS.join(', ');

/** Drivers give 64-bit numbers as texts; these fit a double. */
export const rollupOf = (row: Rollup): Rollup => {
  row.start = Number(row.start);
  row.first_result = Number(row.first_result);
  row.last_result = Number(row.last_result);
  return row;
};

/** The rows with these keys, where there are any. */
export async function readRollups(queries: Queries, keys: readonly RollupKey[]): Promise<Rollup[]> {
  const found: Rollup[] = [];
  for (let from = 0; from < keys.length; from += KEYS_A_STATEMENT) {
    const values = keys
      .slice(from, from + KEYS_A_STATEMENT)
      .map((key) => `(${[key.period, key.destination_id, key.source_id, key.start].map(Number)})`);
    const rows = await queries.query<Rollup[]>(
      `SELECT ${COLUMNS} FROM rollups WHERE (period, destination_id, source_id, start) IN (VALUES ${values})`,
    );
    for (const row of rows) found.push(rollupOf(row));
  }
  return found;
}

/** About so many rows are read, and made summaries of, before something else has its turn: some ms. */
const ROWS_A_TURN = 100;

/** The pairs whose roll-ups are read by one statement, at most. */
const PAIRS_A_STATEMENT = 200;

/** The rows of some pairs whose periods begin within a span, by destination, source and time, some at a time. */
export async function* readSpan(
  queries: Queries,
  pairs: readonly Pair[],
  span: Span & { level: Period },
): AsyncGenerator<Rollup[]> {
  const rowsOfPair = (span.until - span.since) / span.level;
  let size = Number.isFinite(rowsOfPair) ? within(ROWS_A_TURN / rowsOfPair) : 1;
  for (let from = 0; from < pairs.length; ) {
    const some = pairs.slice(from, from + size);
    from += some.length;
    if (some.length === 1) {
      yield* readPair(queries, some[0] as Pair, span);
      size = Number.isFinite(rowsOfPair) ? size : 2;
      continue;
    }
    const rows = await readPairs(queries, some, span);
    yield rows;
    size = within((some.length * ROWS_A_TURN) / Math.max(1, rows.length));
  }
}

const within = (size: number): number => Math.min(PAIRS_A_STATEMENT, Math.max(1, Math.floor(size)));

/** As many pages as it takes. */
async function* readPair(
  queries: Queries,
  pair: Pair,
  span: Span & { level: Period },
): AsyncGenerator<Rollup[]> {
  for (let { since } = span; ; ) {
    const rows = await readPairs(queries, [pair], { ...span, since }, ROWS_A_TURN);
    yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_A_TURN) return;
    since = last.start + 1;
  }
}

async function readPairs(
  queries: Queries,
  pairs: readonly Pair[],
  { level, since, until }: Span & { level: Period },
  limit?: number,
): Promise<Rollup[]> {
  const values = pairs.map((pair) => `(${Number(pair.destination_id)}, ${Number(pair.source_id)})`);
  const bounds = [
    since > Number.NEGATIVE_INFINITY ? `AND start >= ${since}` : '',
    until < Number.POSITIVE_INFINITY ? `AND start < ${until}` : '',
  ];
  const rows = await queries.query<Rollup[]>(
    `SELECT ${COLUMNS} FROM rollups WHERE period = ${level} AND (destination_id, source_id) IN (VALUES ${values})
      ${bounds.join(' ')} ORDER BY destination_id, source_id, start ${limit === undefined ? '' : `LIMIT ${limit}`}`,
  );
  return rows.map(rollupOf);
}

/** A summary's columns are another's place when the key is there already. */
const REPLACED = ROLLUP_COLUMNS.slice(4)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ');

/** Writes rows in place of those with their keys. */
export async function writeRollups(queries: Queries, rows: readonly Rollup[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const some = rows.slice(from, from + ROWS_A_STATEMENT);
    const parameters: unknown[] = [];
    for (const row of some) for (const column of ROLLUP_COLUMNS) parameters.push(row[column]);
    await queries.query(
      `INSERT INTO rollups (${COLUMNS}) VALUES ${placeholders(queries, some.length, ROLLUP_COLUMNS.length)}
        ON CONFLICT (period, destination_id, source_id, start) DO UPDATE SET ${REPLACED}`,
      parameters,
    );
  }
}

/**
 * `($1, $2), ($3, $4)` for two rows of two columns. SQLite looks each of these names up among all that came before, which
 * for thousands takes longer than everything else; its own `?` it only counts.
 */
export function placeholders({ connection }: Queries, rows: number, columns: number): string {
  let number = 0;
  const next = connection.options.type === 'sqlite' ? () => '?' : () => `$${++number}`;
  const row = () => `(${Array.from({ length: columns }, next)})`;
  return Array.from({ length: rows }, row).join();
}

/** From when on each level is whole. */
export async function readKeptSince(queries: Queries): Promise<KeptSince> {
  const rows = await queries.query<{ level: Level; kept_since: number | string }[]>(
    'SELECT level, kept_since FROM retention',
  );
  const kept = Object.fromEntries(rows.map(({ level, kept_since }) => [level, Number(kept_since)]));
  return { ...ALL_KEPT, ...kept };
}
