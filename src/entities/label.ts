import { isIP } from 'node:net';
import { hasPort, type Protocol, protocolFamily, protocolName } from './protocol.ts';

/** The columns that say what is probed, of any value that a row can hold. */
export interface Labelled {
  address: unknown;
  protocol: unknown;
  port?: unknown;
}

/** What people call a destination: its address, or `tcp://host:443`, which the command line takes as well. */
export function labelOf({ address, protocol, port }: Labelled): string {
  const host = String(address);
  const name = protocolName(protocol);
  if (name === undefined || !hasPort(protocol as Protocol)) return host;
  const isIPv6 = isIP(host) === 6;
  const explicit = protocolFamily(protocol as Protocol) === 6 && !isIPv6;
  const scheme = name.toLowerCase().replace('6', '') + (explicit ? '6' : '');
  return `${scheme}://${isIPv6 ? `[${host}]` : host}:${port ?? ''}`;
}
