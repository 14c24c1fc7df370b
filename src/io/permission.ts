import type { TransportError } from './transport.ts';

/** Commands that allow what this process may not, to be shown to whoever runs it. */

/** Raw sockets, for this Node. https://man7.org/linux/man-pages/man7/capabilities.7.html */
export const ALLOW_RAW_SOCKETS = `sudo setcap cap_net_raw+ep ${process.execPath}`;

/** Datagram sockets of ICMP and ICMPv6, for everybody. https://man7.org/linux/man-pages/man7/icmp.7.html */
export const ALLOW_DATAGRAM_SOCKETS = 'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"';

const RAW_SOCKETS = `raw sockets need root or the capability CAP_NET_RAW: run with sudo, or allow it once with: ${ALLOW_RAW_SOCKETS}`;

/** By the error that opening ends with: of raw sockets, and of datagram sockets where those were tried, too. */
const REASONS: Readonly<Record<string, string>> = {
  EPERM: RAW_SOCKETS,
  EACCES: `${RAW_SOCKETS}; ICMP alone needs no more than datagram sockets, which this allows: ${ALLOW_DATAGRAM_SOCKETS}`,
};

/** Why no sockets could be opened, and what to do about it, in one line. */
export const whyNotOpened = ({ code, message }: TransportError): string =>
  REASONS[code] ?? `raw sockets: ${message} (${code})`;
