import type { Path } from './path.ts';
import { collect } from './process.ts';

/**
 * Runs a command on a path's near host to its end, and returns its CPU time, µs, by the shell's own accounting (1 ms resolution).
 * An exit code of 1 is a pinger's way to say that something did not answer.
 */
export async function cpuOf(path: Path, command: string, output = '/dev/null'): Promise<number> {
  const script = `${command} >${output} 2>&1; code=$?; times; exit $code`;
  const shell = collect(path.start('source', 'bash', '-c', script));
  const code = await shell.ended;
  const [, children] = shell.stdout.trim().split('\n');
  if (code === null || code > 1 || children === undefined) throw new Error(`ended with ${code}: ${command}`);
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return seconds.reduce((sum, each) => sum + each, 0) * 1e6;
}
