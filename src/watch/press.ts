import { BY_SEVERITY } from '../live/severity.ts';
import { DESCENDING, SORT_COLUMNS, SORT_KEYS, type SortColumn } from './columns.ts';
import type { Key } from './keys.ts';
import { pressInDetail } from './press-detail.ts';
import { pressOnGroups } from './press-groups.ts';
import { move, type PressContext } from './selection.ts';
import { safe } from './text.ts';
import { firstState, type Question, type TableState, type ViewState } from './view-state.ts';

/** What a key asks for that is not the screen's own. */
export type Command = 'quit' | 'suspend' | 'redraw' | { type: 'toggle'; question: Question };

export interface Pressed {
  state: ViewState;
  command?: Command;
}

/** Longer filters find nothing. */
const LONGEST_FILTER = 200;

/** What a key makes of the screen. */
export function press(state: ViewState, key: Key, context: PressContext): Pressed {
  const { name } = key;
  if (name === 'ctrl-c') return { state, command: 'quit' };
  if (name === 'ctrl-z') return { state, command: 'suspend' };
  if (name === 'ctrl-l') return { state, command: 'redraw' };
  if (state.help !== undefined) return { state: { ...state, help: nextPage(state.help, name, context) } };
  if (state.confirming !== undefined) return confirmed(state, state.confirming, name);
  if (state.filterBefore !== undefined) return { state: typed(state, state.filterBefore, key, context) };
  if (name === '?' || name === 'h') return { state: { ...state, help: 0 } };
  if (name === 'p') return { state: asking(state, context) };
  return state.detail
    ? pressInDetail(state, state.detail, name, context)
    : pressInTable(state, name, context);
}

const nextPage = (page: number, name: string, { helpPages }: PressContext): number | undefined =>
  name === 'q' || name === 'escape' || page + 1 >= helpPages ? undefined : page + 1;

/** Asks about the line that is selected. Where none is, one is now, so that it is clear which one it will be about. */
function asking(state: ViewState, { lines, questionOf }: PressContext): ViewState {
  const { selected, top } = state.table;
  return selected === undefined
    ? withTable(state, { selected: lines[top] })
    : { ...state, confirming: questionOf(state.detail?.row ?? selected) };
}

function confirmed(state: ViewState, question: Question, name: string): Pressed {
  const after = { ...state, confirming: undefined };
  return name === 'y' || name === 'Y'
    ? { state: after, command: { type: 'toggle', question } }
    : { state: after };
}

function typed(state: ViewState, before: string, key: Key, context: PressContext): ViewState {
  const { filter } = state.table;
  const filtered = (text: string): ViewState => withTable(state, { filter: text, top: 0 });
  switch (key.name) {
    case 'enter':
      return { ...state, filterBefore: undefined };
    case 'escape':
      return { ...filtered(before), filterBefore: undefined };
    case 'backspace':
      return filtered(Array.from(filter).slice(0, -1).join(''));
    case 'ctrl-u':
      return filtered('');
    case 'ctrl-w':
      return filtered(filter.replace(/\S*\s*$/, ''));
    case 'up':
    case 'down':
      return move(state, key.name, context) ?? state;
    default:
      return key.text === undefined ? state : filtered((filter + safe(key.text)).slice(0, LONGEST_FILTER));
  }
}

const BY_SORT_KEY = new Map(SORT_COLUMNS.map((column) => [SORT_KEYS[column] as string, column]));

function pressInTable(state: ViewState, name: string, context: PressContext): Pressed {
  const { table } = state;
  const moved = move(state, name, context);
  if (moved) return { state: moved };
  const grouped = pressOnGroups(state, name, context);
  if (grouped) return { state: grouped };
  const column = BY_SORT_KEY.get(name);
  if (column) return { state: sorted(state, column, context) };
  switch (name) {
    case 'q':
      return { state, command: 'quit' };
    case 'escape':
      return { state: withTable(state, { ...UNFILTERED, selected: undefined, top: 0 }) };
    case 'enter':
      return { state: opened(state, context) };
    case '/':
      return { state: { ...state, filterBefore: table.filter } };
    case 't':
      return { state: withTable(state, { onlyTroubles: !table.onlyTroubles, state: undefined, top: 0 }) };
    case 's':
      return { state: withTable(state, { state: nextState(table, context), onlyTroubles: false, top: 0 }) };
    case 'r':
      return { state: withTable(state, { isDescending: !table.isDescending, top: 0 }) };
    case '<':
    case '>':
      return { state: sorted(state, neighbour(table.sort, name === '>' ? 1 : -1, context), context) };
    default:
      return { state };
  }
}

const { filter, state, onlyTroubles } = firstState().table;
const UNFILTERED: Partial<TableState> = { filter, state, onlyTroubles };

const withTable = (state: ViewState, changes: Partial<TableState>): ViewState => ({
  ...state,
  table: { ...state.table, ...changes },
});

/** How it looks first: the last hour. */
const FIRST_SPAN = 1;

function opened(state: ViewState, { lines }: PressContext): ViewState {
  const row = state.table.selected ?? lines[state.table.top];
  if (row === undefined) return state;
  return { ...withTable(state, { selected: row }), detail: { row, span: FIRST_SPAN, fromZero: false } };
}

/** The same column once more is the other way round. */
function sorted(state: ViewState, column: SortColumn, { hasSources }: PressContext): ViewState {
  if (column === 'source' && !hasSources) return state;
  const { sort, isDescending } = state.table;
  return withTable(state, {
    sort: column,
    isDescending: column === sort ? !isDescending : DESCENDING.has(column),
    top: 0,
  });
}

function neighbour(sort: SortColumn, step: 1 | -1, { hasSources }: PressContext): SortColumn {
  const columns = SORT_COLUMNS.filter((column) => hasSources || column !== 'source');
  const at = columns.indexOf(sort) + step;
  return columns[(at + columns.length) % columns.length] as SortColumn;
}

/** From all to those in one state after the other, as far as there are any, and to all again. */
function nextState({ state }: TableState, { states }: PressContext): TableState['state'] {
  const found = BY_SEVERITY.filter((each) => states.has(each));
  return state === undefined ? found[0] : found[found.indexOf(state) + 1];
}
