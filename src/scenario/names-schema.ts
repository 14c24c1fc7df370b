import { z } from 'zod';
import { SECOND } from '../network/scheduler.ts';
import { duration, oneOrMore, only } from './quantities.ts';
import { address } from './topology-schema.ts';

/** What a name server says that has no address: https://www.iana.org/assignments/dns-parameters (RCODEs), or nothing. */
export const FAILURES = ['NXDOMAIN', 'SERVFAIL', 'timeout'] as const;

const USUAL_TTL = 60 * SECOND;

const addresses = oneOrMore(address('What the name stands for'));

const answer = z.union([
  addresses.transform((given) => ({ addresses: given, ttl: USUAL_TTL })),
  only({ addresses, ttl: duration('How long the answer holds', '60s').default(USUAL_TTL) }),
  only({ failure: z.enum(FAILURES) }),
]);

/** What a host name stands for at a time. `ttl` in ns. */
export type NameAnswer = z.output<typeof answer>;

export const namesSchema = z
  .record(z.string(), answer)
  .meta({ description: 'Host names and what they stand for' });
