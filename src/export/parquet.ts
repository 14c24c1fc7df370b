import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Columns, ColumnType, ExportedRow, RowWriter, Sink } from './row-writer.ts';

/** How many rows are held in memory, and read at once by who reads the file. */
const ROWS_A_GROUP = 50_000;

/** https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
const TYPES: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  integer: { type: 'INT32' },
  bigint: { type: 'INT64' },
  nanoseconds: {
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
  },
  double: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

/** Of what grows from row to row, differences are stored; of text, each once. */
const ENCODINGS: Partial<Record<ColumnType, NonNullable<ColumnSource['encoding']>>> = {
  bigint: 'DELTA_BINARY_PACKED',
  nanoseconds: 'DELTA_BINARY_PACKED',
  text: 'RLE_DICTIONARY',
};

/** Apache Parquet, compressed with Snappy. A value that does not fit the type of its column is null, and counted. */
export class ParquetRowWriter implements RowWriter {
  readonly unfit = new Map<string, number>();
  readonly #columns: readonly { name: string; type: ColumnType; data: unknown[] }[];
  readonly #writer: ParquetWriter;

  constructor(sink: Sink, columns: Columns) {
    this.#columns = Object.entries(columns).map(([name, type]) => ({ name, type, data: [] }));
    const leaves = this.#columns.map(({ name, type }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...TYPES[type],
    }));
    this.#writer = new ParquetWriter({
      writer: new SinkWriter(sink),
      schema: [{ name: 'pinger', num_children: leaves.length }, ...leaves],
      createdBy: 'pinger',
    });
  }

  async write(rows: readonly ExportedRow[]): Promise<void> {
    for (const { name, type, data } of this.#columns)
      for (const row of rows) data.push(this.#fitting(name, type, row[name]));
    if ((this.#columns[0]?.data.length ?? 0) >= ROWS_A_GROUP) await this.#writeGroup();
  }

  async end(): Promise<void> {
    await this.#writeGroup();
    await this.#writer.finish();
  }

  async #writeGroup(): Promise<void> {
    const columnData = this.#columns.map(({ name, type, data }) => ({
      name,
      data,
      encoding: ENCODINGS[type],
    }));
    const [first] = columnData;
    if (!first || first.data.length === 0) return;
    await this.#writer.write({ columnData, rowGroupSize: first.data.length });
    for (const { data } of this.#columns) data.length = 0;
  }

  #fitting(name: string, type: ColumnType, value: unknown): unknown {
    if (value === null || value === undefined) return null;
    const fitting = FITTING[type](value);
    if (fitting === null) this.unfit.set(name, (this.unfit.get(name) ?? 0) + 1);
    return fitting;
  }
}

const isWithin = (value: unknown, bits: number): boolean =>
  /^-?\d{1,19}$/.test(String(value)) && BigInt.asIntN(bits, BigInt(String(value))) === BigInt(String(value));

const int64 = (value: unknown): bigint | null => (isWithin(value, 64) ? BigInt(String(value)) : null);

/** A value as the library takes it for a type; null where the type has none like it. */
const FITTING: Readonly<Record<ColumnType, (value: unknown) => unknown>> = {
  integer: (value) => {
    if (typeof value === 'number') return (value | 0) === value ? value : null;
    return isWithin(value, 32) ? Number(value) : null;
  },
  bigint: (value) => (Number.isSafeInteger(value) ? BigInt(value as number) : int64(value)),
  nanoseconds: int64,
  double: (value) => (typeof value === 'number' ? value : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  text: (value) => (typeof value === 'string' ? value : null),
};

/** Hands on what a row group takes, instead of collecting the whole file. */
class SinkWriter extends ByteWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super(1 << 20);
    this.#sink = sink;
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes().slice();
    this.index = 0;
    await this.#sink(bytes);
  }

  override finish(): Promise<void> {
    return this.flush();
  }
}
