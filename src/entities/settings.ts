import { isIP } from 'node:net';
import { canonicalAddress, mappedAddress } from '../io/packet/address.ts';
import { longestEchoData } from '../io/packet/icmp.ts';
import { TCP, UDP } from '../io/packet/ip.ts';
import { longestSynData } from '../io/packet/tcp.ts';
import { longestDatagramData } from '../io/packet/udp.ts';
import type { Family } from '../io/transport.ts';
import type { Destination } from './destination.ts';
import { hasPort, ipProtocol, type Protocol, protocolFamily, protocolName } from './protocol.ts';

/** A destination's row, found to be right and made ready to probe with. */
export interface Settings {
  id: number;
  /** As the row has it: a host name or a numeric address. */
  address: string;
  /** Whether `address` is a host name. */
  named: boolean;
  protocol: Protocol;
  family: Family;
  /** Of UDP and TCP; null otherwise. */
  port: number | null;
  /** ms */
  interval: number;
  /** ms */
  timeout: number;
  ttl: number;
  data: Buffer;
}

/** The user's own columns of a destination, of any value that a row can hold. */
export type DestinationRow = Pick<
  Destination,
  'id' | 'active' | 'address' | 'protocol' | 'port' | 'interval' | 'timeout' | 'ttl' | 'data'
>;

/** The largest number of ms that every database's integer holds; 24.8 days. */
const LONGEST = 2 ** 31 - 1;

/** What columns may hold. A bad value is told in one line: what it is and what would be right. */
const RANGES = {
  interval: { from: 1, to: LONGEST, unit: ' ms' },
  timeout: { from: 1, to: LONGEST, unit: ' ms' },
  ttl: { from: 1, to: 255, unit: '' },
  port: { from: 1, to: 65_535, unit: '' },
} as const;

/** The settings that a row stands for, or the problem because of which it cannot be probed. */
export function settingsOf(row: DestinationRow): Settings | { problem: string } {
  const problem =
    problemOfProtocol(row.protocol) ??
    problemOfAddress(row.address, row.protocol as Protocol) ??
    problemOfPort(row.port, row.protocol as Protocol) ??
    problemOfRange('interval', row.interval) ??
    problemOfRange('timeout', row.timeout) ??
    problemOfRange('ttl', row.ttl);
  if (problem !== undefined) return { problem };

  const protocol = row.protocol as Protocol;
  const family = protocolFamily(protocol);
  const data = row.data ? Buffer.from(String(row.data)) : NO_DATA;
  const longest = longestData(protocol);
  if (data.length > longest) {
    const packet = `a packet of protocol ${protocol} (${protocolName(protocol)})`;
    return { problem: `data is ${data.length} bytes long: at most ${longest} fit ${packet}` };
  }
  const { id, address, interval, timeout, ttl } = row;
  const port = hasPort(protocol) ? row.port : null;
  return { id, address, named: isIP(address) === 0, protocol, family, port, interval, timeout, ttl, data };
}

/** That most rows have: one for all of them. */
const NO_DATA = Buffer.alloc(0);

/** The most data that fits one probe, bytes. */
export function longestData(protocol: Protocol): number {
  const family = protocolFamily(protocol);
  const number = ipProtocol(protocol);
  if (number === TCP) return longestSynData(family);
  return number === UDP ? longestDatagramData(family) : longestEchoData(family);
}

/** What is wrong with a port; undefined when it is right. Only UDP and TCP ask for one. */
function problemOfPort(port: unknown, protocol: Protocol): string | undefined {
  if (!hasPort(protocol)) return undefined;
  if (port !== null && port !== undefined) return problemOfRange('port', port);
  const { from, to } = RANGES.port;
  return `port is missing: protocol ${protocol} (${protocolName(protocol)}) needs one, from ${from} to ${to}`;
}

/** What is wrong with an interval, a timeout (both ms), a ttl or a port; undefined when it is right. */
export function problemOfRange(column: keyof typeof RANGES, value: unknown): string | undefined {
  const { from, to, unit } = RANGES[column];
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return undefined;
  return `${column} ${shown(value)}: expected a whole number from ${from} to ${to}${unit}`;
}

/** What is wrong with an address; undefined when it can be probed with that protocol, if one is named. */
export function problemOfAddress(address: unknown, protocol?: Protocol): string | undefined {
  if (address === '') return 'address is empty: expected a host name or IP address';
  if (typeof address !== 'string') return 'address is no text: expected a host name or IP address';
  const version = isIP(address);
  if (version === 0) return problemOfName(address);
  // No packet may carry such an address: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
  const mapped = mappedAddress(address);
  if (mapped) return `address ${address} stands for an IPv4 address: use ${mapped} with an IPv4 protocol`;
  if (protocol === undefined || version === protocolFamily(protocol)) return undefined;
  const other = version === 4 ? protocol - 3 : protocol + 3;
  return `address ${address} is IPv${version}: protocol ${protocol} (${protocolName(protocol)}) needs IPv${protocolFamily(protocol)}, or use protocol ${other} (${protocolName(other)})`;
}

/** Labels of letters, digits, hyphens and underscores. https://www.rfc-editor.org/rfc/rfc1123#section-2.1 */
const HOST_NAME =
  /^(?=.{1,253}\.?$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;

/** No top-level domain is a number, so that this was meant as an IPv4 address. */
const NUMERIC = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i;

/** Two colons and none of the signs of a URL. */
const IPV6_LIKE = /^[^/[]*:[^/[]*:[^/[]*$/;

const WITH_PORT = /:\d+\/?$/;

function problemOfName(name: string): string | undefined {
  if (NUMERIC.test(name)) return `address ${shown(name)}: not an IPv4 address (four numbers from 0 to 255)`;
  if (IPV6_LIKE.test(name)) return `address ${shown(name)}: not an IPv6 address`;
  if (WITH_PORT.test(name))
    return `address ${shown(name)}: neither an IP address nor a host name; a port goes into the column port (--port)`;
  if (!HOST_NAME.test(name)) return `address ${shown(name)}: neither an IP address nor a host name`;
  return undefined;
}

function problemOfProtocol(protocol: unknown): string | undefined {
  const name = protocolName(protocol);
  if (name !== undefined) return undefined;
  return `protocol ${shown(protocol)}: expected 1 (UDP), 2 (TCP), 3 (ICMP), 4 (UDP6), 5 (TCP6) or 6 (ICMP6)`;
}

/** Values as one short line, whatever a row holds. */
const shown = (value: unknown): string => {
  const literal = value instanceof Uint8Array ? `X'${Buffer.from(value).toString('hex')}'` : String(value);
  const text = typeof value === 'string' ? JSON.stringify(value) : literal;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** What the spellings of one address have in common, zone included; any value that a column can hold goes. */
export function addressKey(address: unknown): string {
  const text = String(address).toLowerCase();
  if (isIP(text) === 0) return text;
  const zone = text.indexOf('%');
  return canonicalAddress(text) + (zone < 0 ? '' : text.slice(zone));
}
