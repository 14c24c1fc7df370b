import type { NameAnswer } from './names-schema.ts';
import { firstOutside, rangesOf } from './prefixes.ts';
import type { Path, Problem } from './problems.ts';
import type { Scenario } from './schema.ts';
import { alternatives } from './wording.ts';

/** What names stand for has to be somewhere. */
export const checkNames = (
  names: Readonly<Record<string, NameAnswer>>,
  scenario: Scenario,
  at: Path,
): Problem[] =>
  Object.entries(names).flatMap(([name, answer]) =>
    'failure' in answer
      ? []
      : answer.addresses.flatMap((address, index) =>
          unreachable(scenario, address, 1, [...at, name, 'addresses', index]),
        ),
  );

/** Addresses have to be in a network, or a router’s that something passes. */
export function unreachable(scenario: Scenario, address: string, count: number, path: Path): Problem[] {
  const ranges = rangesOf(scenario);
  const outside = firstOutside(ranges, address, count);
  if (outside === undefined) return [];
  const prefixes = alternatives(ranges.map(({ prefix }) => prefix));
  const right = prefixes === '' ? 'there is none' : `expected an address in ${prefixes}`;
  if (count > 1) return [{ path, message: `count ${count}: no network has ${outside}; ${right}` }];
  const router = Object.entries(scenario.routers).find(([, each]) => each.address?.includes(outside))?.[0];
  if (router === undefined) return [{ path, message: `address ${address}: no network has it; ${right}` }];
  if (waysOf(scenario).some((way) => way.includes(router))) return [];
  return [{ path, message: `address ${address}: router ${router} has it; expected a path that passes it` }];
}

/** All paths that ever lead somewhere. */
const waysOf = ({ networks, timeline }: Scenario): (readonly string[])[] => [
  ...Object.values(networks).map(({ path }) => path),
  ...timeline.flatMap((event) => (event.kind === 'route' ? [event.path] : [])),
];
