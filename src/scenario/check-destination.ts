import { isIP } from 'node:net';
import { hasPort, protocolFamily } from '../entities/protocol.ts';
import { longestData, problemOfAddress } from '../entities/settings.ts';
import { mappedAddress } from '../io/packet/address.ts';
import { unreachable } from './check-names.ts';
import { checkSpan } from './check-span.ts';
import {
  type ChangesGiven,
  type DestinationGiven,
  type ProtocolName,
  protocolOf,
} from './destination-schema.ts';
import { FIGURES } from './expectation.ts';
import { areAddresses } from './prefixes.ts';
import type { Path, Problem } from './problems.ts';
import type { Scenario } from './schema.ts';
import { anyOf, shown } from './wording.ts';

/** A destination has to be right, its address somewhere, and what is expected of it something. */
export const checkDestination = (scenario: Scenario, given: DestinationGiven, at: Path): Problem[] => [
  ...checkAddress(scenario, given.address, given.count, at),
  ...checkProbe(given, given, at),
  ...checkExpectations(scenario, given, at),
];

/** An address has to be in a network, or a name among the names. */
export function checkAddress(scenario: Scenario, address: string, count: number, at: Path): Problem[] {
  const problem = (key: 'address' | 'count', message: string): Problem[] => [{ path: [...at, key], message }];
  if (isIP(address) === 0) {
    if (problemOfAddress(address) !== undefined) return problem('address', misspelled(address));
    if (count > 1)
      return problem('count', `count ${count}: nothing follows a host name; expected 1, or an IP address`);
    const names = namesOf(scenario);
    if (names.some((name) => name.toLowerCase() === address.toLowerCase())) return [];
    const right = anyOf(['an IP address', ...names]);
    return problem('address', `address ${address}: not among names; expected ${right}`);
  }
  const mapped = mappedAddress(address);
  if (mapped !== undefined)
    return problem('address', `address ${address}: stands for an IPv4 address; expected ${mapped}`);
  if (address.includes('%'))
    return problem(
      'address',
      `address ${address}: networks have no zones; expected ${address.split('%')[0]}`,
    );
  if (!areAddresses(address, count))
    return problem('count', `count ${count}: addresses end before; expected fewer from ${address} on`);
  return unreachable(scenario, address, count, [...at, count > 1 ? 'count' : 'address']);
}

const misspelled = (address: string): string =>
  /^[a-z0-9]+:\/\/|^[^:]+:\d+\/?$/i.test(address)
    ? `address ${shown(address)}: expected a host name or an IP address alone; protocol and port have their own keys`
    : `address ${shown(address)}: expected a host name or an IP address`;

/** All names that ever stand for something. */
function namesOf({ names, timeline }: Scenario): string[] {
  const later = timeline.flatMap((event) => (event.kind === 'resolve' ? Object.keys(event.resolve) : []));
  return [...new Set([...Object.keys(names), ...later])];
}

/** What is probed there has to be possible. `changes` are what of a row is given at `at`, which may be all of it. */
export function checkProbe(
  row: ChangesGiven & { address: string },
  changes: ChangesGiven,
  at: Path,
): Problem[] {
  const { address, port, data, size } = row;
  const version = isIP(address);
  const name: ProtocolName = row.protocol ?? (version === 6 ? 'icmp6' : 'icmp');
  const protocol = protocolOf(name);
  const problems: Problem[] = [];
  const tell = (key: string, message: string) => problems.push({ path: [...at, key], message });
  if (version !== 0 && version !== protocolFamily(protocol)) {
    const right = version === 6 ? `${name}6` : name.replace('6', '');
    tell('protocol', `protocol ${name}: ${address} is an IPv${version} address; expected ${right}`);
  }
  if (hasPort(protocol) && port === undefined)
    tell('port', `missing key port: expected a port from 1 to 65535, which ${name} needs`);
  if (!hasPort(protocol) && changes.port !== undefined)
    tell('port', `port ${port}: ${name} has no ports; expected protocol tcp or udp, too`);
  if (changes.data !== undefined && changes.size !== undefined)
    tell('size', `size ${size}: data is given, too; expected one of them`);
  const length = size ?? Buffer.byteLength(data ?? '');
  const longest = longestData(protocol);
  if (length > longest) {
    const key = size === undefined ? 'data' : 'size';
    tell(
      key,
      `${key}: ${length} bytes are too long; expected at most ${longest}, which fit a packet of ${name}`,
    );
  }
  return problems;
}

/** An expectation has to be able to fail. */
function checkExpectations({ duration }: Scenario, { expect }: DestinationGiven, at: Path): Problem[] {
  return expect.flatMap(({ from, to, conditions }, index): Problem[] => {
    const path = [...at, 'expect', index];
    if (Object.keys(conditions).length === 0)
      return [{ path, message: `expect says nothing: expected ${anyOf(Object.keys(FIGURES))}` }];
    return checkSpan({ from, to }, duration, path);
  });
}
