import { isIP } from 'node:net';
import { z } from 'zod';
import { canonicalAddress } from '../io/packet/address.ts';
import {
  type HostSettings,
  PING_SERVICES,
  TCP_SERVICES,
  type TcpService,
  UDP_SERVICES,
  type UdpService,
} from '../network/host.ts';
import { REJECTIONS } from '../network/icmp-error.ts';
import { duration, whole } from './quantities.ts';
import { isKeys, oneOf, only } from './shapes.ts';
import { anyOf } from './wording.ts';

/** From 1 to 65535, or `default`. */
const PORT = /^(default|[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

const port = z.string().regex(PORT, { error: 'expected a port from 1 to 65535, or default' });

/** What is said of ports: of all, or of some and maybe of all the others. */
export interface PortsGiven<Service> {
  ports: ReadonlyMap<number, Service>;
  others: Service | undefined;
  /** Whether nothing that was said of ports before counts any more. */
  all: boolean;
}

/** A service for every port, or for each of some and a `default`. */
const ports = <Name extends string>(services: readonly [Name, ...Name[]], description: string) => {
  const one = z
    .enum(services, { error: `expected ${anyOf(services)}, or ports with one of these each` })
    .transform((others): PortsGiven<Name> => ({ ports: new Map(), others, all: true }));
  const each = z.record(port, z.enum(services)).transform((given): PortsGiven<Name> => {
    const { default: others, ...numbered } = given as Record<string, Name>;
    return {
      ports: new Map(Object.entries(numbered).map(([number, name]) => [Number(number), name])),
      others,
      all: false,
    };
  });
  return oneOf<typeof one | typeof each>([one, each], (given) => (isKeys(given) ? each : one)).meta({
    description,
  });
};

/** What is said of a host. */
export interface HostGiven extends Partial<Omit<HostSettings, 'tcp' | 'udp'>> {
  tcp?: PortsGiven<TcpService>;
  udp?: PortsGiven<UdpService>;
}

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
    'What becomes of SYNs: the same at every port, or by port and `default`, which is closed unless given',
  ).optional(),
  udp: ports<UdpService>(
    [...UDP_SERVICES, ...REJECTIONS],
    'What becomes of datagrams: the same at every port, or by port and `default`, which is closed unless given',
  ).optional(),
  ttl: whole(1, 255, 'TTL of its answers').optional(),
  delay: duration('How long it takes to answer').optional(),
})
  .transform((given) => given as HostGiven)
  .meta({ id: 'host', description: 'How a host answers' });

const hostAddress = z
  .string()
  .refine((name) => name === 'default' || isPlainAddress(name), {
    error: 'expected an IPv4 or IPv6 address, or default',
  })
  // As far as editors can tell.
  .meta({ pattern: '^(default|[\\dA-Fa-f:.]+)$' });

const isPlainAddress = (name: string): boolean => isIP(name) !== 0 && !name.includes('%');

/** Hosts by address, in its canonical form; `default` is every address that has none of its own. */
export const hostsSchema = z
  .record(hostAddress, hostSchema, { error: 'expected hosts by their addresses, or default' })
  .transform((given, context): Record<string, HostGiven> => {
    const hosts = new Map<string, HostGiven>();
    for (const [name, host] of Object.entries(given)) {
      const address = name === 'default' ? name : canonicalAddress(name);
      if (hosts.has(address))
        context.issues.push({
          code: 'custom',
          input: given,
          path: [name],
          message: `key ${name}: the same address again; expected each once`,
          params: { whole: true, key: true },
        });
      hosts.set(address, host);
    }
    return Object.fromEntries(hosts);
  })
  .meta({
    id: 'hosts',
    description:
      'How hosts answer, by address; `default` is all the others. They answer pings, and their ports are closed, unless told otherwise',
  });

export type HostsGiven = z.output<typeof hostsSchema>;
