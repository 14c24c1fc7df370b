import { isIP } from 'node:net';
import { addressBytes, addressText } from '../io/packet/address.ts';
import type { Scenario } from './schema.ts';

/** Addresses of one IP version as numbers, from the first to the last. */
interface Range {
  version: number;
  first: bigint;
  last: bigint;
}

/** The addresses of a prefix of a network. */
export interface PrefixRange extends Range {
  network: string;
  prefix: string;
  /** Which prefix of its network it is, from 0. */
  index: number;
}

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

const numberOf = (address: string): bigint =>
  BigInt(`0x${Buffer.from(addressBytes(address)).toString('hex')}`);

function rangeOf(prefix: string): Range {
  const [network = '', length = ''] = prefix.split('/');
  const version = isIP(network);
  const hosts = BigInt((BITS[version] as number) - Number(length));
  const first = (numberOf(network) >> hosts) << hosts;
  return { version, first, last: first + (1n << hosts) - 1n };
}

const known = new WeakMap<Scenario['networks'], readonly PrefixRange[]>();

/** The addresses of all prefixes, in the order of the scenario. */
export function rangesOf({ networks }: Pick<Scenario, 'networks'>): readonly PrefixRange[] {
  const ranges =
    known.get(networks) ??
    Object.entries(networks).flatMap(([network, { prefix: prefixes }]) =>
      prefixes.map((prefix, index) => ({ network, prefix, index, ...rangeOf(prefix) })),
    );
  known.set(networks, ranges);
  return ranges;
}

/** The prefix that has an address; undefined where none has it. */
export function prefixOf(ranges: readonly PrefixRange[], address: string): PrefixRange | undefined {
  const version = isIP(address);
  const number = numberOf(address);
  return ranges.find((range) => range.version === version && range.first <= number && number <= range.last);
}

export const overlaps = (one: Range, other: Range): boolean =>
  one.version === other.version && one.first <= other.last && other.first <= one.last;

/** Of so many consecutive addresses, the first one that no prefix has. */
export function firstOutside(
  ranges: readonly PrefixRange[],
  address: string,
  count: number,
): string | undefined {
  const version = isIP(address);
  const first = numberOf(address);
  const end = first + BigInt(count);
  let number = first;
  while (number < end) {
    const at = number;
    const range = ranges.find((each) => each.version === version && each.first <= at && at <= each.last);
    if (!range) return number === first ? address : textOf(number, version);
    number = range.last + 1n;
  }
  return undefined;
}

/** Whether there are so many consecutive addresses at all. */
export const areAddresses = (address: string, count: number): boolean =>
  numberOf(address) + BigInt(count) <= 1n << BigInt(BITS[isIP(address)] as number);

function textOf(number: bigint, version: number): string {
  const length = version === 4 ? 4 : 16;
  return addressText(Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex'), 0, length);
}
