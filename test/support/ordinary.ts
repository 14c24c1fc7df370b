import type { Namespaces } from './namespaces.ts';

/** nobody's, and nogroup's. */
export const ORDINARY = 65_534;

/** A command to run as a user who has no privileges and can get none. */
export const asOrdinaryUser = (...command: string[]): string[] => [
  'setpriv',
  ...['--reuid', `${ORDINARY}`, '--regid', `${ORDINARY}`, '--clear-groups', '--bounding-set', '-all'],
  ...command,
];

/** Has a host allow datagram sockets of ICMP to every group, or to none. */
export function allowDatagrams(network: Namespaces, host: string, allowed: boolean): void {
  network.run(host, 'sysctl', '-qw', `net.ipv4.ping_group_range=${allowed ? '0 2147483647' : '1 0'}`);
}
