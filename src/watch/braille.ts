/** The dots of a Braille pattern by row and column: https://www.unicode.org/charts/PDF/U2800.pdf */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

const BLANK = 0x2800;

/** Dots in a character. */
export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

/** Dots on a grid of characters, each of which knows the most important thing that is drawn in it. */
export class DotCanvas {
  readonly columns: number;
  readonly rows: number;
  readonly #patterns: Uint8Array;
  readonly #ranks: Uint8Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#patterns = new Uint8Array(columns * rows);
    this.#ranks = new Uint8Array(columns * rows);
  }

  get width(): number {
    return this.columns * DOTS_ACROSS;
  }

  get height(): number {
    return this.rows * DOTS_DOWN;
  }

  /** Sets a dot; `y` counts from the bottom. What is outside is not drawn. */
  dot(x: number, y: number, rank: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const down = this.height - 1 - y;
    const at = Math.floor(down / DOTS_DOWN) * this.columns + Math.floor(x / DOTS_ACROSS);
    const dots = DOTS[down % DOTS_DOWN] as readonly [number, number];
    (this.#patterns[at] as number) |= dots[x % DOTS_ACROSS] as number;
    this.#ranks[at] = Math.max(this.#ranks[at] as number, rank);
  }

  /** 0 where there is nothing. */
  rankAt(column: number, row: number): number {
    return this.#ranks[row * this.columns + column] as number;
  }

  characterAt(column: number, row: number): string {
    return String.fromCharCode(BLANK + (this.#patterns[row * this.columns + column] as number));
  }
}
