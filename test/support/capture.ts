import type { Settings } from '../../src/entities/settings.ts';
import { addressText } from '../../src/io/packet/address.ts';
import { checksum, isIntact, writeChecksum } from '../../src/io/packet/checksum.ts';
import { addressesOf, ICMP, ICMP6, TCP, UDP } from '../../src/io/packet/ip.ts';
import type { Family, ReceivedPacket } from '../../src/io/transport.ts';
import { Flight, type Probe, type Route } from '../../src/probing/flight.ts';
import { RoutingTable } from '../../src/probing/routing-table.ts';
import { settings } from './probes.ts';

/** An IP packet of a capture that is no fragment. */
export interface CapturedPacket {
  family: Family;
  protocol: number;
  source: string;
  destination: string;
  /** With the IP header. */
  bytes: Buffer;
  /** Where the header ends. */
  body: number;
}

/** The packets of a capture file of Ethernet frames: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap */
export function packetsOf(file: Buffer): CapturedPacket[] {
  const packets: CapturedPacket[] = [];
  for (let at = 24; at + 16 <= file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    const type = frame.readUInt16BE(12);
    if (type === 0x0800) packets.push(ipv4(frame.subarray(14)));
    else if (type === 0x86dd) packets.push(ipv6(frame.subarray(14)));
  }
  const known = packets.filter(({ protocol }) => [ICMP, TCP, UDP, ICMP6].includes(protocol));
  for (const packet of known) if (packet.protocol === TCP || packet.protocol === UDP) complete(packet);
  return known;
}

/** Writes the checksum, which two hosts of one machine leave to a network card that there is none of. */
function complete({ family, protocol, bytes, body }: CapturedPacket): void {
  writeChecksum(protocol, bytes.subarray(body), addressesOf(family, bytes, 0));
}

const ipv4 = (bytes: Buffer): CapturedPacket => ({
  family: 4,
  // A fragment stands for no protocol.
  protocol: (bytes.readUInt16BE(6) & 0x3fff) === 0 ? (bytes[9] as number) : -1,
  source: addressText(bytes, 12, 4),
  destination: addressText(bytes, 16, 4),
  bytes: bytes.subarray(0, bytes.readUInt16BE(2)),
  body: ((bytes[0] as number) & 0xf) * 4,
});

const ipv6 = (bytes: Buffer): CapturedPacket => ({
  family: 6,
  protocol: bytes[6] as number,
  source: addressText(bytes, 8, 16),
  destination: addressText(bytes, 24, 16),
  bytes: bytes.subarray(0, 40 + bytes.readUInt16BE(4)),
  body: 40,
});

/** What a kernel hands to a raw socket of this packet; undefined where it hands it to nobody. */
export function throughKernel({ family, protocol, bytes, body }: CapturedPacket): ReceivedPacket | undefined {
  const source = family === 4 ? addressText(bytes, 12, 4) : addressText(bytes, 8, 16);
  const packet = { family, protocol, address: source, receivedAt: 1 };
  if (family === 4) {
    const whole = checksum(bytes, 0, body) === 0 && bytes.readUInt16BE(2) <= bytes.length;
    return whole ? { ...packet, bytes } : undefined;
  }
  const message = bytes.subarray(body);
  if (message.length < (protocol === TCP ? 20 : 8)) return undefined;
  return isIntact(protocol, message, bytes.subarray(8, 40)) ? { ...packet, bytes: message } : undefined;
}

/** The probes that a capture begins with, all of them still on the wire, and what was answered to them. */
export class Replay {
  readonly routes: RoutingTable;
  readonly answers: CapturedPacket[] = [];
  /** By the packet that they were. */
  readonly probes = new Map<Probe, CapturedPacket>();
  readonly #flights = new Map<string, { flight: Flight; settings: Settings; route: Route }>();
  #token = 0;

  constructor(packets: readonly CapturedPacket[], sourceid: number, own: readonly string[]) {
    this.routes = new RoutingTable(sourceid, () => this.#token);
    const sent = packets.filter(({ source }) => own.includes(source));
    // Lanes were given out in the order of the rows.
    const echoes = sent.filter((packet) => isEcho(packet));
    for (const packet of echoes.sort((a, b) => identifierOf(a) - identifierOf(b))) this.#launch(packet);
    for (const packet of sent) if (!isEcho(packet)) this.#launch(packet);
    this.answers.push(...packets.filter(({ destination }) => own.includes(destination)));
  }

  #launch(packet: CapturedPacket): void {
    const { family, protocol, bytes, body, destination } = packet;
    const isReset = protocol === TCP && bytes[body + 13] === 0x04;
    if (isReset || ((protocol === ICMP || protocol === ICMP6) && !isEcho(packet))) return;
    const port = isEcho(packet) ? null : bytes.readUInt16BE(body + 2);
    const key = `${protocol} ${destination} ${port ?? identifierOf(packet)}`;
    const header = { [ICMP]: 16, [ICMP6]: 16, [TCP]: 24, [UDP]: 8 }[protocol] ?? 0;
    const nonceAt = { [ICMP]: 12, [ICMP6]: 12, [TCP]: 4 }[protocol];
    // A destination begins with its own token, or with the source port of its first probe.
    this.#token = isEcho(packet) ? bytes.readUInt32BE(body + 8) : bytes.readUInt16BE(body);
    const row = settings({
      address: destination,
      family,
      protocol: (({ [UDP]: 1, [TCP]: 2 }[protocol] ?? 3) + (family === 6 ? 3 : 0)) as Settings['protocol'],
      port,
      data: bytes.subarray(body + header),
    });
    let known = this.#flights.get(key);
    if (!known) {
      const flight = new Flight();
      const route = this.routes.claim(flight, row, destination, destination);
      if (!route) throw new Error(`no route for ${key}`);
      known = { flight, settings: row, route };
      this.#flights.set(key, known);
    }
    const nonce = nonceAt === undefined ? 0 : bytes.readUInt32BE(body + nonceAt);
    const probe = known.flight.make(row, known.route, nonce, 0);
    known.flight.advance(probe, 'pending');
    this.probes.set(probe, packet);
  }
}

const isEcho = ({ protocol, bytes, body }: CapturedPacket): boolean =>
  (protocol === ICMP && bytes[body] === 8) || (protocol === ICMP6 && bytes[body] === 128);

const identifierOf = ({ bytes, body }: CapturedPacket): number => bytes.readUInt16BE(body + 4);
