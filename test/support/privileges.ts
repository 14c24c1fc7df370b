import { execFileSync } from 'node:child_process';
import { SystemClock } from '../../src/io/clock.ts';
import { RawSocketTransport } from '../../src/io/raw-socket.ts';

/** Whether this process may open raw sockets. */
export function canOpenRawSockets(): boolean {
  const transport = new RawSocketTransport(new SystemClock());
  try {
    transport.open({ received() {}, noticed() {}, failed() {} });
    return true;
  } catch {
    return false;
  } finally {
    transport.close();
  }
}

/** Whether this process may make network namespaces, and has the tools for it. */
export function canMakeNamespaces(): boolean {
  const name = `pinger-try-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'exec', name, 'nft', 'list', 'ruleset'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    try {
      execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
    } catch {
      // It was not made.
    }
  }
}

/** Whether a program is installed. */
export function hasProgram(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
