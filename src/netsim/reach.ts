import ipaddr from 'ipaddr.js';
import type { Taken } from '../io/iproute.ts';
import type { Family } from '../io/transport.ts';
import type { Scenario } from '../scenario/schema.ts';

/** Something that a simulated network needs of a host's addresses. */
export interface Claim {
  /** What people know it by: `network web`. */
  owner: string;
  /** CIDR, without bits behind the prefix. */
  prefix: string;
}

/** What a scenario needs of each IP version that both the source and a network have. */
export interface Reach {
  /** The source's own. */
  addresses: Partial<Record<Family, string>>;
  /** What is reached through the network. */
  prefixes: Claim[];
}

/**
 * What is there for tests and documentation (RFC 5737, 2544, 3849 and 9637), and for private use (RFC 1918 and 4193):
 * https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const TEST_RANGES = [
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '198.18.0.0/15',
  '2001:db8::/32',
  '3fff::/20',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
];

/** What the network of a scenario needs. */
export function reachOf({ source, networks, routers }: Scenario): Reach {
  const prefixes = Object.entries(networks).flatMap(([name, { prefix }]) =>
    prefix.map((each) => ({ owner: `network ${name}`, prefix: withoutHost(each) })),
  );
  for (const [name, { address = [] }] of Object.entries(routers))
    for (const each of address)
      if (!prefixes.some(({ prefix }) => overlap(prefix, hostPrefix(each))))
        prefixes.push({ owner: `router ${name}`, prefix: hostPrefix(each) });
  const addresses: Reach['addresses'] = {};
  for (const address of source.address) {
    const family = familyOf(address);
    if (prefixes.some(({ prefix }) => familyOf(prefix) === family)) addresses[family] = address;
  }
  return { addresses, prefixes: prefixes.filter(({ prefix }) => familyOf(prefix) in addresses) };
}

/** Why a host should rather not have this network, in one line; undefined where nothing speaks against it. */
export function objectionTo(
  { addresses, prefixes }: Reach,
  anyAddress: boolean,
  taken: readonly Taken[],
): string | undefined {
  const own = Object.values(addresses).map((address) => ({ owner: 'source', prefix: hostPrefix(address) }));
  for (const { owner, prefix } of [...own, ...prefixes]) {
    if (!anyAddress && !TEST_RANGES.some((range) => covers(range, prefix)))
      return `${owner}: ${short(prefix)} is neither for tests nor private, and may be somebody's (--any-address takes it all the same)`;
    const other = taken.find((each) => overlap(each.prefix, prefix));
    if (other) return `${owner}: ${short(prefix)} overlaps ${nameOf(other)}`;
  }
  return undefined;
}

function nameOf({ what, prefix, device }: Taken): string {
  const where = device === undefined ? '' : ` on ${device}`;
  return `${what === 'route' ? 'a route' : 'an address'} of this host: ${short(prefix)}${where}`;
}

/** The IP version of an address or a prefix. */
export const familyOf = (prefix: string): Family => (prefix.includes(':') ? 6 : 4);

/** The first address of a prefix that a host may have. */
export function firstHost(prefix: string): string {
  const [address, length] = ipaddr.parseCIDR(prefix);
  const bytes = address.toByteArray();
  if (length < bytes.length * 8 - 1) bytes[bytes.length - 1] = (bytes.at(-1) as number) | 1;
  return ipaddr.fromByteArray(bytes).toString();
}

/** An address alone where the prefix is no more than that. */
export const short = (prefix: string): string => prefix.replace(/(?<=\..*)\/32$|(?<=:.*)\/128$/, '');

const hostPrefix = (address: string): string => `${address}/${familyOf(address) === 6 ? 128 : 32}`;

function withoutHost(prefix: string): string {
  const length = ipaddr.parseCIDR(prefix)[1];
  const network =
    familyOf(prefix) === 6
      ? ipaddr.IPv6.networkAddressFromCIDR(prefix)
      : ipaddr.IPv4.networkAddressFromCIDR(prefix);
  return `${network.toString()}/${length}`;
}

function overlap(one: string, other: string): boolean {
  const [network, length] = ipaddr.parseCIDR(one);
  const [otherNetwork, otherLength] = ipaddr.parseCIDR(other);
  return network.kind() === otherNetwork.kind() && network.match(otherNetwork, Math.min(length, otherLength));
}

const covers = (range: string, prefix: string): boolean =>
  overlap(range, prefix) && ipaddr.parseCIDR(range)[1] <= ipaddr.parseCIDR(prefix)[1];
