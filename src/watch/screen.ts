import type { LiveState } from '../live/destination.ts';
import type { Frame } from './frame.ts';
import type { Capabilities } from './look.ts';
import { KEY, NOTE } from './look.ts';
import { BOLD, INVERSE, type Span } from './style.ts';
import { clipped, widthOf } from './text.ts';
import type { Question } from './view-state.ts';

/** What a screen tells besides its rows. */
export interface Surroundings extends Capabilities {
  width: number;
  height: number;
  /** ms since the Unix epoch. */
  now: number;
  /** The database, as people are told. */
  database: string;
  /** The names of the sources whose results are shown, safe to show. */
  sources: readonly string[];
  /** When the newest result came, ms since the Unix epoch; null where there is none. */
  newest: number | null;
  /** What is wrong, safe to show: no monitor runs, the database is away. */
  problem: string | undefined;
  /** What is worth a remark. */
  remark: string | undefined;
  /** How many rows there are in each state, whether they are shown or not. */
  counts: ReadonlyMap<LiveState, number>;
}

/** A key, and what it does. */
export type Hint = readonly [key: string, what: string];

/** Keys and what they do on the last line; those that do not fit are left out. */
export function putHints(frame: Frame, hints: readonly Hint[]): void {
  const y = frame.height - 1;
  let x = 0;
  for (const [key, what] of hints) {
    const width = widthOf(key) + 1 + widthOf(what);
    if (x + width > frame.width) continue;
    x =
      frame.putSpans(x, y, [
        { text: key, style: KEY },
        { text: ` ${what}`, style: NOTE },
      ]) + 2;
  }
}

/** Items side by side, as many as fit whole: half a number would be another one. All are short where not all fit that are long. */
export function putWhole(
  frame: Frame,
  { x, y, end }: { x: number; y: number; end: number },
  items: readonly { long: readonly Span[]; short: readonly Span[] }[],
): void {
  const widthOfAll = items.reduce((sum, { long }) => sum + widthOfSpans(long) + 2, -2);
  const length = x + widthOfAll <= end ? 'long' : 'short';
  let at = x;
  for (const item of items) {
    const spans = item[length];
    if (at + widthOfSpans(spans) > end) break;
    at = frame.putSpans(at, y, spans, end) + 2;
  }
}

export const widthOfSpans = (spans: readonly Span[]): number =>
  spans.reduce((sum, { text }) => sum + widthOf(text), 0);

/** A question or an input on the last line. */
export function putPrompt(frame: Frame, spans: readonly Span[]): void {
  const y = frame.height - 1;
  for (let x = 0; x < frame.width; x++) frame.put(x, y, ' ');
  const end = frame.putSpans(0, y, spans);
  frame.put(end, y, ' ', INVERSE);
}

/** Asks whether destinations are to be paused or resumed. */
export function putQuestion(frame: Frame, { title, isActive }: Question): void {
  const shown = clipped(title, Math.max(8, frame.width - 24));
  putPrompt(frame, [{ text: `${isActive ? 'Pause' : 'Resume'} ${shown}? [y/N] `, style: BOLD }]);
}

/** Spans from the right edge on; nothing where they would meet what is there up to column `from`. */
export function putRight(frame: Frame, y: number, spans: readonly Span[], from: number): void {
  const width = widthOfSpans(spans);
  if (from + 2 + width <= frame.width) frame.putSpans(frame.width - width, y, spans);
}
