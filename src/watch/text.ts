import stringWidth from 'string-width';
import { oneLine } from '../cli/format.ts';

/** What a terminal shows in one place: a character with all that belongs to it, and how many columns it takes. */
export interface Grapheme {
  text: string;
  width: number;
}

const SEGMENTER = new Intl.Segmenter();

/** What takes a column each, and is no more than itself: ASCII, and the lines, blocks, shapes and Braille patterns that screens are made of. */
const SIMPLE = /^[\x20-\x7e\u2500-\u25ff\u2800-\u28ff·×…‖←-↓]*$/;

/** Marks on one character, at most: more of them would be drawn over the lines above and below. */
const MOST_MARKS = 2;

/**
 * A text from a table as one line that is safe to show: control characters are escaped. What is invisible, and of what terminals do not agree
 * how wide it is (joiners, selectors of variants), is left out.
 */
export const safe = (text: string): string =>
  SIMPLE.test(text)
    ? text
    : oneLine(text)
        .replace(/\p{Cs}/gu, '\ufffd')
        .replace(/\p{Cf}|\p{Default_Ignorable_Code_Point}/gu, '');

export function graphemes(text: string): Grapheme[] {
  if (SIMPLE.test(text)) return Array.from(text, (each) => ({ text: each, width: 1 }));
  const found: Grapheme[] = [];
  for (const { segment } of SEGMENTER.segment(text)) {
    const characters = Array.from(segment)
      .slice(0, 1 + MOST_MARKS)
      .join('');
    const width = Math.min(2, stringWidth(characters));
    if (width > 0) found.push({ text: characters, width });
  }
  return found;
}

/** In ASCII, with the same width: letters without their marks, and `?` for what has no other likeness. */
export const ascii = (text: string): Grapheme[] =>
  graphemes(text).flatMap(({ text, width }) => {
    const plain = text.normalize('NFKD').replace(/\p{M}/gu, '');
    const shown = /^[\x20-\x7e]+$/.test(plain) && plain.length <= width ? plain : '?'.repeat(width);
    return Array.from(shown.padEnd(width), (each) => ({ text: each, width: 1 }));
  });

/** Columns that a text takes. */
export const widthOf = (text: string): number =>
  SIMPLE.test(text) ? text.length : graphemes(text).reduce((sum, { width }) => sum + width, 0);

/** The text in so many columns at most; what does not fit ends in `…`. */
export function clipped(text: string, columns: number, ellipsis = '…'): string {
  if (widthOf(text) <= columns) return text;
  const mark = ellipsis.slice(0, Math.max(0, columns));
  let taken = '';
  let width = mark.length;
  for (const grapheme of graphemes(text)) {
    width += grapheme.width;
    if (width > columns) break;
    taken += grapheme.text;
  }
  return taken + mark;
}

/** The text in exactly so many columns. */
export function fitted(text: string, columns: number, { right = false, ellipsis = '…' } = {}): string {
  const short = clipped(text, columns, ellipsis);
  const blank = ' '.repeat(Math.max(0, columns - widthOf(short)));
  return right ? blank + short : short + blank;
}
