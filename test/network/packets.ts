import { writeChecksum } from '../../src/io/packet/checksum.ts';
import { decode } from '../../src/io/packet/decode.ts';
import { encodeEchoRequest, icmpProtocol } from '../../src/io/packet/icmp.ts';
import { TCP, UDP } from '../../src/io/packet/ip.ts';
import { encodeSyn } from '../../src/io/packet/tcp.ts';
import { encodeDatagram } from '../../src/io/packet/udp.ts';
import type { Family } from '../../src/io/transport.ts';
import { encodePacket, type Packet } from '../../src/network/packet.ts';
import { bytesOf, SOURCE, TARGET } from '../support/packets.ts';

export const FAMILIES = [4, 6] as const;

/** From the source to the target unless changed, with the checksum that it then has. */
export function packetOf(
  family: Family,
  protocol: number,
  payload: Buffer,
  changed: Partial<Packet> = {},
): Packet {
  const packet: Packet = {
    family,
    protocol,
    source: SOURCE[family],
    destination: TARGET[family],
    ttl: 64,
    whole: true,
    payload: Buffer.from(payload),
    origin: 7,
    ...changed,
  };
  const addresses = Uint8Array.from([...bytesOf(packet.source), ...bytesOf(packet.destination)]);
  writeChecksum(protocol, packet.payload, addresses);
  return packet;
}

interface Probe {
  /** Identifier, or source port. */
  rid?: number;
  port?: number;
  data?: Uint8Array;
}

const DATA = Buffer.from('NONCEabcdata!');

export const ping = (family: Family, changed: Partial<Packet> = {}, probe: Probe = {}): Packet => {
  const { rid = 0x2a01, data = DATA } = probe;
  const bytes = encodeEchoRequest({ family, rid, rseq: 9, payload: data });
  return packetOf(family, icmpProtocol(family), bytes, changed);
};

export const syn = (family: Family, changed: Partial<Packet> = {}, probe: Probe = {}): Packet => {
  const { rid = 0x41c0, port = 443, data = Buffer.alloc(0) } = probe;
  return packetOf(family, TCP, encodeSyn({ family, rid, port, sequence: 0xfedcba98, data }), changed);
};

export const datagram = (family: Family, changed: Partial<Packet> = {}, probe: Probe = {}): Packet => {
  const { rid = 0x41c1, port = 53, data = DATA } = probe;
  return packetOf(family, UDP, encodeDatagram({ rid, port, data: Buffer.from(data) }), changed);
};

/** A probe of each protocol. */
export const PROBES = { ping, syn, datagram } as const;
export const PROBE_NAMES = ['ping', 'syn', 'datagram'] as const;

/** A TCP segment without options: flags, and what else it says. */
export function segment(
  family: Family,
  flags: number,
  { sequence = 0, acknowledgment = 0, data = '' } = {},
): Packet {
  const bytes = Buffer.alloc(20 + data.length);
  bytes.writeUInt16BE(0x41c0, 0);
  bytes.writeUInt16BE(443, 2);
  bytes.writeUInt32BE(sequence, 4);
  bytes.writeUInt32BE(acknowledgment, 8);
  bytes[12] = 5 << 4;
  bytes[13] = flags;
  bytes.write(data, 20);
  return packetOf(family, TCP, bytes);
}

/** What remains of words when all of 65,535 is taken from their sum: nothing where a checksum among them is right. */
function remainder(bytes: Uint8Array): number {
  let sum = 0;
  for (const [index, byte] of bytes.entries()) sum = (sum + (index % 2 === 0 ? byte * 256 : byte)) % 65_535;
  return sum;
}

/** Whether the bytes of a packet have right checksums and lengths, as RFC 791, 792, 768, 9293, 8200 and 4443 have them. */
export function isRight(packet: Packet): boolean {
  const bytes = encodePacket(packet);
  const { family, protocol } = packet;
  const header = family === 4 ? 20 : 40;
  const length = bytes.length - header;
  if (bytes.readUInt16BE(family === 4 ? 2 : 4) !== (family === 4 ? bytes.length : length)) return false;
  if (family === 4 && remainder(bytes.subarray(0, header)) !== 0) return false;
  if (protocol === UDP && bytes.readUInt16BE(header + 4) !== length) return false;
  const addresses = bytes.subarray(family === 4 ? 12 : 8, header);
  const pseudo = protocol === 1 ? [] : [...addresses, length >> 8, length & 0xff, 0, protocol];
  return remainder(Uint8Array.from([...pseudo, ...bytes.subarray(header)])) === 0;
}

/** What the prober's decoders say of a packet, which has to be right. */
export function decoded(packet: Packet | undefined) {
  if (!packet) return undefined;
  if (!isRight(packet)) throw new Error('A packet with a wrong checksum or length');
  const { family, protocol, source, payload } = packet;
  const bytes = family === 4 ? encodePacket(packet) : payload;
  return decode({ family, protocol, address: source, receivedAt: 0, bytes });
}
