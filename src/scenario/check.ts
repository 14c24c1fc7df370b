import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { settingsOf } from '../entities/settings.ts';
import { DIRECTIONS } from '../network/link.ts';
import { checkTimeline } from './check-timeline.ts';
import type { DestinationGiven } from './destination-schema.ts';
import { impairmentsOf } from './link-schema.ts';
import type { Path, Problem } from './problems.ts';
import { addressesFrom, rowsOf } from './rows.ts';
import type { Scenario } from './schema.ts';

/** What is wrong with a scenario that its schema cannot tell. */
export function checkScenario(scenario: Scenario): Problem[] {
  return [
    ...checkSource(scenario),
    ...checkLinks(scenario),
    ...checkRouters(scenario),
    ...checkNetworks(scenario),
    ...checkNames(scenario),
    ...scenario.destinations.flatMap((each, index) =>
      checkDestination(scenario, each, ['destinations', index]),
    ),
    ...checkTimeline(scenario),
  ];
}

function checkSource(scenario: Scenario): Problem[] {
  const path = ['source', 'address'];
  const inside = scenario.source.address.flatMap((address) => {
    const network = networkOf(scenario, address);
    return network === undefined
      ? []
      : [
          {
            path,
            message: `address ${address} lies in network ${network}: the source needs one outside of all`,
          },
        ];
  });
  return [...onePerFamily(scenario.source.address, path), ...inside];
}

function onePerFamily(addresses: readonly string[], path: Path): Problem[] {
  const families = addresses.map(isIP);
  return families.length > new Set(families).size
    ? [{ path, message: `address ${addresses.join(', ')}: expected at most one of each IP version` }]
    : [];
}

function checkLinks({ links, routers }: Scenario): Problem[] {
  return Object.entries(links).flatMap(([name, link]) => {
    const problems: Problem[] = [];
    if (name in routers)
      problems.push({
        path: ['links', name],
        key: true,
        message: `${name} is a router, too: expected another name`,
      });
    const impairments = impairmentsOf(link);
    if (
      DIRECTIONS.some(
        (direction) => impairments[direction].reorder.probability > 0 && impairments[direction].delay === 0,
      )
    )
      problems.push({
        path: ['links', name, 'reorder'],
        message: 'reorder: nothing overtakes where nothing is delayed; expected a delay, too',
      });
    return problems;
  });
}

const checkRouters = ({ routers }: Scenario): Problem[] =>
  Object.entries(routers).flatMap(([name, { address = [] }]) =>
    onePerFamily(address, ['routers', name, 'address']),
  );

function checkNetworks(scenario: Scenario): Problem[] {
  const seen: { prefix: string; network: string }[] = [];
  return Object.entries(scenario.networks).flatMap(
    ([network, { prefix: prefixes, path, return: back, hosts }]) => {
      const at = ['networks', network];
      const problems = [
        ...checkPath(scenario, path, [...at, 'path']),
        ...checkPath(scenario, back ?? [], [...at, 'return']),
      ];
      for (const prefix of prefixes) {
        const other = seen.find((each) => overlap(each.prefix, prefix));
        if (other)
          problems.push({
            path: [...at, 'prefix'],
            message: `prefix ${prefix} overlaps ${other.prefix} of network ${other.network}: expected prefixes that have no address in common`,
          });
        seen.push({ prefix, network });
      }
      return [...problems, ...checkHosts(scenario, network, Object.keys(hosts), [...at, 'hosts'])];
    },
  );
}

/** Addresses of hosts have to lie in their network. */
export function checkHosts(
  scenario: Scenario,
  network: string,
  addresses: readonly string[],
  at: Path,
): Problem[] {
  const prefixes = scenario.networks[network]?.prefix ?? [];
  return addresses.flatMap((address) => {
    if (address === 'default') return [];
    const right = isIP(address) !== 0 && prefixes.some((prefix) => contains(prefix, address));
    return right
      ? []
      : [
          {
            path: [...at, address],
            key: true,
            message: `host ${address}: expected default, or an address in ${prefixes.join(' or ')}`,
          },
        ];
  });
}

