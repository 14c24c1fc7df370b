import { GROUP_WORDS } from '../live/groups.ts';
import { type Shown, shownOf } from './arrange.ts';
import { type PlacedColumn, placedColumns } from './columns.ts';
import { ageText, clockText } from './figures.ts';
import { Frame } from './frame.ts';
import { WatchedGroup } from './group.ts';
import { putGroup, stateCounts } from './group-view.ts';
import { ALARM, NOTE, signsOf, TITLE, WARNING } from './look.ts';
import type { WatchedRow } from './row.ts';
import {
  type Hint,
  putHints,
  putPrompt,
  putQuestion,
  putRight,
  putWhole,
  type Surroundings,
  widthOfSpans,
} from './screen.ts';
import { BOLD, INVERSE, PLAIN, type Span } from './style.ts';
import { clipped, fitted, widthOf } from './text.ts';
import type { TableState, ViewState } from './view-state.ts';

/** So few lines are all for rows, and two for what they are about. */
const SMALL = 6;

/** What is above the rows, and below them, in lines. */
const linesAround = (height: number): { above: number; below: number } =>
  height < SMALL ? { above: height > 2 ? 2 : 1, below: 0 } : { above: 3, below: 1 };

/** How many rows a screen of this height shows. */
export function pageOf(height: number): number {
  const { above, below } = linesAround(height);
  return Math.max(1, height - above - below);
}

export interface TableView {
  /** All rows, in the order of their names. */
  rows: readonly WatchedRow[];
  state: ViewState;
  surroundings: Surroundings;
}

/** The screen of the table. */
export function tableFrame(
  { rows, state, surroundings }: TableView,
  shown: Shown = shownOf(rows, state.table),
): Frame {
  const { width, height } = surroundings;
  const frame = new Frame(width, height, surroundings);
  const { above, below } = linesAround(height);
  putTitle(frame, surroundings);
  if (above > 2) putCounts(frame, { state, shown: shown.rows.length, all: rows.length }, surroundings);
  const columns = columnsFor(rows, surroundings);
  if (above > 1) putHeadings(frame, above - 1, columns, state.table, surroundings);
  const page = shown.lines.slice(state.table.top, state.table.top + height - above - below);
  page.forEach((line, index) => {
    const y = above + index;
    if (line instanceof WatchedGroup) putGroup(frame, y, line, columns, surroundings);
    else putRow(frame, y, line, columns, surroundings);
    if (line.key === state.table.selected) frame.mark(y, INVERSE);
  });
  if (page.length === 0) putEmpty(frame, { y: above, all: rows.length }, state.table, surroundings);
  if (below > 0) putFooter(frame, state);
  return frame;
}

function putTitle(frame: Frame, { database, sources, newest, problem, now, hasUnicode }: Surroundings): void {
  const signs = signsOf({ hasUnicode, hasColours: false });
  if (problem !== undefined) {
    frame.put(0, 0, clipped(problem, frame.width, signs.ellipsis), ALARM);
    return;
  }
  const named = sources.length > 2 ? `${sources.length} sources` : sources.join(', ');
  const spans: Span[] = [
    { text: 'pinger', style: TITLE },
    { text: signs.separator, style: NOTE },
    { text: clipped(database, Math.max(12, Math.floor(frame.width / 2)), signs.ellipsis) },
    ...(named === '' ? [] : [{ text: signs.separator, style: NOTE }, { text: named }]),
  ];
  const right: Span[] = [
    ...(newest === null || frame.width < 60
      ? []
      : [{ text: `last result ${agoText(now - newest)}  `, style: NOTE }]),
    { text: clockText(now) },
  ];
  putRight(frame, 0, right, frame.putSpans(0, 0, spans));
}

const agoText = (ms: number): string => (ageText(ms) === 'now' ? 'now' : `${ageText(ms)} ago`);

