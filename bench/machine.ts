import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

const PACKAGES = ['fping', 'prometheus-smokeping-prober', 'oping', 'tcpdump'];

/** The machine that figures are of, as names and values. */
export function machine(): [string, string][] {
  const [first] = cpus();
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['processor', `${cpus().length} × ${first?.model ?? 'unknown'}`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['kernel', `Linux ${release()}`],
    ['Node', process.version.slice(1)],
    ...PACKAGES.map((name): [string, string] => [name, versionOf(name)]),
  ];
}

/** The version of a Debian package. */
function versionOf(name: string): string {
  try {
    const format = `--showformat=\${Version}`;
    return execFileSync('dpkg-query', ['--show', format, name], { stdio: 'pipe' }).toString();
  } catch {
    return 'not installed';
  }
}
