import { isIP } from 'node:net';
import { Protocol } from '../entities/protocol.ts';
import type { Family } from '../io/transport.ts';
import { CommandFailure } from './failure.ts';

/**
 * The destination that an address stands for, with `-4` or `-6` as `family`: numeric addresses say their family
 * themselves, names are IPv4 unless told otherwise. Throws CommandFailure (usage) where the two contradict each other.
 */
export function destinationOf(
  address: string,
  family: Family | undefined,
): { address: string; protocol: Protocol } {
  const version = isIP(address);
  if (version !== 0 && family !== undefined && version !== family)
    throw new CommandFailure(`address ${address} is IPv${version}: it does not go with -${family}`, 2);
  const isIPv6 = version === 6 || (version === 0 && family === 6);
  return { address, protocol: isIPv6 ? Protocol.ICMP6 : Protocol.ICMP };
}
