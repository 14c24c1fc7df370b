/** Lines on a terminal that take the place of those before them. */
export class Redrawn {
  #height = 0;

  /** No line wraps and none scrolls away, so that the cursor finds back; what does not fit is left out. */
  draw(lines: readonly string[]): void {
    const { columns = 80, rows = 24 } = process.stdout;
    this.#replace(lines.slice(0, rows - 1).map((line) => line.slice(0, columns - 1)));
  }

  /** The last time, whole. */
  finish(lines: readonly string[]): void {
    this.#replace(lines);
    this.#height = 0;
  }

  #replace(lines: readonly string[]): void {
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    process.stdout.write(`${up}\r${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    this.#height = lines.length;
  }
}
