import { stringify } from 'csv-stringify/sync';
import type { Columns, ExportedRow, RowWriter, Sink } from './row-writer.ts';

/** CSV with a header row: https://www.rfc-editor.org/rfc/rfc4180 */
export class CsvWriter implements RowWriter {
  readonly unfit = new Map<string, number>();
  readonly #sink: Sink;
  readonly #columns: string[];
  #headed = false;

  constructor(sink: Sink, columns: Columns) {
    this.#sink = sink;
    this.#columns = Object.keys(columns);
  }

  async write(rows: readonly ExportedRow[]): Promise<void> {
    const text = stringify([...rows], {
      columns: this.#columns,
      header: !this.#headed,
      record_delimiter: 'windows',
      // A line break that is not the delimiter would not be quoted.
      quoted_match: /[\r\n]/,
      cast: { boolean: String },
    });
    this.#headed = true;
    if (text !== '') await this.#sink(text);
  }

  async end(): Promise<void> {
    if (!this.#headed) await this.write([]);
  }
}
