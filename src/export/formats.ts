import { CsvWriter } from './csv.ts';
import { JsonLinesWriter } from './json-lines.ts';
import { ParquetRowWriter } from './parquet.ts';
import type { Columns, RowWriter, Sink } from './row-writer.ts';

/** The formats that rows are exported in. */
export const FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

/** What files of a format are usually called. */
const EXTENSIONS: Readonly<Record<string, Format>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
};

/** The format that a file's name says; undefined where it says none. */
export const formatOfName = (file: string): Format | undefined =>
  EXTENSIONS[/\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? ''];

/** What writes rows with these columns in a format. */
export function rowWriter(format: Format, sink: Sink, columns: Columns): RowWriter {
  if (format === 'csv') return new CsvWriter(sink, columns);
  return format === 'jsonl' ? new JsonLinesWriter(sink) : new ParquetRowWriter(sink, columns);
}