/** The names of a way have to be those of links and routers. */
export function checkPath({ links, routers }: Scenario, names: readonly string[], at: Path): Problem[] {
  return names.flatMap((name, index) => {
    const path = [...at, index];
    if (!(name in links) && !(name in routers))
      return [{ path, message: `${name}: no such link or router; there are ${known(links, routers)}` }];
    return names.indexOf(name) < index
      ? [{ path, message: `${name} is passed twice: expected each once` }]
      : [];
  });
}

export const known = (...maps: Record<string, unknown>[]): string =>
  maps.flatMap((map) => Object.keys(map)).join(', ') || 'none';

const checkNames = (scenario: Scenario): Problem[] =>
  Object.entries(scenario.names).flatMap(([name, answer]) => checkAnswer(scenario, answer, ['names', name]));

/** What a name stands for has to be somewhere. */
export function checkAnswer(scenario: Scenario, answer: Scenario['names'][string], path: Path): Problem[] {
  if ('failure' in answer) return [];
  return answer.addresses.flatMap((address) => unreachable(scenario, address, path));
}

const unreachable = (scenario: Scenario, address: string, path: Path): Problem[] =>
  networkOf(scenario, address) === undefined && !isRouter(scenario, address)
    ? [
        {
          path,
          message: `address ${address}: no network has it; expected one in ${prefixesOf(scenario).join(' or ') || 'a network'}`,
        },
      ]
    : [];

/** A row has to be right, and its address somewhere. */
export function checkDestination(scenario: Scenario, given: DestinationGiven, at: Path): Problem[] {
  const path = [...at, 'address'];
  if (isIP(given.address) === 0) {
    if (given.count > 1)
      return [
        {
          path: [...at, 'count'],
          message: `count ${given.count}: ${given.address} is no address that others could follow`,
        },
      ];
    if (!namesOf(scenario).has(given.address))
      return [
        {
          path,
          message: `address ${given.address}: not an IP address, and not among names; there are ${[...namesOf(scenario)].join(', ') || 'none'}`,
        },
      ];
  } else {
    const last = addressesFrom(given.address, given.count).at(-1);
    if (last === undefined)
      return [
        { path, message: `count ${given.count}: there are not so many addresses after ${given.address}` },
      ];
    const problems = [given.address, last].flatMap((each) => unreachable(scenario, each, path));
    if (problems.length > 0) return problems.slice(0, 1);
  }
  const [row] = rowsOf({ ...given, count: 1 });
  const settings = settingsOf({
    id: 0,
    active: true,
    interval: 1000,
    timeout: 1000,
    ttl: 64,
    data: '',
    port: null,
    ...row,
  } as Parameters<typeof settingsOf>[0]);
  const spans = given.expect.flatMap(({ from, to }, index) =>
    from < to && from < scenario.duration
      ? []
      : [
          {
            path: [...at, 'expect', index],
            message: 'expect: this span has no time in it; expected from before to, and before the end',
          },
        ],
  );
  return 'problem' in settings ? [{ path: at, message: settings.problem }, ...spans] : spans;
}

/** All names that ever stand for something. */
function namesOf({ names, timeline }: Scenario): Set<string> {
  const later = timeline.flatMap((event) => (event.kind === 'resolve' ? Object.keys(event.resolve) : []));
  return new Set([...Object.keys(names), ...later]);
}

const prefixesOf = ({ networks }: Scenario): string[] =>
  Object.values(networks).flatMap(({ prefix }) => prefix);

function networkOf({ networks }: Scenario, address: string): string | undefined {
  return Object.entries(networks).find(([, { prefix }]) =>
    prefix.some((each) => contains(each, address)),
  )?.[0];
}

const isRouter = ({ routers }: Scenario, address: string): boolean =>
  Object.values(routers).some((router) => router.address?.includes(address));

function contains(prefix: string, address: string): boolean {
  const [network, length] = ipaddr.parseCIDR(prefix);
  const parsed = ipaddr.parse(address);
  return parsed.kind() === network.kind() && parsed.match(network, length);
}

function overlap(one: string, other: string): boolean {
  const [network, length] = ipaddr.parseCIDR(one);
  const [otherNetwork, otherLength] = ipaddr.parseCIDR(other);
  return network.kind() === otherNetwork.kind() && network.match(otherNetwork, Math.min(length, otherLength));
}
