import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clock ticks a second, the unit of CPU times in /proc: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** User and system time that a process has used so far, µs, and its resident memory, MiB. */
export function usage(pid: number): { cpu: number; rss: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command in parentheses may hold blanks; the fields after it do not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return { cpu: (ticks / TICKS) * 1e6, rss: (Number(pages) * 4096) / 2 ** 20 };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts a command; its standard output is collected, its standard error goes to ours if asked. */
export function launch(command: string, args: string[]): { child: ChildProcess; output: Promise<string> } {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(Buffer.concat(chunks).toString()));
  });
  return { child, output };
}

/** CPU time of a command from start to end, µs, by the shell's own accounting (10 ms resolution). */
export async function cpuOf(command: string): Promise<number> {
  const { output } = launch('bash', ['-c', `${command} >/dev/null 2>&1 || exit; times`]);
  const [, children] = (await output).trim().split('\n');
  if (children === undefined) throw new Error(`failed: ${command}`);
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return seconds.reduce((sum, each) => sum + each, 0) * 1e6;
}
