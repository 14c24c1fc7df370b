import type { ExportedRow, RowWriter, Sink } from './row-writer.ts';

/** One JSON object a line: https://jsonlines.org. `nanoseconds` stay text, because JSON numbers are not exact so far. */
export class JsonLinesWriter implements RowWriter {
  readonly unfit = new Map<string, number>();
  readonly #sink: Sink;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async write(rows: readonly ExportedRow[]): Promise<void> {
    if (rows.length > 0) await this.#sink(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }

  async end(): Promise<void> {}
}
