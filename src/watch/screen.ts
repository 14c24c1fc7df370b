import type { LiveState } from '../live/destination.ts';
import type { Frame } from './frame.ts';
import type { Capabilities } from './look.ts';
import { KEY, NOTE } from './look.ts';
import { INVERSE, type Span } from './style.ts';
import { widthOf } from './text.ts';

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

/** A question or an input on the last line. */
export function putPrompt(frame: Frame, spans: readonly Span[]): void {
  const y = frame.height - 1;
  for (let x = 0; x < frame.width; x++) frame.put(x, y, ' ');
  const end = frame.putSpans(0, y, spans);
  frame.put(end, y, ' ', INVERSE);
}

/** Spans from the right edge on; nothing where they would meet what is there up to column `from`. */
export function putRight(frame: Frame, y: number, spans: readonly Span[], from: number): void {
  const width = spans.reduce((sum, { text }) => sum + widthOf(text), 0);
  if (from + 2 + width <= frame.width) frame.putSpans(frame.width - width, y, spans);
}
