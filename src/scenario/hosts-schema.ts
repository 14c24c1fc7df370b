import { isIP } from 'node:net';
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
import { duration, whole } from './quantities.ts';
import { isKeys, oneOf, only } from './shapes.ts';
import { anyOf } from './wording.ts';

const PORT = /^(default|[1-9]\d{0,4})$/;

/** A service for every port, or for each of some and a `default`. */
const ports = <Name extends string>(
  services: readonly [Name, ...Name[]],
  usual: Name,
  description: string,
) => {
  const one = z
    .enum(services, { error: `expected ${anyOf(services)}, or ports with one of these each` })
    .transform((others): Ports<Name> => ({ ports: new Map(), others }));
  const each = z
    .record(z.string(), z.enum(services))
    .meta({ propertyNames: { pattern: PORT.source } })
    .transform((given, context): Ports<Name> => {
      const { default: others = usual, ...numbered } = given as Record<string, Name>;
      for (const port of Object.keys(numbered))
        if (!PORT.test(port) || Number(port) > 65_535)
          context.issues.push({
            code: 'custom',
            input: given,
            path: [port],
            message: `port ${port}: expected a port from 1 to 65535, or default`,
            params: { whole: true, key: true },
          });
      return { ports: new Map(Object.entries(numbered).map(([port, name]) => [Number(port), name])), others };
    });
  return oneOf<typeof one | typeof each>([one, each], (given) => (isKeys(given) ? each : one)).meta({
    description,
  });
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
    'What becomes of SYNs: the same at every port, or by port and `default`, which is closed unless given',
  ).optional(),
  udp: ports<UdpService>(
    [...UDP_SERVICES, ...REJECTIONS],
    'closed',
    'What becomes of datagrams: the same at every port, or by port and `default`, which is closed unless given',
  ).optional(),
  ttl: whole(1, 255, 'TTL of its answers').optional(),
  delay: duration('How long it takes to answer').optional(),
})
  .transform((given) => given as Partial<HostSettings>)
  .meta({ id: 'host', description: 'How a host answers' });

/** Hosts by address, in its canonical form; `default` is every address that has none of its own. */
export const hostsSchema = z
  .record(z.string(), hostSchema, { error: 'expected addresses, or default, with values' })
  .transform((given, context): Record<string, Partial<HostSettings>> => {
    const hosts: Record<string, Partial<HostSettings>> = {};
    for (const [name, host] of Object.entries(given)) {
      const isAddress = isIP(name) !== 0 && !name.includes('%');
      const key = isAddress ? canonicalAddress(name) : name;
      const refuse = (why: string) =>
        context.issues.push({
          code: 'custom',
          input: given,
          path: [name],
          message: `host ${name}: ${why}`,
          params: { whole: true, key: true },
        });
      if (!isAddress && name !== 'default') refuse('expected an IPv4 or IPv6 address, or default');
      else if (Object.hasOwn(hosts, key)) refuse('the same address once more; expected each once');
      else hosts[key] = host;
    }
    return hosts;
  })
  .meta({
    id: 'hosts',
    description:
      'How hosts answer, by address; `default` is all the others. They answer pings, and their ports are closed, unless told otherwise',
  });

export type HostsGiven = z.output<typeof hostsSchema>;
