import { isIP } from 'node:net';
import { z } from 'zod';
import { canonicalAddress } from '../io/packet/address.ts';
import { hostsSchema } from './hosts-schema.ts';
import { frequency, quantity, span, whole } from './quantities.ts';
import { isKeys, oneOf, oneOrMore, only, text } from './shapes.ts';

/** A numeric address, in canonical form. `or` is what else would be right in its place. */
export const address = (description: string, or = '') =>
  quantity(
    (given) => {
      const text = String(given);
      if (isIP(text) === 0 || text.includes('%')) throw new RangeError('expected an IPv4 or IPv6 address');
      return canonicalAddress(text);
    },
    description,
    ['192.0.2.1', '2001:db8::1'],
    { type: 'string' },
    or,
  );

const prefix = quantity(
  (given) => {
    const [, network = '', length = ''] = /^([^/%]*)\/(\d{1,3})$/.exec(String(given)) ?? [];
    const longest = { 4: 32, 6: 128 }[isIP(network)] ?? -1;
    if (Number(length) <= longest) return `${canonicalAddress(network)}/${Number(length)}`;
    throw new RangeError('expected a prefix such as 198.51.100.0/24 or 2001:db8:1::/48');
  },
  'Addresses that are reached this way',
  ['198.51.100.0/24', '2001:db8:1::/48'],
  { type: 'string', pattern: '/\\d{1,3}$' },
);

/** Names of links and routers; none of them where destinations are the source's neighbours. */
export const pathSchema = oneOrMore(text('A link or a router', 'names of links and routers'), 0).meta({
  description: 'Names of links and routers, in the order in which they are passed from the source',
});

const amount = z
  .enum(['none', 'unlimited'], { error: 'expected none or unlimited, or keys with values: rate, burst' })
  .transform((all) => ({
    rate: all === 'none' ? 0 : Number.POSITIVE_INFINITY,
    burst: all === 'none' ? 0 : 1,
  }));
const limited = only({
  rate: frequency('How many ICMP errors it sends'),
  burst: whole(1, 1e6, 'How many of them in a row').prefault(1),
});
const errors = oneOf<typeof amount | typeof limited>([amount, limited], (given) =>
  isKeys(given) ? limited : amount,
);

const nat = only({
  address: address('The IPv4 address that the source has beyond it'),
  timeout: span('How long it remembers who has sent something', '5m').prefault('30s'),
  quotes: z
    .enum(['restored', 'kept'])
    .default('restored')
    .meta({ description: 'Whether it translates what ICMP errors quote' }),
});

export const routerSchema = only({
  address: oneOrMore(address('What its ICMP errors come from, at most one of each IP version')).optional(),
  errors: errors
    .prefault('unlimited')
    .meta({ description: 'How many ICMP errors it sends: no limit unless given, or none' }),
  quote: whole(8, 1232, 'How much of a packet its errors quote, behind the IP header, bytes').optional(),
  nat: nat.optional().meta({ description: 'It translates addresses and ports' }),
}).meta({
  id: 'router',
  description: 'A router: it counts down the TTL, and tells of what it cannot pass on',
});

export type RouterGiven = z.output<typeof routerSchema>;

export const networkSchema = only({
  prefix: oneOrMore(prefix),
  path: pathSchema.prefault([]),
  return: pathSchema
    .optional()
    .meta({ description: 'The way back, listed from the source, too; the same unless given' }),
  hosts: hostsSchema.prefault({}),
}).meta({ id: 'network', description: 'Addresses, the way to them, and the hosts that have them' });

export type NetworkGiven = z.output<typeof networkSchema>;

export type { HostsGiven } from './hosts-schema.ts';
