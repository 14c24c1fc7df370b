import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** The command line as it is built. */
export const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A child whose output is collected. */
export class Running {
  stdout = '';
  stderr = '';
  readonly finished: Promise<Finished>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
    this.finished = new Promise((resolve) => {
      child.once('close', (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  /** Resolves once what it has printed matches. */
  async until(pattern: RegExp, timeout = 10_000): Promise<void> {
    await until(
      () => pattern.test(this.stdout + this.stderr),
      timeout,
      () => `${pattern} in: ${this.stdout}${this.stderr}`,
    );
  }
}

/** What the tests themselves are run with. */
const OWN = ['PINGER_TRANSPORT', 'PINGER_LISTEN'];

/** The environment without what would change a command's settings, but for that. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => OWN.includes(name) || !/^(PINGER_|NODE_|VITEST)/.test(name),
    ),
  );

/** Starts `pinger` with these arguments. */
export const start = (args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Running =>
  new Running(
    spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd,
      env: { ...environment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

/** Runs `pinger` to its end. */
export const pinger = (
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> => start(args, options).finished;

/** Waits until a condition holds, looking every 20 ms. */
export async function until(
  holds: () => boolean,
  timeout = 10_000,
  what: () => string = () => 'it',
): Promise<void> {
  const end = Date.now() + timeout;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${timeout} ms in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
