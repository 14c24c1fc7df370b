import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Protocol } from '../entities/protocol.ts';
import { canonicalAddress } from '../io/packet/address.ts';
import type { NewDestination } from '../storage/store.ts';
import { columnsOf, type DestinationGiven } from './destination-schema.ts';

/** The rows that a destination of a scenario stands for. */
export function rowsOf({ count, expect, ...given }: DestinationGiven): NewDestination[] {
  const usual = isIP(given.address) === 6 ? Protocol.ICMP6 : Protocol.ICMP;
  const columns = columnsOf(given);
  return addressesFrom(given.address, count).map((address) => ({ protocol: usual, ...columns, address }));
}

/** So many consecutive addresses; none where there are fewer. A name is itself. */
export function addressesFrom(first: string, count: number): string[] {
  if (isIP(first) === 0 || count === 1) return [first];
  const addresses: string[] = [];
  const bytes = ipaddr.parse(first).toByteArray();
  while (addresses.length < count) {
    addresses.push(canonicalAddress(ipaddr.fromByteArray(bytes).toString()));
    let place = bytes.length - 1;
    while (place >= 0 && bytes[place] === 255) bytes[place--] = 0;
    if (place < 0) break;
    bytes[place] = (bytes[place] as number) + 1;
  }
  return addresses.length === count ? addresses : [];
}
