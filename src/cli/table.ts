import { stripVTControlCharacters } from 'node:util';

/** A column of a table: its heading, and whether its cells line up at the right, as numbers do. */
export interface Column {
  heading: string;
  right?: boolean;
}

/** Rows of cells as aligned lines, the headings first. Cells may be coloured. */
export function formatTable(columns: Column[], rows: string[][]): string {
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index] ?? ''))));
  return lines
    .map((line) =>
      columns
        .map(({ right }, index) => pad(line[index] ?? '', widths[index] ?? 0, right === true))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const width = (cell: string): number => stripVTControlCharacters(cell).length;

/** A cell filled up with blanks to a width. */
export function pad(cell: string, to: number, right = false): string {
  const blanks = ' '.repeat(Math.max(0, to - width(cell)));
  return right ? blanks + cell : cell + blanks;
}
