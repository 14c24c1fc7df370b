import type { Pinger } from '../pinger.ts';
import type { Path } from '../trace/path.ts';
import { ReverseNames } from '../trace/reverse-names.ts';
import { print, printJson } from './output.ts';
import { pathLines, pathObjects } from './path-table.ts';
import { Redrawn } from './redrawn.ts';

/** How often the table on a terminal is drawn, ms. */
const REDRAW = 500;

/** How long names that are not found yet are waited for at the end, ms. */
const LAST_NAMES = 1000;

export interface PathViewOptions {
  pinger: Pinger;
  path: Path;
  json: boolean;
  /** Look up no names. */
  numeric: boolean;
}

/** Shows a path: on a terminal while it is being found, and as a whole at the end. */
export class PathView {
  readonly #path: Path;
  readonly #json: boolean;
  readonly #names: ReverseNames | undefined;
  readonly #screen: Redrawn | undefined;
  readonly #redraw: NodeJS.Timeout | undefined;

  constructor({ pinger, path, json, numeric }: PathViewOptions) {
    this.#path = path;
    this.#json = json;
    this.#names = numeric ? undefined : new ReverseNames();
    pinger.on('result', ({ address }) => address !== null && this.#nameOf(address));
    if (json || !process.stdout.isTTY) return;
    const screen = new Redrawn();
    this.#screen = screen;
    this.#redraw = setInterval(() => screen.draw(this.#lines()), REDRAW);
  }

  /** The end; names are waited for a moment longer, but not beyond `enough`. */
  async finish(enough: Promise<unknown>): Promise<void> {
    await Promise.race([this.#names?.settled(LAST_NAMES), enough]);
    this.close();
    if (this.#json) await printJson(pathObjects(this.#path.figures(), this.#nameOf));
    else if (this.#screen) this.#screen.finish(this.#lines());
    else await print(this.#lines());
  }

  /** Leaves the terminal as it is. */
  close(): void {
    clearInterval(this.#redraw);
    this.#names?.close();
  }

  readonly #nameOf = (address: string): string | null => this.#names?.nameOf(address) ?? null;

  #lines(): string[] {
    return pathLines(this.#path.figures(), this.#nameOf);
  }
}
