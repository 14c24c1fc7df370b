import { checksum, pseudoHeaderSum, writeChecksum } from '../io/packet/checksum.ts';
import { ICMP, ICMP6, TCP, UDP } from '../io/packet/ip.ts';
import { ECHO_REQUEST } from '../io/packet/quote.ts';
import { icmpError, type Rejection, rejected } from './icmp-error.ts';
import { type Packet, pseudoAddresses } from './packet.ts';

/** What a host does with what comes to a TCP port: open answers a SYN, closed resets, filtered says nothing. */
export const TCP_SERVICES = ['open', 'closed', 'filtered'] as const;
export type TcpService = (typeof TCP_SERVICES)[number] | Rejection;

/** Of UDP: echo sends back what it gets, other sends back something else, silent takes it, closed says port unreachable. */
export const UDP_SERVICES = ['echo', 'other', 'silent', 'closed', 'filtered'] as const;
export type UdpService = (typeof UDP_SERVICES)[number] | Rejection;

/** What a host does with echo requests. */
export const PING_SERVICES = ['reply', 'filtered'] as const;
export type PingService = (typeof PING_SERVICES)[number] | Rejection;

/** A service for each port, and one for all the others. */
export interface Ports<Service> {
  ports: ReadonlyMap<number, Service>;
  others: Service;
}

/** How a host answers. */
export interface HostSettings {
  /** Down: it is not there, and the last router says nothing of it; unreachable: that says so. */
  state: 'up' | 'down' | 'unreachable';
  ping: PingService;
  tcp: Ports<TcpService>;
  udp: Ports<UdpService>;
  /** TTL of its answers. */
  ttl: number;
  /** How long it takes to answer, ns. */
  delay: number;
}

export const DEFAULT_HOST: HostSettings = {
  state: 'up',
  ping: 'reply',
  tcp: { ports: new Map(), others: 'closed' },
  udp: { ports: new Map(), others: 'closed' },
  ttl: 64,
  delay: 0,
};

const SYN = 0x02;
const FIN = 0x01;
const RST = 0x04;
const ACK = 0x10;
const TCP_HEADER = 20;
const UDP_HEADER = 8;
const WINDOW = 64_240;

/** What a UDP service that is no echo answers. */
const OTHER = Buffer.from('pinger');

/** A host's answer to a packet; undefined when it has none. */
export function answerOf(packet: Packet, settings: HostSettings): Packet | undefined {
  if (!isIntact(packet)) return undefined;
  const answer = respond(packet, settings);
  if (answer) answer.ttl = settings.ttl;
  return answer;
}

function respond(packet: Packet, { ping, tcp, udp }: HostSettings): Packet | undefined {
  const { family, protocol, payload } = packet;
  if (protocol === TCP) return respondTcp(packet, serviceAt(tcp, payload.readUInt16BE(2)));
  if (protocol === UDP) return respondUdp(packet, serviceAt(udp, payload.readUInt16BE(2)));
  if (protocol !== (family === 4 ? ICMP : ICMP6)) return undefined;
  if (payload[0] !== ECHO_REQUEST[family]) return undefined;
  if (ping !== 'reply') return ping === 'filtered' ? undefined : refusal(packet, ping);
  const reply = Buffer.from(payload);
  reply[0] = family === 4 ? 0 : 129;
  return answer(packet, reply);
}

