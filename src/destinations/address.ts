import { isIP } from 'node:net';
import { hasPort, Protocol } from '../entities/protocol.ts';
import { InputError } from '../input/input-error.ts';
import { oneLine } from '../input/one-line.ts';
import type { Family } from '../io/transport.ts';

/** The protocols as people name them; a 6 at the end asks for IPv6. */
export const PROTOCOLS = {
  icmp: Protocol.ICMP,
  tcp: Protocol.TCP,
  udp: Protocol.UDP,
  icmp6: Protocol.ICMP6,
  tcp6: Protocol.TCP6,
  udp6: Protocol.UDP6,
} as const;

export type ProtocolOption = keyof typeof PROTOCOLS;

/** What else is said of an address: `-4` or `-6`, `--protocol`, `--port`. */
export interface AddressOptions {
  family?: Family | undefined;
  protocol?: ProtocolOption | undefined;
  port?: number | undefined;
}

export interface AddressedDestination {
  address: string;
  protocol: Protocol;
  port: number | null;
}

/**
 * The destination that an address stands for: a host name or IP address, or a URL such as `tcp://host:443`. Numeric
 * addresses say their family themselves, names are IPv4 unless told otherwise. Throws InputError where
 * that contradicts itself.
 */
export function destinationOf(text: string, options: AddressOptions = {}): AddressedDestination {
  const url = parseUrl(text);
  const address = url?.address ?? text;
  const given = agreed('protocol', text, url?.protocol, options.protocol) ?? 'icmp';
  const port = agreed('port', text, url?.port, options.port) ?? null;
  const version = isIP(address);
  const asked = given.endsWith('6') ? 6 : options.family;
  if (given.endsWith('6') && options.family === 4) throw usage(`protocol ${given} does not go with -4`);
  if (version !== 0 && asked !== undefined && version !== asked)
    throw usage(
      `address ${address} is IPv${version}: it does not go with ${given.endsWith('6') ? given : `-${asked}`}`,
    );
  const family = version === 0 ? (asked ?? 4) : version;
  const kind = given.replace('6', '') as 'icmp' | 'tcp' | 'udp';
  const protocol = PROTOCOLS[family === 6 ? (`${kind}6` as const) : kind];
  if (port !== null && !hasPort(protocol))
    throw usage(`port ${port}: ${kind} has no ports; tcp and udp have`);
  return { address, protocol, port };
}

/** Whether a text was meant as a URL, right or wrong. */
export const isUrl = (text: string): boolean => URL_LIKE.test(text);

const URL_LIKE = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i;

/** `tcp://host:443`, `udp6://host:53`, `icmp://host`; undefined for what is no URL. */
function parseUrl(text: string): { address: string; protocol: ProtocolOption; port?: number } | undefined {
  const [, scheme, rest = ''] = URL_LIKE.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  const protocol = scheme.toLowerCase();
  if (!Object.hasOwn(PROTOCOLS, protocol))
    throw usage(`address ${text}: expected tcp://, udp:// or icmp://, or a host name or IP address alone`);
  const known = protocol as ProtocolOption;
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:/]*))(?::(\d+))?\/?$/.exec(rest) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || address === '') {
    const example = { tcp: ':443', udp: ':53', icmp: '' }[known.replace('6', '')] ?? '';
    throw usage(`address ${text}: expected ${known}://host${example} or ${known}://[2001:db8::1]${example}`);
  }
  return { address, protocol: known, ...(port === undefined ? {} : { port: Number(port) }) };
}

/** The one value that an address and an option give. */
function agreed<T>(what: string, text: string, one: T | undefined, other: T | undefined): T | undefined {
  if (one !== undefined && other !== undefined && one !== other)
    throw usage(`address ${text} does not go with ${what} ${other}`);
  return one ?? other;
}

const usage = (message: string): InputError => new InputError(oneLine(message));
