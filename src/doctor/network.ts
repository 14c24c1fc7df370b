import { Resolver } from 'node:dns/promises';
import { parseResolvConf } from '../io/resolver-files.ts';
import type { Finding, Load, ReadFile } from './finding.ts';

/** How long a name server gets, ms. */
const ANSWER_TIMEOUT = 2000;

/** What says that nobody has answered; everything else is an answer. */
const SILENCE: ReadonlySet<unknown> = new Set([
  'ETIMEOUT',
  'ECONNREFUSED',
  'ECANCELLED',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Whether this host has an IPv6 address that is not only its link's or its own. */
export function ipv6Finding(read: ReadFile, { ipv6 }: Load): Finding {
  const check = 'IPv6';
  // Address, index, length of the prefix, scope (0: global), flags, name of the interface.
  const lines = (read('/proc/net/if_inet6') ?? '').split('\n');
  if (lines.some((line) => line.split(/\s+/)[3] === '00'))
    return { check, status: 'ok', message: 'this host has a global address' };
  const message = 'this host has no global address';
  if (!ipv6) return { check, status: 'ok', message: `${message}; nothing is probed by IPv6` };
  return {
    check,
    status: 'warn',
    message: `${message}: IPv6 destinations beyond it stay unsent`,
    advice: 'ip -6 address',
  };
}

/** Whether the name servers of /etc/resolv.conf answer. */
export async function resolverFinding(read: ReadFile, { names }: Load): Promise<Finding> {
  const check = 'resolver';
  const { nameservers: asked } = parseResolvConf(read('/etc/resolv.conf') ?? '');
  const status = names ? 'fail' : 'warn';
  const concerned = names
    ? 'host names among the destinations stay unsent'
    : 'no destination has a host name';
  try {
    const resolver = new Resolver({ timeout: ANSWER_TIMEOUT, tries: 1 });
    resolver.setServers(asked);
    await resolver.resolve('.', 'NS');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (SILENCE.has(code) || code === 'ERR_INVALID_IP_ADDRESS')
      return {
        check,
        status,
        message: `no answer from ${asked.join(', ')} (${code ?? message}); ${concerned}`,
        advice: 'see /etc/resolv.conf',
      };
  }
  return { check, status: 'ok', message: `${asked.join(', ')}: answers` };
}