function respondTcp(packet: Packet, service: TcpService): Packet | undefined {
  if (service === 'filtered') return undefined;
  if (service !== 'open' && service !== 'closed') return refusal(packet, service);
  const { payload } = packet;
  const flags = payload[13] as number;
  if ((flags & RST) !== 0) return undefined;
  const sequence = payload.readUInt32BE(4);
  const acknowledged = payload.readUInt32BE(8);
  const length = payload.length - ((payload[12] as number) >> 4) * 4;
  const last = sequence + length + ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0);
  if (service === 'closed') {
    // https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.1
    const reset =
      (flags & ACK) !== 0 ? { flags: RST, sequence: acknowledged } : { flags: RST | ACK, sequence: 0 };
    return segment(packet, { ...reset, acknowledgment: last });
  }
  // No state is kept: the sequence number follows from what is answered.
  if ((flags & SYN) !== 0)
    return segment(packet, { flags: SYN | ACK, sequence: ~sequence, acknowledgment: sequence + 1 });
  if ((flags & FIN) !== 0) {
    // Who was told nothing has not been hung up on yet: both numbers are those of the SYN and its answer, plus one.
    const quiet = (sequence + acknowledged) >>> 0 === 1;
    return segment(packet, {
      flags: quiet ? FIN | ACK : ACK,
      sequence: acknowledged,
      acknowledgment: last,
    });
  }
  // It has nothing to say to whatever it is told, and hangs up.
  if (length > 0) return segment(packet, { flags: FIN | ACK, sequence: acknowledged, acknowledgment: last });
  return undefined;
}

function respondUdp(packet: Packet, service: UdpService): Packet | undefined {
  if (service === 'filtered' || service === 'silent') return undefined;
  if (service === 'closed') return refusal(packet, 'port-unreachable');
  if (service !== 'echo' && service !== 'other') return refusal(packet, service);
  const { payload } = packet;
  const data = service === 'echo' ? payload.subarray(UDP_HEADER) : OTHER;
  const reply = Buffer.alloc(UDP_HEADER + data.length);
  reply.writeUInt16BE(payload.readUInt16BE(2), 0);
  reply.writeUInt16BE(payload.readUInt16BE(0), 2);
  reply.writeUInt16BE(reply.length, 4);
  reply.set(data, UDP_HEADER);
  return answer(packet, reply);
}

const serviceAt = <Service>({ ports, others }: Ports<Service>, port: number): Service =>
  ports.get(port) ?? others;

const refusal = (packet: Packet, how: Rejection): Packet | undefined =>
  icmpError(packet, packet.destination, rejected(packet, how));

interface Flags {
  flags: number;
  sequence: number;
  acknowledgment: number;
}

function segment(packet: Packet, { flags, sequence, acknowledgment }: Flags): Packet {
  const { payload } = packet;
  const bytes = Buffer.alloc(TCP_HEADER);
  bytes.writeUInt16BE(payload.readUInt16BE(2), 0);
  bytes.writeUInt16BE(payload.readUInt16BE(0), 2);
  bytes.writeUInt32BE(sequence >>> 0, 4);
  if ((flags & ACK) !== 0) bytes.writeUInt32BE(acknowledgment >>> 0, 8);
  bytes[12] = (TCP_HEADER / 4) << 4;
  bytes[13] = flags;
  bytes.writeUInt16BE(WINDOW, 14);
  return answer(packet, bytes);
}

/** The packet back, with its checksum. */
function answer({ family, protocol, source, destination, origin }: Packet, payload: Buffer): Packet {
  const packet: Packet = {
    family,
    protocol,
    source: destination,
    destination: source,
    ttl: 64,
    whole: true,
    payload,
    origin,
  };
  writeChecksum(protocol, payload, protocol === ICMP ? NO_ADDRESSES : pseudoAddresses(packet));
  return packet;
}

const NO_ADDRESSES = new Uint8Array(0);

const SHORTEST: Readonly<Record<number, number>> = {
  [TCP]: TCP_HEADER,
  [UDP]: UDP_HEADER,
  [ICMP]: 8,
  [ICMP6]: 8,
};

/** Whether a packet is whole and its checksum right: what any host makes sure of. */
export function isIntact(packet: Packet): boolean {
  const { protocol, payload } = packet;
  const shortest = SHORTEST[protocol];
  if (shortest === undefined) return true;
  if (payload.length < shortest) return false;
  if (protocol === UDP && packet.family === 4 && payload.readUInt16BE(6) === 0) return true;
  const sum = protocol === ICMP ? 0 : pseudoHeaderSum(pseudoAddresses(packet), protocol, payload.length);
  return checksum(payload, 0, payload.length, sum) === 0;
}
