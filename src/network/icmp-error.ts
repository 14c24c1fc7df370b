import { addressText } from '../io/packet/address.ts';
import { writeChecksum } from '../io/packet/checksum.ts';
import { ICMP, ICMP6, IPV4_HEADER, IPV6_HEADER } from '../io/packet/ip.ts';
import { encodePacket, type Packet, pseudoAddresses } from './packet.ts';

/** Ways to refuse a packet, by the names that nftables has for both IP versions (`reject with icmpx`). */
export const REJECTIONS = ['no-route', 'host-unreachable', 'port-unreachable', 'admin-prohibited'] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** What an ICMP error says, and one number that comes with it: the MTU, or nothing. */
interface Message {
  type: number;
  code: number;
  rest?: number;
}

/** https://www.rfc-editor.org/rfc/rfc792 https://www.rfc-editor.org/rfc/rfc1812#section-5.2.7.1 */
const UNREACHABLE = 3;
const IPV4_CODES: Readonly<Record<Rejection, number>> = {
  'no-route': 0,
  'host-unreachable': 1,
  'port-unreachable': 3,
  'admin-prohibited': 13,
};

/** https://www.rfc-editor.org/rfc/rfc4443#section-3.1 */
const UNREACHABLE_6 = 1;
const IPV6_CODES: Readonly<Record<Rejection, number>> = {
  'no-route': 0,
  'host-unreachable': 3,
  'port-unreachable': 4,
  'admin-prohibited': 1,
};

export const rejected = ({ family }: Packet, how: Rejection): Message =>
  family === 4
    ? { type: UNREACHABLE, code: IPV4_CODES[how] }
    : { type: UNREACHABLE_6, code: IPV6_CODES[how] };

export const timeExceeded = ({ family }: Packet): Message => ({ type: family === 4 ? 11 : 3, code: 0 });

/** Fragmentation needed, or packet too big. `mtu`: of the next link, bytes. https://www.rfc-editor.org/rfc/rfc1191#section-4 */
export const tooBig = ({ family }: Packet, mtu: number): Message =>
  family === 4 ? { type: UNREACHABLE, code: 4, rest: mtu } : { type: 2, code: 0, rest: mtu };

const HEADER = 8;

/** How long an error is at most, IP header included, bytes: https://www.rfc-editor.org/rfc/rfc1812#section-4.3.2.3 and RFC 4443. */
const LONGEST = { 4: 576, 6: 1280 } as const;

/** An error's own TTL, as Linux has it. */
const TTL = 64;

/** An ICMP error about a packet; undefined where there may be none, since an error is never about an error. `quote`: bytes behind the quoted IP header. */
export function icmpError(
  about: Packet,
  from: string,
  { type, code, rest = 0 }: Message,
  quote = Number.POSITIVE_INFINITY,
): Packet | undefined {
  if (isIcmpError(about)) return undefined;
  const { family } = about;
  const header = family === 4 ? IPV4_HEADER : IPV6_HEADER;
  const quoted = encodePacket(about).subarray(0, Math.min(header + quote, LONGEST[family] - header - HEADER));
  const payload = Buffer.alloc(HEADER + quoted.length);
  payload[0] = type;
  payload[1] = code;
  payload.writeUInt32BE(rest, 4);
  payload.set(quoted, HEADER);
  const packet: Packet = {
    family,
    protocol: family === 4 ? ICMP : ICMP6,
    source: from,
    destination: about.source,
    ttl: TTL,
    whole: false,
    payload,
    origin: about.origin,
  };
  writeChecksum(packet.protocol, payload, pseudoAddresses(packet));
  return packet;
}

/** https://www.rfc-editor.org/rfc/rfc1122#section-3.2.2 https://www.rfc-editor.org/rfc/rfc4443#section-2.4 */
export const isIcmpError = ({ family, protocol, payload }: Packet): boolean => {
  const type = payload[0] as number;
  if (family === 6) return protocol === ICMP6 && type < 128;
  return protocol === ICMP && [3, 4, 5, 11, 12].includes(type);
};

/** Where the packet was going that an error quotes. */
export const quotedDestination = ({ family, payload }: Packet): string =>
  family === 4 ? addressText(payload, HEADER + 16, 4) : addressText(payload, HEADER + 24, 16);
