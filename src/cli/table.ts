import { stripVTControlCharacters } from 'node:util';

/** A column of a table: its heading, and whether its cells line up at the right, as numbers do. */
export interface Column {
  heading: string;
  right?: boolean;
  /** What it is wide at least, characters. */
  width?: number;
}

/** A table that is printed while its rows still come: a column gets wider when a cell needs it, never narrower. */
export class GrowingTable {
  readonly #columns: readonly Column[];
  readonly #widths: number[];
  #headed = false;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#widths = columns.map(({ width = 0 }) => width);
  }

  /** The lines of further rows; the headings come before the first. Cells may be coloured. */
  lines(rows: readonly string[][]): string[] {
    const lines = this.#headed ? rows : [this.#columns.map(({ heading }) => heading), ...rows];
    this.#headed = true;
    for (const line of lines)
      for (const index of this.#columns.keys())
        this.#widths[index] = Math.max(this.#widths[index] ?? 0, width(line[index] ?? ''));
    return lines.map((line) =>
      this.#columns
        .map(({ right }, index) => pad(line[index] ?? '', this.#widths[index] ?? 0, right))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** Rows of cells as aligned lines, the headings first. Cells may be coloured. */
export const formatTable = (columns: readonly Column[], rows: readonly string[][]): string =>
  new GrowingTable(columns).lines(rows).join('\n');

const width = (cell: string): number => stripVTControlCharacters(cell).length;

/** A cell filled up with blanks to a width. */
export function pad(cell: string, to: number, right = false): string {
  const blanks = ' '.repeat(Math.max(0, to - width(cell)));
  return right ? blanks + cell : cell + blanks;
}
