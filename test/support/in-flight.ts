import { ipProtocol } from '../../src/entities/protocol.ts';
import type { Settings } from '../../src/entities/settings.ts';
import { addressBytes, canonicalAddress } from '../../src/io/packet/address.ts';
import { writeChecksum } from '../../src/io/packet/checksum.ts';
import { TCP, UDP } from '../../src/io/packet/ip.ts';
import { encodeDatagram } from '../../src/io/packet/udp.ts';
import type { Family, ReceivedPacket } from '../../src/io/transport.ts';
import { encodeProbe } from '../../src/probing/encoding.ts';
import { Flight, type Probe } from '../../src/probing/flight.ts';
import { RoutingTable } from '../../src/probing/routing-table.ts';
import { echoReply, icmp, ipv4Header, ipv6Header, ROUTER, received, SOURCE, TARGET } from './packets.ts';
import { payloadOf, settings } from './probes.ts';

/** Numbers that look random and are always the same: xorshift32, by G. Marsaglia (doi:10.18637/jss.v008.i14). */
export function pseudoRandom(seed = 0x9e3779b9): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** Destinations of one source with probes on the wire. */
export class InFlight {
  readonly routes;
  readonly #random = pseudoRandom();
  readonly #destinations = new Map<number, { flight: Flight; settings: Settings }>();

  constructor(sourceid = 7) {
    this.routes = new RoutingTable(sourceid, this.#random);
  }

  /** Nobody has answered the probe in time. */
  expire(id: number, probe: Probe): void {
    this.#destinations.get(id)?.flight.advance(probe, 'expired');
  }

  /** Sends one more probe of the destination with this id, which comes into being with its first. */
  send(id: number, changed: Partial<Settings> = {}, at = 0): Probe {
    let destination = this.#destinations.get(id);
    if (!destination) {
      const family = changed.family ?? ((changed.protocol ?? 3) > 3 ? 6 : 4);
      const whole = settings({ id, family, address: TARGET[family], ...changed });
      destination = { flight: new Flight(), settings: whole };
      this.#destinations.set(id, destination);
    }
    const { flight, settings: own } = destination;
    const route =
      flight.inFlightProbes()[0]?.route ??
      this.routes.claim(flight, own, own.address, canonicalAddress(own.address));
    if (!route) throw new Error('no route');
    const probe = flight.make(own, route, this.#random(), at);
    probe.sentAt = at;
    flight.advance(probe, 'pending');
    return probe;
  }
}

/** One destination of each protocol, its number as the id; ports where they need one. */
export const ALL_PROTOCOLS: Partial<Settings>[] = [
  { protocol: 1, port: 53 },
  { protocol: 2, port: 443 },
  { protocol: 3 },
  { protocol: 4, port: 53 },
  { protocol: 5, port: 443 },
  { protocol: 6 },
];

const familyOf = ({ settings: { protocol } }: Probe): Family => (protocol <= 3 ? 4 : 6);

/** What happens to a packet on its way. */
export interface Way {
  source?: string;
  /** As a NAT changes it, with the checksum that follows. */
  rid?: number;
  /** IPv4 options, or IPv6 extension headers with the number of the first. */
  options?: number[];
  extensions?: { first: number; bytes: number[] };
}

/** A probe's IP packet on the wire. */
export function onTheWire(probe: Probe, { source, rid, options, extensions }: Way = {}): Buffer {
  const family = familyOf(probe);
  const from = source ?? SOURCE[family];
  const to = probe.route.target;
  const protocol = ipProtocol(probe.settings.protocol);
  const message = encodeProbe(probe, rid ?? probe.rid);
  writeChecksum(protocol, message, addressBytes(from, to));
  if (family === 4) return Buffer.concat([ipv4Header(from, to, message.length, protocol, options), message]);
  const more = Buffer.from(extensions?.bytes ?? []);
  const header = ipv6Header(from, to, more.length + message.length, extensions?.first ?? protocol);
  return Buffer.concat([header, more, message]);
}

export interface Failure {
  from?: string;
  /** Unreachable, code 1, unless given. */
  type?: number;
  code?: number;
  /** How much is quoted behind the IP header, bytes. */
  quoted?: number;
  /** Zeros behind what is quoted, bytes: https://www.rfc-editor.org/rfc/rfc4884#section-4 */
  padding?: number;
  receivedAt?: number;
}

/** An ICMP error about an IP packet. */
export function errorAbout(packet: Buffer, failure: Failure = {}): ReceivedPacket {
  const family: Family = (packet[0] as number) >> 4 === 4 ? 4 : 6;
  const { from = ROUTER[family], type = family === 4 ? 3 : 1, code = 1, receivedAt = 1 } = failure;
  const header = family === 4 ? ((packet[0] as number) & 0xf) * 4 : 40;
  const quote = packet.subarray(0, header + (failure.quoted ?? packet.length));
  const body = Buffer.concat([quote, Buffer.alloc(failure.padding ?? 0)]);
  return received(family, from, icmp(family, type, code, 0, body), receivedAt);
}

export interface Changes {
  from?: string;
  /** The bytes that come back, of ICMP without the nonce. */
  data?: string;
  receivedAt?: number;
  /** Of TCP. */
  flags?: number;
  acknowledged?: number;
  /** The ports as the answer has them: the one it comes from, the one it goes to. */
  port?: number;
  rid?: number;
}

export const SYN_ACK = 0x12;
export const RST_ACK = 0x14;

/** The answer that a probe asks for. */
export function answerTo(probe: Probe, changes: Changes = {}): ReceivedPacket {
  const family = familyOf(probe);
  const {
    from = probe.route.target,
    receivedAt = 1,
    rid = probe.rid,
    port = probe.route.port ?? 0,
  } = changes;
  const protocol = ipProtocol(probe.settings.protocol);
  const data = changes.data === undefined ? probe.settings.data : Buffer.from(changes.data);
  let message: Buffer;
  if (protocol === TCP) {
    message = Buffer.alloc(20);
    message.writeUInt16BE(port, 0);
    message.writeUInt16BE(rid, 2);
    message.writeUInt32BE((changes.acknowledged ?? probe.nonce + 1) >>> 0, 8);
    message[12] = 5 << 4;
    message[13] = changes.flags ?? SYN_ACK;
  } else if (protocol === UDP) message = encodeDatagram({ rid: port, port: rid, data });
  else {
    const payload = Buffer.concat([payloadOf(probe).subarray(0, 8), data]);
    return received(family, from, echoReply({ family, rid, rseq: probe.rseq, payload }), receivedAt);
  }
  writeChecksum(protocol, message, addressBytes(from, SOURCE[family]));
  return received(family, from, message, receivedAt, protocol);
}
