import type { LiveState } from '../live/destination.ts';
import type { Question, ViewState } from './view-state.ts';

/** What keys go by that is on the screen. */
export interface PressContext {
  /** The keys of the lines, in their order. */
  lines: readonly string[];
  /** Those of them that are groups'. */
  groups: Pick<ReadonlySet<string>, 'has' | 'size'>;
  /** How many lines the screen shows. */
  page: number;
  hasSources: boolean;
  /** How many the help has on this screen. */
  helpPages: number;
  /** Those that there are. */
  states: ReadonlySet<LiveState>;
  /** What to ask about a line; undefined where there is nothing to be asked. */
  questionOf: (line: string) => Question | undefined;
}

/** How far keys move a selection: in rows, or in pages. */
const ROWS: Readonly<Record<string, number>> = { up: -1, k: -1, down: 1, j: 1 };
const PAGES: Readonly<Record<string, number>> = {
  pageup: -1,
  'ctrl-b': -1,
  pagedown: 1,
  'ctrl-f': 1,
  ' ': 1,
  'ctrl-u': -0.5,
  'ctrl-d': 0.5,
};
const ENDS: Readonly<Record<string, number>> = {
  home: Number.NEGATIVE_INFINITY,
  g: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
  G: Number.POSITIVE_INFINITY,
};

/** The state after a key that moves the selection; undefined where it does not. Where nothing is selected, what is at the top is. */
export function move(
  state: ViewState,
  name: string,
  { lines, page }: Pick<PressContext, 'lines' | 'page'>,
): ViewState | undefined {
  const pages = PAGES[name];
  const by =
    ROWS[name] ?? ENDS[name] ?? (pages === undefined ? undefined : Math.trunc(pages * Math.max(1, page - 1)));
  if (by === undefined) return undefined;
  const at = state.table.selected === undefined ? -1 : lines.indexOf(state.table.selected);
  const to = at < 0 ? state.table.top + (Math.abs(by) === 1 ? 0 : by) : at + by;
  return { ...state, table: { ...state.table, selected: lines[clamped(to, lines.length)] } };
}

const clamped = (at: number, length: number): number => Math.max(0, Math.min(length - 1, at));

/** The state without the selection of a line that is not there any more, and with the screen where the selected one can be seen. */
export function settled(state: ViewState, { lines, page }: Pick<PressContext, 'lines' | 'page'>): ViewState {
  const { table } = state;
  const at = table.selected === undefined ? -1 : lines.indexOf(table.selected);
  const top = clamped(table.top, Math.max(1, lines.length - page + 1));
  if (at < 0) return { ...state, table: { ...table, selected: undefined, top } };
  return { ...state, table: { ...table, top: Math.min(at, Math.max(top, at - page + 1)) } };
}
