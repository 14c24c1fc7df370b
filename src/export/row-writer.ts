/**
 * What a column holds. `integer` fits 32 bits and `bigint` 64, both as a number or a decimal text; `nanoseconds` are
 * since the Unix epoch, as a decimal text.
 */
export type ColumnType = 'integer' | 'bigint' | 'nanoseconds' | 'double' | 'boolean' | 'text';

/** The columns of what is exported, in their order. */
export type Columns = Readonly<Record<string, ColumnType>>;

export type ExportedRow = Readonly<Record<string, unknown>>;

/** Takes bytes; resolves when it takes more. */
export type Sink = (bytes: Uint8Array | string) => Promise<void>;

/** Writes rows in one format. */
export interface RowWriter {
  write(rows: readonly ExportedRow[]): Promise<void>;
  /** Writes what comes after the last row. */
  end(): Promise<void>;
  /** How many values of a column did not fit its type and are missing in what was written. */
  unfit: ReadonlyMap<string, number>;
}
