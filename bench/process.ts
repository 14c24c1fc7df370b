import { type ChildProcess, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clock ticks a second, the unit of CPU times in /proc: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const PAGE = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

/** User and system time that a process has used so far, µs, and its resident memory, MiB. */
export function usage(pid: number): { cpu: number; rss: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command in parentheses may hold blanks; the fields after it do not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return { cpu: (ticks / TICKS) * 1e6, rss: (Number(pages) * PAGE) / 2 ** 20 };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a program is installed. */
export function installed(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** How long a program may take to say that it is ready, ms. */
const READY_WITHIN = 30_000;

export interface Collected {
  stdout: string;
  stderr: string;
  /** Exit code, null when a signal ended it. */
  ended: Promise<number | null>;
  until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void>;
}

/** Collects what a program prints. */
export function collect(child: ChildProcess): Collected {
  const parts = { stdout: [] as string[], stderr: [] as string[] };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text) => parts[stream].push(text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  ended.catch(() => {});
  return {
    get stdout() {
      return parts.stdout.join('');
    },
    get stderr() {
      return parts.stderr.join('');
    },
    ended,
    async until(stream, pattern) {
      let over = false;
      const end = () => {
        over = true;
      };
      ended.then(end, end);
      const limit = performance.now() + READY_WITHIN;
      while (!pattern.test(this[stream])) {
        if (over || performance.now() > limit)
          throw new Error(`${child.spawnargs.join(' ').slice(0, 200)}: ${this.stderr.slice(0, 500)}`);
        await sleep(10);
      }
    },
  };
}
