import { existsSync } from 'node:fs';
import { familyOf, firstHost, type Reach } from './reach.ts';

/** What any host would take for granted, bytes; longer where a first link is. */
const USUAL_MTU = 1500;

/** https://www.rfc-editor.org/rfc/rfc8200#section-5 */
const LEAST_IPV6_MTU = 1280;

/** What waits to be read, packets: scanners send hundreds at once, and Linux keeps 500 unless told otherwise. */
const QUEUE = 10_000;

/**
 * The commands for ip(8) that set an interface up: the source's addresses are its own, and everything else is reached
 * through it. `mtuTo`: the longest packet that the first link to an address takes, bytes; 0: no limit.
 */
export function setUp(name: string, reach: Reach, mtuTo: (address: string) => number): string[] {
  const { addresses, prefixes } = reach;
  const routes = prefixes.map(({ prefix }) => {
    const family = familyOf(prefix);
    const mtu = mtuTo(firstHost(prefix));
    return { prefix, family, mtu: mtu > 0 && family === 6 ? Math.max(mtu, LEAST_IPV6_MTU) : mtu };
  });
  const mtu = Math.max(USUAL_MTU, ...routes.map(({ mtu }) => mtu));
  return [
    // It has no neighbours to know it by a link-local address.
    ...(existsSync('/proc/sys/net/ipv6') ? [`link set dev ${name} addrgenmode none`] : []),
    `link set dev ${name} mtu ${mtu} txqueuelen ${QUEUE} up`,
    ...(addresses[4] ? [`address add ${addresses[4]}/32 dev ${name}`] : []),
    ...(addresses[6] ? [`address add ${addresses[6]}/128 dev ${name} nodad`] : []),
    ...routes.map(
      ({ prefix, family, mtu }) =>
        `route add ${prefix} dev ${name} src ${addresses[family]}${mtu > 0 ? ` mtu ${mtu}` : ''}`,
    ),
  ];
}
