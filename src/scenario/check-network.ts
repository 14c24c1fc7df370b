import { isIP } from 'node:net';
import { overlaps, type PrefixRange, prefixOf, rangesOf } from './prefixes.ts';
import type { Path, Problem } from './problems.ts';
import type { Scenario } from './schema.ts';
import { alternatives, expectedOf, shown } from './wording.ts';

/** What is wrong with the source. */
export const checkSource = ({ source }: Scenario): Problem[] =>
  onePerFamily(source.address, ['source', 'address']);

function onePerFamily(addresses: readonly string[], at: Path): Problem[] {
  return addresses.flatMap((address, index) => {
    const version = isIP(address);
    return addresses.findIndex((each) => isIP(each) === version) < index
      ? [
          {
            path: [...at, index],
            message: `address ${address}: a second IPv${version} address; expected at most one of each IP version`,
          },
        ]
      : [];
  });
}

/** What is wrong with routers. One may be there twice, with the same address: as it is at some times, and at others. */
export function checkRouters({ routers, source }: Scenario): Problem[] {
  const isSource = (address: string) => source.address.includes(address);
  return Object.entries(routers).flatMap(([name, { address: addresses = [], nat }]) => {
    const at = ['routers', name];
    const problems = onePerFamily(addresses, [...at, 'address']);
    for (const [index, address] of addresses.entries())
      if (isSource(address))
        problems.push({
          path: [...at, 'address', index],
          message: `address ${address}: the source has it, too; expected another`,
        });
    if (nat && (isIP(nat.address) !== 4 || isSource(nat.address)))
      problems.push({
        path: [...at, 'nat', 'address'],
        message: `address ${nat.address}: expected an IPv4 address that is not the source’s own`,
      });
    return problems;
  });
}

/** What is wrong with networks. */
export function checkNetworks(scenario: Scenario): Problem[] {
  return [
    ...checkPrefixes(scenario),
    ...Object.entries(scenario.networks).flatMap(([network, { path, return: back = [], hosts }]) => {
      const at = ['networks', network];
      return [
        ...checkPath(scenario, path, [...at, 'path']),
        ...checkPath(scenario, back, [...at, 'return']),
        ...checkHosts(scenario, network, Object.keys(hosts), [...at, 'hosts']),
      ];
    }),
  ];
}

/** No address may be in two networks, and the source’s own in none. */
function checkPrefixes(scenario: Scenario): Problem[] {
  const ranges = rangesOf(scenario);
  const place = ({ network, index }: PrefixRange) => ['networks', network, 'prefix', index];
  const overlapping = ranges.flatMap((range, index): Problem[] => {
    const other = ranges.slice(0, index).find((each) => overlaps(each, range));
    if (!other) return [];
    const whose = other.network === range.network ? 'the same network' : `network ${other.network}`;
    return [
      {
        path: place(range),
        message: `prefix ${range.prefix}: overlaps ${other.prefix} of ${whose}; expected no address in common`,
      },
    ];
  });
  const own = scenario.source.address.flatMap((address): Problem[] => {
    const range = prefixOf(ranges, address);
    if (!range) return [];
    return [
      {
        path: place(range),
        message: `prefix ${range.prefix}: has the source’s own address ${address}; expected another prefix, or another source address`,
      },
    ];
  });
  return [...overlapping, ...own];
}

/** Addresses of hosts have to lie in their network. */
export function checkHosts(
  scenario: Scenario,
  network: string,
  names: readonly string[],
  at: Path,
): Problem[] {
  const ranges = rangesOf(scenario).filter((range) => range.network === network);
  return names
    .filter((name) => name !== 'default' && !prefixOf(ranges, name))
    .map((name) => ({
      path: [...at, name],
      key: true,
      message: `host ${name}: not in network ${network}; expected default, or an address in ${alternatives(ranges.map(({ prefix }) => prefix))}`,
    }));
}

/** The names of a way have to be those of links and routers. */
export function checkPath({ links, routers }: Scenario, names: readonly string[], at: Path): Problem[] {
  const what = at.at(-1);
  return names.flatMap((name, index): Problem[] => {
    const path = [...at, index];
    if (names.indexOf(name) < index)
      return [{ path, message: `${what} ${shown(name)}: passed before; expected each name once` }];
    return missing([name], { ...links, ...routers }, 'link or router', at).map((problem) => ({
      ...problem,
      path,
    }));
  });
}

/** Names of what has to be there. */
export const missing = (
  names: readonly string[],
  there: Readonly<Record<string, unknown>>,
  what: string,
  at: Path,
): Problem[] =>
  names.flatMap((name, index) =>
    Object.hasOwn(there, name)
      ? []
      : [
          {
            path: [...at, index],
            message: `${at.at(-1)} ${shown(name)}: no such ${what}; ${expectedOf(Object.keys(there))}`,
          },
        ],
  );
