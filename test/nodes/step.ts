import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How much of a failed step's output is shown, lines. */
const SHOWN = 60;

/** Where a command runs, and by which Node. */
export interface Place {
  /** Holds `bin/node` and `include/node`. */
  node: string;
  folder: string;
  /** The file that its output goes to. */
  log: string;
  /** Ends it. */
  signal: AbortSignal;
}

export class StepFailure extends Error {
  override readonly name = 'StepFailure';

  /** The end of what the command printed. */
  readonly output: string;

  constructor(command: string, log: string) {
    super(`${command} failed`);
    this.output = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-SHOWN).join('\n');
  }
}

/** Runs a command to its end and returns how long it took, s. Throws StepFailure. */
export async function step(place: Place, command: string, ...args: string[]): Promise<number> {
  const { node, folder, log, signal } = place;
  const started = performance.now();
  const output = openSync(log, 'w');
  const child = spawn(command, args, {
    cwd: folder,
    env: environment(node),
    stdio: ['ignore', output, output],
    // A group of its own, because npm does not hand signals on to what its scripts start.
    detached: true,
  });
  closeSync(output);
  const stop = () => child.pid !== undefined && process.kill(-child.pid);
  signal.addEventListener('abort', stop);
  try {
    const [code] = await once(child, 'close');
    if (code !== 0) throw new StepFailure([command, ...args].join(' '), log);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return (performance.now() - started) / 1000;
}

/** What a shell has whose PATH starts with this Node, without what the npm that runs this script has added. */
function environment(node: string): NodeJS.ProcessEnv {
  const { NODE, npm_node_execpath, PATH = '', ...rest } = process.env;
  const path = PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return {
    ...rest,
    PATH: [join(node, 'bin'), ...path].join(delimiter),
    npm_config_nodedir: node,
    // What fails has to say why, also when this script is run with --silent.
    npm_config_loglevel: 'notice',
  };
}
