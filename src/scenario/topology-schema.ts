import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { canonicalAddress } from '../io/packet/address.ts';
import {
  type HostSettings,
  PING_SERVICES,
  type Ports,
  TCP_SERVICES,
  type TcpService,
  UDP_SERVICES,
  type UdpService,
} from '../network/host.ts';
import { REJECTIONS } from '../network/icmp-error.ts';
import { SECOND } from '../network/scheduler.ts';
import { duration, frequency, oneOrMore, only, quantity, whole } from './quantities.ts';

/** A numeric address, in canonical form. */
export const address = (description: string) =>
  quantity(
    (given) => {
      if (isIP(String(given)) === 0) throw new RangeError('expected an IPv4 or IPv6 address');
      return canonicalAddress(String(given));
    },
    description,
    '192.0.2.1',
  );

const prefix = quantity(
  (given) => {
    if (ipaddr.isValidCIDR(String(given))) return String(given);
    throw new RangeError('expected a prefix such as 198.51.100.0/24 or 2001:db8:1::/48');
  },
  'Addresses that are reached this way',
  '198.51.100.0/24',
);

const linkNames = z
  .array(z.string())
  .meta({ description: 'Names of links and routers, in the order in which they are passed from the source' });

/** A service for every port, or for each of some and a `default`. */
const ports = <Name extends string>(services: readonly [Name, ...Name[]], usual: Name, what: string) => {
  const service = z.enum(services);
  return z
    .union([service, z.record(z.string(), service)])
    .transform((given, context): Ports<Name> => {
      if (typeof given === 'string') return { ports: new Map(), others: given };
      const { default: others = usual, ...numbered } = given as Record<string, Name>;
      for (const port of Object.keys(numbered))
        if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535)
          context.issues.push({
            code: 'custom',
            input: given,
            path: [port],
            message: 'expected a port from 1 to 65535, or default',
          });
      return { ports: new Map(Object.entries(numbered).map(([port, each]) => [Number(port), each])), others };
    })
    .meta({ description: what });
};

const hostSchema = only({
  state: z
    .enum(['up', 'down', 'unreachable'])
    .optional()
    .meta({ description: 'down: silence; unreachable: the last router says so' }),
  ping: z
    .enum([...PING_SERVICES, ...REJECTIONS])
    .optional()
    .meta({ description: 'What becomes of echo requests' }),
  tcp: ports<TcpService>(
    [...TCP_SERVICES, ...REJECTIONS],
    'closed',
    'What becomes of SYNs, by port',
  ).optional(),
  udp: ports<UdpService>(
    [...UDP_SERVICES, ...REJECTIONS],
    'closed',
    'What becomes of datagrams, by port',
  ).optional(),
  ttl: whole(1, 255, 'TTL of its answers').optional(),
  delay: duration('How long it takes to answer').optional(),
}).transform((given) => given as Partial<HostSettings>);

/** Hosts by address; `default` is every address that has none of its own. */
export const hostsSchema = z.record(z.string(), hostSchema).meta({
  description:
    'How hosts answer, by address; `default` is all the others. They answer pings, and their ports are closed, unless told otherwise',
});

export type HostsGiven = z.output<typeof hostsSchema>;

export const routerSchema = only({
  address: oneOrMore(address('What its ICMP errors come from, at most one of each IP version')).optional(),
  errors: z
    .union([
      z.literal('none').transform(() => ({ rate: 0, burst: 0 })),
      only({
        rate: frequency('How many ICMP errors it sends'),
        burst: whole(1, 1e6, 'How many of them in a row').default(1),
      }),
    ])
    .default({ rate: Number.POSITIVE_INFINITY, burst: 1 })
    .meta({ description: 'How many ICMP errors it sends: no limit unless given, or none' }),
  quote: whole(8, 1232, 'How much of a packet its errors quote, behind the IP header, bytes').optional(),
  nat: only({
    address: address('The IPv4 address that the source has beyond it'),
    timeout: duration('How long it remembers who has sent something', '30s').default(30 * SECOND),
    quotes: z
      .enum(['restored', 'kept'])
      .default('restored')
      .meta({ description: 'Whether it translates what ICMP errors quote' }),
  })
    .optional()
    .meta({ description: 'It translates addresses and ports' }),
});

export type RouterGiven = z.output<typeof routerSchema>;

export const networkSchema = only({
  prefix: oneOrMore(prefix),
  path: linkNames.default([]),
  return: linkNames
    .optional()
    .meta({ description: 'The way back, listed from the source, too; the same unless given' }),
  hosts: hostsSchema.default({}),
});

export type NetworkGiven = z.output<typeof networkSchema>;

export const pathSchema = linkNames;
