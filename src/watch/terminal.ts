import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import { differences } from './differences.ts';
import type { Frame } from './frame.ts';
import { type Key, KeyReader } from './keys.ts';
import type { Capabilities } from './look.ts';

/**
 * The alternate screen, no cursor, no wrapping, the wheel as arrow keys there, pasted text in brackets; and the question whether the terminal
 * has synchronized output. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
 */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?1007h\x1b[?2004h\x1b[?2026$p';
const LEAVE = '\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?1007l\x1b[?7h\x1b[?25h\x1b[?1049l';

/** Around what is to be drawn at once: https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036 */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

/** The rest of a sequence comes within this, unless it was the Escape key alone, ms. */
const ESCAPE_DELAY = 50;

/** A process that the shell has not stopped after this is in no job of a shell's, ms. */
const STOPPED_WITHIN = 200;

export interface TerminalOptions {
  input: ReadStream;
  output: WriteStream & { readonly fd: number };
  capabilities: Capabilities;
  onKey: (key: Key) => void;
  /** There is no terminal any more. */
  onGone: () => void;
  /** The screen has another size, or nothing of what was drawn is on it any more. */
  onResize: () => void;
}

/** A terminal that frames are drawn on, left as it was found however the process ends, SIGKILL apart. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #keys = new KeyReader();
  #shown: Frame | undefined;
  #isIn = false;
  #flush: NodeJS.Timeout | undefined;
  #unstopped: NodeJS.Timeout | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
    const { input, output, onGone } = options;
    if (this.hasKeys)
      input.on('data', (bytes: Buffer) => this.#take(this.#keys.read(bytes))).on('end', onGone);
    // Whoever started the process may have kept the signal from it that says so.
    for (const stream of [input, output]) stream.on('error', onGone);
    output.on('resize', this.#resized);
    process.on('SIGTSTP', this.#suspended);
    process.on('SIGCONT', this.#continued);
    // However it ends: by itself, process.exit, or an exception, whose trace comes after this.
    process.on('exit', this.#leave);
    process.on('uncaughtExceptionMonitor', this.#leave);
    this.#enter();
  }

  /** Columns and rows. */
  get size(): { width: number; height: number } {
    const { columns, rows } = this.#options.output;
    return { width: Math.max(1, columns || 80), height: Math.max(1, rows || 24) };
  }

  /** Whether keys can be pressed at all. */
  get hasKeys(): boolean {
    return this.#options.input.isTTY === true;
  }

  /** Whether what was drawn is still on its way: a slow line is not filled further. */
  get isBusy(): boolean {
    return this.#options.output.writableNeedDrain;
  }

  /** Shows a frame by one write of what is different, if anything is. */
  draw(frame: Frame): void {
    if (!this.#isIn) return;
    const { output, capabilities } = this.#options;
    const change = differences(this.#shown, frame, capabilities.hasColours);
    this.#shown = frame;
    if (change === '') return;
    output.write(this.#keys.isSynchronized ? BEGIN + change + END : change);
  }

  /** Draws everything anew next time. */
  forget(): void {
    this.#shown = undefined;
  }

  /** Ctrl-Z: leaves the terminal to the shell, until that brings the process back. */
  readonly suspend = (): void => {
    this.#leave();
    process.off('SIGTSTP', this.#suspended);
    process.kill(0, 'SIGTSTP');
    this.#unstopped = setTimeout(this.#continued, STOPPED_WITHIN);
  };

  close(): void {
    const { input, output } = this.#options;
    this.#leave();
    clearTimeout(this.#flush);
    clearTimeout(this.#unstopped);
    output.off('resize', this.#resized);
    process.off('SIGTSTP', this.#suspended);
    process.off('SIGCONT', this.#continued);
    process.off('exit', this.#leave);
    process.off('uncaughtExceptionMonitor', this.#leave);
    input.removeAllListeners('data');
    input.pause();
    // What was asked of the terminal may be answered yet, and is not for the shell.
    if (input.isTTY) input.unref();
  }

  #enter(): void {
    if (this.#isIn) return;
    this.#isIn = true;
    this.#shown = undefined;
    const { input, output } = this.#options;
    if (input.isTTY) input.setRawMode(true).resume();
    output.write(ENTER);
  }

  readonly #leave = (): void => {
    if (!this.#isIn) return;
    this.#isIn = false;
    const { input, output } = this.#options;
    try {
      if (input.isTTY) input.setRawMode(false);
      // At the end of a process nothing is written that is not written at once.
      writeSync(output.fd, LEAVE);
    } catch {
      // The terminal has gone.
    }
  };

  readonly #suspended = (): void => this.suspend();

  readonly #continued = (): void => {
    clearTimeout(this.#unstopped);
    process.off('SIGTSTP', this.#suspended);
    process.on('SIGTSTP', this.#suspended);
    // Whoever stopped the process without asking may have used the terminal meanwhile.
    this.#isIn = false;
    this.#enter();
    this.#options.onResize();
  };

  readonly #resized = (): void => {
    this.#shown = undefined;
    this.#options.onResize();
  };

  #take(keys: Key[]): void {
    clearTimeout(this.#flush);
    if (this.#keys.isPending) this.#flush = setTimeout(() => this.#take(this.#keys.flush()), ESCAPE_DELAY);
    for (const key of keys) this.#options.onKey(key);
  }
}
