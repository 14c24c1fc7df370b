/** How often it is drawn anew at most, ms. */
const EVERY = 100;

const WIDTH = 30;

/** One line on a terminal that says how far something is; nothing where standard error is no terminal. */
export class ProgressBar {
  readonly #shown = process.stderr.isTTY === true;
  #drawnAt = Number.NEGATIVE_INFINITY;

  /** `share`: 0 to 1. */
  draw(share: number, text: () => string): void {
    const now = performance.now();
    if (!this.#shown || now - this.#drawnAt < EVERY) return;
    this.#drawnAt = now;
    const done = Math.round(share * WIDTH);
    const line = `${'█'.repeat(done)}${'░'.repeat(WIDTH - done)} ${Math.floor(share * 100)}%  ${text()}`;
    process.stderr.write(`\r${line.slice(0, (process.stderr.columns || 80) - 1)}\x1b[K`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
  }
}
