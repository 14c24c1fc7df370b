import { isIP } from 'node:net';
import { problemOfAddress } from '../entities/settings.ts';
import type { NameAnswer } from './names-schema.ts';
import { firstOutside, rangesOf } from './prefixes.ts';
import type { Path, Problem } from './problems.ts';
import type { Scenario } from './schema.ts';
import { alternatives, shown } from './wording.ts';

/** Names have to be names, and what they stand for has to be somewhere. */
export const checkNames = (
  names: Readonly<Record<string, NameAnswer>>,
  scenario: Scenario,
  at: Path,
): Problem[] =>
  Object.entries(names).flatMap(([name, answer]) => {
    const isName = isIP(name) === 0 && problemOfAddress(name) === undefined;
    const path = [...at, name];
    const problems: Problem[] = isName
      ? []
      : [{ path, key: true, message: `name ${shown(name)}: expected a host name` }];
    if ('failure' in answer) return problems;
    return [
      ...problems,
      ...answer.addresses.flatMap((address, index) =>
        unreachable(scenario, address, 1, [...path, 'addresses', index]),
      ),
    ];
  });

/** Addresses have to be in a network, or a router’s that something passes. */
export function unreachable(scenario: Scenario, address: string, count: number, path: Path): Problem[] {
  const ranges = rangesOf(scenario);
  const outside = firstOutside(ranges, address, count);
  if (outside === undefined) return [];
  if (count > 1)
    return [
      {
        path,
        message: `count ${count}: no network has ${outside}; expected fewer, or ${prefixesOf(scenario)}`,
      },
    ];
  const router = Object.entries(scenario.routers).find(([, each]) => each.address?.includes(outside))?.[0];
  if (router === undefined)
    return [
      { path, message: `address ${address}: no network has it; expected one in ${prefixesOf(scenario)}` },
    ];
  return waysOf(scenario).some((way) => way.includes(router))
    ? []
    : [
        {
          path,
          message: `address ${address}: router ${router} has it, and lies on no path; expected it on one`,
        },
      ];
}

const prefixesOf = (scenario: Scenario): string =>
  alternatives(rangesOf(scenario).map(({ prefix }) => prefix)) || 'a network';

/** All paths that ever lead somewhere. */
const waysOf = ({ networks, timeline }: Scenario): (readonly string[])[] => [
  ...Object.values(networks).map(({ path }) => path),
  ...timeline.flatMap((event) => (event.kind === 'route' ? [event.path] : [])),
];