function putCounts(
  frame: Frame,
  { state, shown, all }: { state: ViewState; shown: number; all: number },
  { counts, remark, ...surroundings }: Surroundings,
): void {
  const filters = filtersOf(state.table);
  const right: Span[] = [
    ...(remark === undefined ? [] : [{ text: remark, style: WARNING }]),
    ...(remark === undefined || filters === '' ? [] : [{ text: '  ' }]),
    ...(filters === '' ? [] : [{ text: `${filters}: ${shown} of ${all}`, style: BOLD }]),
  ];
  const items = stateCounts((state) => counts.get(state), surroundings);
  const grouped: Span[] =
    state.table.group === 'none' ? [] : [{ text: `by ${GROUP_WORDS[state.table.group]}`, style: NOTE }];
  const needed = items.reduce((sum, { short }) => sum + widthOfSpans(short) + 2, 0);
  if (needed + widthOfSpans(right) + 2 + widthOfSpans(grouped) <= frame.width)
    right.unshift(...grouped, { text: right.length > 0 && grouped.length > 0 ? '  ' : '' });
  // Whoever sees but some of the rows has to know.
  const from = Math.max(0, frame.width - widthOfSpans(right));
  const end = right.length > 0 ? from - 2 : frame.width;
  putWhole(frame, { x: 0, y: 1, end }, items);
  frame.putSpans(from, 1, right);
}

function filtersOf({ filter, state, onlyTroubles }: TableState): string {
  const parts = [
    ...(onlyTroubles ? ['troubles'] : []),
    ...(state === undefined ? [] : [state]),
    ...(filter === '' ? [] : [`"${filter}"`]),
  ];
  return parts.join(', ');
}

function columnsFor(rows: readonly WatchedRow[], { width, sources }: Surroundings): PlacedColumn[] {
  let longestTitle = 0;
  let longestLabel = 0;
  for (const row of rows) {
    longestTitle = Math.max(longestTitle, row.titleWidth);
    if (row.name !== null) longestLabel = Math.max(longestLabel, row.label.length);
  }
  return placedColumns({
    width,
    hasSources: sources.length > 1,
    hasNames: longestLabel > 0,
    longestTitle,
    longestLabel,
  });
}

function putHeadings(
  frame: Frame,
  y: number,
  columns: readonly PlacedColumn[],
  { sort, isDescending }: TableState,
  surroundings: Surroundings,
): void {
  const signs = signsOf(surroundings);
  let x = 0;
  for (const { heading, sort: sorts, right = false, width } of columns) {
    const isSorted = sorts === sort;
    const text = isSorted ? `${heading}${isDescending ? signs.descending : signs.ascending}` : heading;
    frame.put(x, y, fitted(text, width, { right, ellipsis: '' }), isSorted ? BOLD : PLAIN);
    x += width + 1;
  }
  frame.mark(y, INVERSE);
}

function putRow(
  frame: Frame,
  y: number,
  row: WatchedRow,
  columns: readonly PlacedColumn[],
  surroundings: Surroundings,
): void {
  let x = 0;
  for (const column of columns) {
    frame.putSpans(x, y, column.cell(row, column.width, surroundings), x + column.width);
    x += column.width + 1;
  }
}

function putEmpty(
  frame: Frame,
  { y, all }: { y: number; all: number },
  { onlyTroubles, filter }: TableState,
  { hasUnicode }: Surroundings,
): void {
  const lines =
    all > 0
      ? onlyTroubles && filter === ''
        ? ['No troubles.']
        : ['Nothing passes the filters. Esc takes them away.']
      : [
          'There are no destinations yet. Add some from another terminal:',
          '  pinger destinations add example.com',
        ];
  lines.forEach(
    (line, index) => void frame.put(0, y + index, clipped(line, frame.width, hasUnicode ? '…' : '~'), NOTE),
  );
}

const HINTS: readonly Hint[] = [
  ['q', 'quit'],
  ['?', 'help'],
  ['Enter', 'detail'],
  ['/', 'filter'],
  ['t', 'troubles'],
  ['b', 'group'],
  ['p', 'pause'],
  ['< >', 'sort'],
  ['s', 'one state'],
  ['r', 'reverse'],
  ['Esc', 'clear'],
];

function putFooter(frame: Frame, state: ViewState): void {
  if (state.filterBefore !== undefined) {
    const typed = tail(state.table.filter, frame.width - 2);
    putPrompt(frame, [{ text: '/', style: BOLD }, { text: typed }]);
  } else if (state.confirming !== undefined) putQuestion(frame, state.confirming);
  else putHints(frame, HINTS);
}

/** The end of what is typed is what is looked at. */
function tail(text: string, columns: number): string {
  let shown = text;
  while (shown !== '' && widthOf(shown) > columns) shown = Array.from(shown).slice(1).join('');
  return shown;
}
