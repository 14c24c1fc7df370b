import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { type Libc, loadLibc } from './libc.ts';

// <linux/capability.h>: https://man7.org/linux/man-pages/man7/capabilities.7.html
const CAP_DAC_OVERRIDE = 1;
const CAP_NET_ADMIN = 12;
const CAP_NET_RAW = 13;

// <linux/prctl.h>
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;

// <fcntl.h>
const F_SETFD = 2;

/** Who may do as the owner, and who as anybody, in a file's mode. */
const OWNER = 0o700;
const OTHERS = 0o001;

/**
 * Leaves of root's capabilities what probing needs: CAP_NET_RAW for raw sockets, which are opened when they are first
 * needed and after a failure; CAP_NET_ADMIN for receive buffers above `net.core.rmem_max`; and CAP_DAC_OVERRIDE only
 * where a database or this program is not root's own.
 *
 * Capabilities are each thread's own, and Node has threads before it runs anything. So this process executes itself
 * anew: what has gone from the bounding set then is gone from all of them. Where it cannot, it goes on as it is.
 */
export function shedPrivileges(databases: readonly string[]): void {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return;
  const kept = [CAP_NET_RAW, CAP_NET_ADMIN];
  if (!isRootsOwn(databases)) kept.push(CAP_DAC_OVERRIDE);
  const surplus = boundingSet().filter((capability) => !kept.includes(capability));
  if (surplus.length === 0) return;
  let libc: Libc;
  try {
    libc = loadLibc();
  } catch {
    return;
  }
  if (!surplus.every((capability) => prctl(libc, PR_CAPBSET_DROP, capability))) return;
  prctl(libc, PR_SET_NO_NEW_PRIVS, 1);
  // Node has all descriptors closed by an execution, these as well.
  for (const descriptor of [0, 1, 2]) libc.fcntl(descriptor, F_SETFD, 'int', 0);
  libc.execv(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1), null]);
}

const prctl = (libc: Libc, option: number, value: number): boolean =>
  libc.prctl(option, ...[value, 0, 0, 0].flatMap((each) => ['unsigned long', each] as const)) === 0;

/** What this process can have at most. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function boundingSet(): number[] {
  let status = '';
  try {
    status = readFileSync('/proc/self/status', 'utf8');
  } catch {
    // A host without procfs says nothing, and nothing is dropped.
  }
  const [, digits = '0'] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  const bits = BigInt(`0x${digits}`);
  return Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (bits >> BigInt(bit)) & 1n);
}

/** Whether root comes to everything without more rights than an owner has. */
function isRootsOwn(databases: readonly string[]): boolean {
  const program = [process.execPath, import.meta.filename, createRequire(import.meta.url).resolve('koffi')];
  try {
    return (
      program.every((path) => ancestors(realpathSync(path)).every(isPassable)) &&
      databases.filter((path) => path !== ':memory:').every(isOwnDatabase)
    );
  } catch {
    return false;
  }
}

/** The file with its journals, which may not be there yet, and its folder. */
function isOwnDatabase(path: string): boolean {
  const folder = realpathSync(dirname(resolve(path)));
  const files = ['', '-wal', '-shm', '-journal'].map((suffix) =>
    statSync(`${path}${suffix}`, { throwIfNoEntry: false }),
  );
  return (
    [statSync(folder), ...files].every((found) => found === undefined || found.uid === 0) &&
    ancestors(folder).every(isPassable)
  );
}

const ancestors = (path: string): Stats[] =>
  dirname(path) === path ? [] : [statSync(dirname(path)), ...ancestors(dirname(path))];

const isPassable = ({ uid, mode }: Stats): boolean =>
  (uid === 0 && (mode & OWNER) === OWNER) || (mode & OTHERS) !== 0;
