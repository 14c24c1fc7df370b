import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

let made = 0;

/** A terminal of tmux's own, with a shell in it, that goes when the test ends. */
export class Tmux {
  readonly #socket = `pinger-test-${process.pid}-${made++}`;
  #isClosed = false;

  constructor({ width, height, env = {} }: { width: number; height: number; env?: Record<string, string> }) {
    const settings = Object.entries({ LANG: 'C.UTF-8', PS1: '$ ', ...env }).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ]);
    const size = ['-x', String(width), '-y', String(height)];
    this.#run('-u', '-f', '/dev/null', 'new-session', '-d', ...size, ...settings, 'bash --norc --noprofile');
    onTestFinished(() => this.close());
    // A window has the size that it is made with, whoever looks at it.
    this.#run('set-option', '-g', 'window-size', 'manual');
  }

  /** Types; names of keys are tmux's: `Enter`, `Up`, `C-c`. */
  press(...keys: string[]): void {
    this.#run('send-keys', ...keys);
  }

  /** Types a line to the shell. */
  enter(line: string): void {
    this.#run('send-keys', '-l', line);
    this.press('Enter');
  }

  /** Pastes, in brackets where the program has asked for them. */
  paste(text: string): void {
    this.#run('set-buffer', '-b', 'pasted', text);
    this.#run('paste-buffer', '-p', '-r', '-b', 'pasted');
  }

  /** The terminal goes, and whoever used it is told. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#run('kill-server');
  }

  resize(width: number, height: number): void {
    this.#run('resize-window', '-x', String(width), '-y', String(height));
  }

  /** What can be seen. */
  get screen(): string {
    return this.#run('capture-pane', '-p');
  }

  /** With its colours, as escape sequences. */
  get colours(): string {
    return this.#run('capture-pane', '-p', '-e');
  }

  /** What tmux knows of the terminal, such as `cursor_flag`. */
  known(format: string): string {
    return this.#run('display-message', '-p', `#{${format}}`).trim();
  }

  /** Resolves with the screen once it is as expected. */
  async until(expected: RegExp, timeout = 30_000): Promise<string> {
    const end = performance.now() + timeout;
    for (;;) {
      const { screen } = this;
      if (expected.test(screen)) return screen;
      if (performance.now() > end) throw new Error(`${expected} in:\n${screen}`);
      await sleep(50);
    }
  }

  #run(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }
}
