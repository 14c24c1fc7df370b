import { execFileSync } from 'node:child_process';
import { chooseTransport } from '../../src/io/choose-transport.ts';
import { SystemClock } from '../../src/io/clock.ts';
import { TRANSPORT } from './transport.ts';

/** Whether this process may open raw sockets. */
export function canOpenRawSockets(): boolean {
  const transport = chooseTransport(TRANSPORT, new SystemClock());
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

/** Whether this process may make TUN interfaces in namespaces of its own. */
export function canMakeTun(): boolean {
  const script =
    'ip netns add "$0" && ip -n "$0" tuntap add dev try0 mode tun; code=$?; ip netns delete "$0"; exit $code';
  try {
    execFileSync('sh', ['-c', script, `pinger-try-${process.pid}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
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
