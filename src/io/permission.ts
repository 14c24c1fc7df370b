/** Commands that allow what this process may not, to be shown to whoever runs it. */

/** Raw sockets, for this Node. https://man7.org/linux/man-pages/man7/capabilities.7.html */
export const ALLOW_RAW_SOCKETS = `sudo setcap cap_net_raw+ep ${process.execPath}`;

/** Datagram sockets of ICMP and ICMPv6, for everybody. https://man7.org/linux/man-pages/man7/icmp.7.html */
export const ALLOW_DATAGRAM_SOCKETS = 'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"';
