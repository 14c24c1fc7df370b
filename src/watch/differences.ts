import type { Frame } from './frame.ts';
import { PLAIN, type Style, sgr } from './style.ts';

/** To write a few cells once more is shorter than to move the cursor over them. */
const SHORTEST_MOVE = 6;

/**
 * What makes a terminal that shows one frame show the next. Without one before, or after one of another size, everything is drawn anew.
 * The cursor may be anywhere, the style has to be plain, and is so again.
 */
export function differences(before: Frame | undefined, after: Frame, hasColours: boolean): string {
  const known = before?.width === after.width && before.height === after.height ? before : undefined;
  const writer = new Writer(after, hasColours);
  if (!known) writer.clear();
  for (let y = 0; y < after.height; y++) {
    const end = contentEnd(after, y);
    for (let x = 0; x < after.width; x++) {
      if (known ? isSame(known, after, x, y) : isBlank(after, x, y)) continue;
      if (x >= end) {
        writer.eraseRest(x, y);
        break;
      }
      writer.write(x, y);
    }
  }
  return writer.finish();
}

const isSame = (before: Frame, after: Frame, x: number, y: number): boolean =>
  before.textAt(x, y) === after.textAt(x, y) && before.styleAt(x, y) === after.styleAt(x, y);

const isBlank = (frame: Frame, x: number, y: number): boolean =>
  frame.textAt(x, y) === ' ' && frame.styleAt(x, y) === PLAIN;

/** The column from which on a row is blank. */
function contentEnd(frame: Frame, y: number): number {
  let end = frame.width;
  while (end > 0 && isBlank(frame, end - 1, y)) end--;
  return end;
}

/** Puts cells of a frame into control functions of ECMA-48. */
class Writer {
  readonly #frame: Frame;
  readonly #hasColours: boolean;
  readonly #written: string[] = [];
  #style: Style = PLAIN;
  /** Where the cursor is; -1: somewhere. */
  #x = -1;
  #y = -1;

  constructor(frame: Frame, hasColours: boolean) {
    this.#frame = frame;
    this.#hasColours = hasColours;
  }

  clear(): void {
    this.#written.push('\x1b[0m\x1b[2J');
  }

  eraseRest(x: number, y: number): void {
    this.#moveTo(x, y);
    this.#wear(PLAIN);
    this.#written.push('\x1b[K');
  }

  write(x: number, y: number): void {
    const text = this.#frame.textAt(x, y);
    // It has been written with its left half.
    if (text === '') return;
    this.#reach(x, y);
    this.#put(x, y, text);
  }

  finish(): string {
    this.#wear(PLAIN);
    return this.#written.join('');
  }

  /** Over cells that stay as they are, if that is shorter. */
  #reach(x: number, y: number): void {
    if (y === this.#y && this.#x >= 0 && x > this.#x && x - this.#x < SHORTEST_MOVE) {
      const between = Array.from({ length: x - this.#x }, (_, n) => this.#x + n);
      if (
        between.every(
          (at) => isNarrow(this.#frame.textAt(at, y)) && this.#frame.styleAt(at, y) === this.#style,
        )
      )
        for (const at of between) this.#put(at, y, this.#frame.textAt(at, y));
    }
    if (x !== this.#x || y !== this.#y) this.#moveTo(x, y);
  }

  #put(x: number, y: number, text: string): void {
    this.#wear(this.#frame.styleAt(x, y));
    if (isNarrow(text)) {
      this.#written.push(text);
      this.#x = x + 1;
      return;
    }
    // Terminals do not agree on how wide such a character is: whatever it leaves is blank, and nothing goes by where the cursor is then.
    const isWide = x + 1 < this.#frame.width && this.#frame.textAt(x + 1, y) === '';
    this.#written.push(isWide ? '  ' : ' ');
    this.#moveTo(x, y);
    this.#written.push(text);
    this.#x = -1;
  }

  #moveTo(x: number, y: number): void {
    this.#written.push(`\x1b[${y + 1};${x + 1}H`);
    this.#x = x;
    this.#y = y;
  }

  #wear(style: Style): void {
    if (style === this.#style) return;
    this.#written.push(sgr(style, this.#hasColours));
    this.#style = style;
  }
}

const isNarrow = (text: string): boolean =>
  text.length === 1 && /[\x20-\x7e\u2190-\u2193\u2500-\u25ff\u2800-\u28ff·×…‖]/.test(text);
