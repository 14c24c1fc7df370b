import { isIP } from 'node:net';
import { z } from 'zod';
import { problemOfAddress } from '../entities/settings.ts';
import { SECOND } from '../network/scheduler.ts';
import { duration } from './quantities.ts';
import { isKeys, named, oneOf, oneOrMore, only } from './shapes.ts';
import { address } from './topology-schema.ts';

/** What a name server says that has no address: https://www.iana.org/assignments/dns-parameters (RCODEs), or nothing. */
export const FAILURES = ['NXDOMAIN', 'SERVFAIL', 'timeout'] as const;

const USUAL_TTL = 60 * SECOND;

const STANDS_FOR = 'What the name stands for';

const alone = oneOrMore(
  address(STANDS_FOR, ', or keys with values: addresses and ttl, or failure'),
).transform((addresses) => ({ addresses, ttl: USUAL_TTL }));
const addresses = only({
  addresses: oneOrMore(address(STANDS_FOR)),
  ttl: duration('How long the answer holds', '5s').prefault('60s'),
});
const failure = only({
  failure: z.enum(FAILURES).meta({ description: 'What the name server says; or it says nothing: timeout' }),
});

const answer = oneOf<typeof alone | typeof addresses | typeof failure>(
  [alone, addresses, failure],
  (given) => {
    if (!isKeys(given)) return alone;
    return Object.hasOwn(given, 'failure') ? failure : addresses;
  },
);

/** What a host name stands for at a time. `ttl` in ns. */
export type NameAnswer = z.output<typeof answer>;

const hostName = z.string().refine((name) => isIP(name) === 0 && problemOfAddress(name) === undefined, {
  error: 'expected a host name',
});

export const namesSchema = named(answer, 'addresses', hostName).meta({
  id: 'names',
  description: 'Host names and what they stand for',
});
