import { lossCell } from '../cli/format.ts';
import type { LiveState } from '../live/destination.ts';
import { BY_SEVERITY } from '../live/severity.ts';
import { lossStyle, type PlacedColumn } from './columns.ts';
import { timeText } from './figures.ts';
import type { Frame } from './frame.ts';
import type { WatchedGroup } from './group.ts';
import { type Capabilities, NOTE, STATE_LOOKS, signOf, signsOf, TITLE } from './look.ts';
import { putWhole } from './screen.ts';
import { PLAIN, type Span } from './style.ts';
import { clipped, fitted, widthOf } from './text.ts';

/** Before the title: a mark, the sign of the worst state, and a blank after each. */
const SIGNS = 4;

/** Columns of the title that are worth more than the size. */
const LEAST_TITLE = 16;

/** The heading of a group: its worst state, name and size; loss and time below those of rows; how many are in which state. */
export function putGroup(
  frame: Frame,
  y: number,
  { figures, title, members, isCollapsed }: WatchedGroup,
  columns: readonly PlacedColumn[],
  capabilities: Capabilities,
): void {
  const { states, loss, median } = figures;
  const signs = signsOf(capabilities);
  const worst = BY_SEVERITY.find((state) => states[state] !== undefined) ?? 'waiting';
  const size = `  ${members.length}`;
  const [lossAt, rttAt] = [placeOf(columns, 'loss'), placeOf(columns, 'rtt')];
  const figuresAt = Math.min(lossAt?.x ?? frame.width + 1, rttAt?.x ?? frame.width + 1) - 1;
  const room = figuresAt - SIGNS;
  const hasSize = room >= Math.min(LEAST_TITLE, widthOf(title)) + size.length;
  frame.putSpans(
    0,
    y,
    [
      { text: `${isCollapsed ? signs.collapsed : signs.expanded} `, style: NOTE },
      { text: `${signOf(worst, capabilities)} `, style: STATE_LOOKS[worst].style },
      { text: clipped(title, hasSize ? room - size.length : room, signs.ellipsis), style: TITLE },
      { text: hasSize ? size : '', style: NOTE },
    ],
    figuresAt,
  );
  const put = (place: typeof lossAt, text: string, style = PLAIN): void => {
    if (place) frame.put(place.x, y, fitted(text, place.width, { right: true }), style);
  };
  put(lossAt, lossCell(loss), lossStyle(loss));
  put(rttAt, timeText(median), median === null ? NOTE : PLAIN);
  // Whose title says it has nothing more to tell.
  if (title === worst && states[worst] === members.length) return;
  const from = Math.max(...[lossAt, rttAt].map((place) => (place ? place.x + place.width + 2 : frame.width)));
  putWhole(
    frame,
    { x: from, y, end: frame.width },
    stateCounts((state) => states[state], capabilities),
  );
}

function placeOf(
  columns: readonly PlacedColumn[],
  sort: PlacedColumn['sort'],
): { x: number; width: number } | undefined {
  let x = 0;
  for (const column of columns) {
    if (column.sort === sort) return { x, width: column.width };
    x += column.width + 1;
  }
  return undefined;
}

/** How many there are in each state, as far as there are any: `■ 2 down`, and without the word where there is less room. */
export const stateCounts = (
  countOf: (state: LiveState) => number | undefined,
  capabilities: Capabilities,
): { long: Span[]; short: Span[] }[] =>
  BY_SEVERITY.flatMap((state) => {
    const count = countOf(state) ?? 0;
    if (count === 0) return [];
    const { style } = STATE_LOOKS[state];
    const short = `${signOf(state, capabilities)} ${count}`;
    return [{ long: [{ text: `${short} ${state}`, style }], short: [{ text: short, style }] }];
  });
