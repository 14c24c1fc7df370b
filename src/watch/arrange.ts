import { SORT_VALUES } from './columns.ts';
import { type Line, linesOf } from './group.ts';
import { TROUBLES } from './look.ts';
import type { WatchedRow } from './row.ts';
import type { TableState } from './view-state.ts';

/** Names with numbers in them in the order of the numbers. */
const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Where there is no value, it comes last either way. */
function compared(a: number | string | null, b: number | string | null, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (
    sign * (typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b)))
  );
}

/** The rows that pass the filters, in the order that is asked for; those that are alike in that stay as they are, which is by name. */
export function arranged(rows: readonly WatchedRow[], table: TableState): WatchedRow[] {
  const { sort, isDescending, filter, state, onlyTroubles } = table;
  const wanted = filter.toLowerCase();
  const sortValue = SORT_VALUES[sort];
  const found: { row: WatchedRow; value: number | string | null; place: number }[] = [];
  rows.forEach((row, place) => {
    if (state !== undefined && row.state !== state) return;
    if (onlyTroubles && !TROUBLES.has(row.state)) return;
    if (wanted !== '' && !row.searched.includes(wanted)) return;
    found.push({ row, value: sortValue(row), place });
  });
  const sign = isDescending ? -1 : 1;
  const placeSign = sort === 'destination' ? sign : 1;
  found.sort((a, b) => compared(a.value, b.value, sign) || placeSign * (a.place - b.place));
  return found.map(({ row }) => row);
}

/** What a table shows. */
export interface Shown {
  /** The rows that pass the filters, those of collapsed groups as well. */
  rows: readonly WatchedRow[];
  /** What is drawn of them: themselves, and the headings of their groups. */
  lines: readonly Line[];
}

export function shownOf(rows: readonly WatchedRow[], table: TableState): Shown {
  const passing = arranged(rows, table);
  return { rows: passing, lines: linesOf(passing, table.group, table.folding) };
}

/** By name, and where that is the same, by source: the order of rows that nothing else tells apart. */
export const byName = (a: WatchedRow, b: WatchedRow): number =>
  COLLATOR.compare(a.title, b.title) || a.id - b.id || COLLATOR.compare(a.source, b.source);
