import { PLAIN, type Span, type Style } from './style.ts';
import { ascii, graphemes } from './text.ts';

/** The right half of a character that takes two columns. */
const CONTINUED = '';

/** What a screen shows: its cells, each a character and how it looks. */
export class Frame {
  readonly width: number;
  readonly height: number;
  readonly #hasUnicode: boolean;
  readonly #texts: string[];
  readonly #styles: Uint8Array;

  /** Where a terminal has no more than ASCII, other characters become what is nearest: their bytes could be anything to it. */
  constructor(width: number, height: number, { hasUnicode = true } = {}) {
    this.#hasUnicode = hasUnicode;
    this.width = width;
    this.height = height;
    this.#texts = new Array(width * height).fill(' ');
    this.#styles = new Uint8Array(width * height);
  }

  /** The character that begins in a cell; empty in the right half of a wide one. */
  textAt(x: number, y: number): string {
    return this.#texts[y * this.width + x] as string;
  }

  styleAt(x: number, y: number): Style {
    return this.#styles[y * this.width + x] as Style;
  }

  /** Writes from a cell on, up to column `end`; a wide character that does not fit becomes a blank. Returns the column behind. */
  put(x: number, y: number, text: string, style: Style = PLAIN, end = this.width): number {
    if (y < 0 || y >= this.height) return x;
    const most = Math.min(end, this.width);
    let at = x;
    // What is left of a wide character is blank.
    if (x > 0 && this.textAt(x, y) === CONTINUED && text !== '') this.#texts[y * this.width + x - 1] = ' ';
    for (const { text: character, width } of this.#hasUnicode ? graphemes(text) : ascii(text)) {
      if (at >= most) break;
      if (at + width > most) {
        this.#set(at++, y, ' ', style);
        break;
      }
      this.#set(at++, y, character, style);
      if (width === 2) this.#set(at++, y, CONTINUED, style);
    }
    if (at > x && at < this.width && this.textAt(at, y) === CONTINUED) this.#texts[y * this.width + at] = ' ';
    return at;
  }

  /** Writes spans one after the other. */
  putSpans(x: number, y: number, spans: readonly Span[], end = this.width): number {
    return spans.reduce((at, { text, style }) => this.put(at, y, text, style, end), x);
  }

  /** Adds a style to what is in a row. */
  mark(y: number, style: Style): void {
    if (y < 0 || y >= this.height) return;
    for (let at = y * this.width; at < (y + 1) * this.width; at++) (this.#styles[at] as number) |= style;
  }

  /** The text of a row, without blanks at its end. */
  line(y: number): string {
    return this.#texts
      .slice(y * this.width, (y + 1) * this.width)
      .join('')
      .trimEnd();
  }

  get lines(): string[] {
    return Array.from({ length: this.height }, (_, y) => this.line(y));
  }

  #set(x: number, y: number, text: string, style: Style): void {
    const at = y * this.width + x;
    this.#texts[at] = text;
    this.#styles[at] = style;
  }
}
