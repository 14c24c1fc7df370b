import type { LiveState } from '../live/destination.ts';
import { DESCENDING, type SortColumn } from './columns.ts';

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
  /** The key of the row that is selected; it stays so wherever the row goes. */
  selected: string | undefined;
  /** Which row is at the top of the screen, from 0 on. */
  top: number;
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
  /** The row that is to be paused or resumed, if that is confirmed. */
  confirming: string | undefined;
}

/** What a screen begins with. */
export type FirstView = Partial<
  Pick<TableState, 'sort' | 'filter' | 'onlyTroubles'> & { isReversed: boolean }
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
  isReversed = false,
}: FirstView = {}): ViewState => ({
  table: {
    sort,
    isDescending: DESCENDING.has(sort) !== isReversed,
    filter,
    state: undefined,
    onlyTroubles,
    selected: undefined,
    top: 0,
  },
  detail: undefined,
  help: undefined,
  filterBefore: undefined,
  confirming: undefined,
});
