import type { LiveState } from '../live/destination.ts';
import type { Group } from '../live/groups.ts';
import { DESCENDING, type SortColumn } from './columns.ts';
import { ALL_EXPANDED, type Folding } from './group.ts';

/** What of the table is shown, and in which order. */
export interface TableState {
  sort: SortColumn;
  isDescending: boolean;
  /** Part of a name, an address or a source; of any letters, large or small. */
  filter: string;
  /** Only those in this state. */
  state: LiveState | undefined;
  /** Only those that somebody should look at. */
  onlyTroubles: boolean;
  group: Group;
  folding: Folding;
  /** The key of the line that is selected; it stays so wherever the line goes. */
  selected: string | undefined;
  /** Which line is at the top of the screen, from 0 on. */
  top: number;
}

/** What is asked before destinations are paused, or resumed. */
export interface Question {
  /** What they are called, safe to show. */
  title: string;
  ids: readonly number[];
  /** Whether they are probed: then they are to be paused. */
  isActive: boolean;
}

/** The detail of a row. */
export interface DetailState {
  row: string;
  /** Which of SPANS. */
  span: number;
  /** Whether its axis begins at 0. */
  fromZero: boolean;
}

/** Everything about a screen that keys change. */
export interface ViewState {
  table: TableState;
  /** undefined: the table is shown. */
  detail: DetailState | undefined;
  /** Which page of the help is shown, from 0 on; undefined: none. */
  help: number | undefined;
  /** The filter as it was before somebody began to type another; undefined: nobody does. */
  filterBefore: string | undefined;
  /** What is being asked. */
  confirming: Question | undefined;
}

/** What a screen begins with. */
export type FirstView = Partial<
  Pick<TableState, 'sort' | 'filter' | 'onlyTroubles' | 'group' | 'folding'> & { isReversed: boolean }
>;

/** How far back a detail looks: what people are told, and ms. */
export const SPANS = [
  ['10 min', 600_000],
  ['1 h', 3_600_000],
  ['6 h', 21_600_000],
  ['24 h', 86_400_000],
  ['7 d', 7 * 86_400_000],
  ['30 d', 30 * 86_400_000],
  ['90 d', 90 * 86_400_000],
  ['1 y', 365 * 86_400_000],
] as const;

/** Troubles come first, and otherwise nothing moves. */
export const firstState = ({
  sort = 'state',
  filter = '',
  onlyTroubles = false,
  group = 'none',
  folding = ALL_EXPANDED,
  isReversed = false,
}: FirstView = {}): ViewState => ({
  table: {
    sort,
    isDescending: DESCENDING.has(sort) !== isReversed,
    filter,
    state: undefined,
    onlyTroubles,
    group,
    folding,
    selected: undefined,
    top: 0,
  },
  detail: undefined,
  help: undefined,
  filterBefore: undefined,
  confirming: undefined,
});
