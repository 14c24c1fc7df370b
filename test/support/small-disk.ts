import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Running } from './command.ts';

/** Whether this process may make mount namespaces, and has the tools for it. */
export function canMakeMounts(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    execFileSync('nsenter', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A small file system in memory over a folder, in a mount namespace that nobody else sees and that ends with `close`. */
export class SmallDisk {
  readonly #holder: ChildProcess;
  readonly #folder: string;

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder;
    this.#folder = folder;
  }

  static async mount(folder: string, size: string): Promise<SmallDisk> {
    const script = 'mount -t tmpfs -o size="$2" tmpfs "$1" && echo ready && exec sleep 600';
    const holder = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', folder, size], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout as NonNullable<typeof holder.stdout>, 'data');
    return new SmallDisk(holder, folder);
  }

  /** Runs a command that sees it, and returns what it prints. */
  run(...command: string[]): string {
    return execFileSync('nsenter', this.#inside(command), { encoding: 'utf8', maxBuffer: 2 ** 26 }).trim();
  }

  /** Starts one, in its folder. */
  start(...command: string[]): Running {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(NODE_|VITEST)/.test(name)),
    );
    return new Running(spawn('nsenter', this.#inside(command), { stdio: ['ignore', 'pipe', 'pipe'], env }));
  }

  /** Leaves no byte of it free. */
  fill(): void {
    this.run('sh', '-c', `cat /dev/zero > "${this.#folder}/filling" 2> /dev/null || true`);
  }

  free(): void {
    this.run('rm', `${this.#folder}/filling`);
  }

  close(): void {
    this.#holder.kill('SIGKILL');
  }

  #inside(command: string[]): string[] {
    const enter = ['sh', '-c', 'cd "$0" && exec "$@"', this.#folder];
    return [`--mount=/proc/${this.#holder.pid}/ns/mnt`, ...enter, ...command];
  }
}
