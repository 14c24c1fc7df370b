import raw, { type Socket } from 'raw-socket';
import { addressBytes } from '../../src/io/packet/address.ts';
import { writeChecksum } from '../../src/io/packet/checksum.ts';
import { icmpProtocol } from '../../src/io/packet/icmp.ts';
import { TCP, UDP } from '../../src/io/packet/ip.ts';
import { FIRST_SOURCE_PORT } from '../../src/io/packet/source-port.ts';
import { encodeDatagram } from '../../src/io/packet/udp.ts';
import type { Family } from '../../src/io/transport.ts';
import type { Flood } from './internet.ts';

/** A host that sends forged answers as fast as it is told. Runs in a namespace of a test's own. */
const { rate, seconds, victim, forged, other, tcp, udp } = JSON.parse(process.argv[2] ?? '{}') as Flood;

/** How many different packets there are; they are sent over and over. */
const DIFFERENT = 4096;

const SOL_IP = 0;
const IP_HDRINCL = 3;
/** Of a raw socket that takes packets with their IP header, whatever is in them. */
const IPPROTO_RAW = 255;

/** raw-socket's own binding, which sends at once and not one packet a turn of the event loop. */
type Direct = Socket & {
  wrap: { send(bytes: Buffer, offset: number, length: number, address: string, sent: () => void): void };
};

/** Mulberry32, from a fixed seed: what 16 bits of a checksum tell apart must not be hit by chance in some runs. */
let state = 1;
function random(limit: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
}

/** With its IP header; the checksum of `body` is filled in. */
function packet(family: Family, protocol: number, from: string, body: Buffer): Buffer {
  const addresses = addressBytes(from, victim[family]);
  writeChecksum(protocol, body, addresses);
  return Buffer.concat([header(family, protocol, addresses, body.length), body]);
}

function header(family: Family, protocol: number, addresses: Uint8Array, length: number): Buffer {
  const bytes = Buffer.alloc(family === 4 ? 20 : 40);
  bytes[0] = family === 4 ? 0x45 : 0x60;
  if (family === 4) bytes.writeUInt16BE(20 + length, 2);
  else bytes.writeUInt16BE(length, 4);
  bytes[family === 4 ? 8 : 7] = 60;
  bytes[family === 4 ? 9 : 6] = protocol;
  bytes.set(addresses, family === 4 ? 12 : 8);
  return bytes;
}

/** Those that probes come from. */
const port = (): number => FIRST_SOURCE_PORT + random(64);

/** A probe that has not been sent: right ports or identifier, anything as sequence number and nonce, other data. */
function probe(protocol: number, addresses: Uint8Array): Buffer {
  if (protocol === UDP) {
    const datagram = encodeDatagram({ rid: port(), port: udp, data: Buffer.from('a guess') });
    writeChecksum(UDP, datagram, addresses);
    return datagram;
  }
  const bytes = Buffer.alloc(8);
  if (protocol === TCP) {
    bytes.writeUInt16BE(port(), 0);
    bytes.writeUInt16BE(tcp, 2);
    bytes.writeUInt32BE(random(2 ** 32), 4);
    return bytes;
  }
  bytes[0] = protocol === 1 ? 8 : 128;
  bytes.writeUInt16BE(random(0x10000), 2);
  bytes.writeUInt16BE(random(4), 4);
  bytes.writeUInt16BE(random(0x10000), 6);
  return bytes;
}

/** An error about a probe that has not been sent. */
function error(family: Family): Buffer {
  const icmp = icmpProtocol(family);
  const protocol = [icmp, TCP, UDP][random(3)] as number;
  const start = Buffer.from(family === 4 ? [3, 1, 0, 0, 0, 0, 0, 0] : [1, 3, 0, 0, 0, 0, 0, 0]);
  const addresses = addressBytes(victim[family], forged[family]);
  const quoted = probe(protocol, addresses);
  const body = Buffer.concat([start, header(family, protocol, addresses, quoted.length), quoted]);
  return packet(family, icmp, forged[family], body);
}

/** The right identifier, a likely sequence, any nonce. */
function echoReply(family: Family): Buffer {
  const reply = Buffer.alloc(24);
  reply[0] = family === 4 ? 0 : 129;
  reply.writeUInt16BE(random(4), 4);
  reply.writeUInt16BE(random(200), 6);
  reply.writeUInt32BE(random(2 ** 32), 8);
  reply.writeUInt32BE(random(2 ** 32), 12);
  return packet(family, icmpProtocol(family), forged[family], reply);
}

/** The right ports, any acknowledgment. */
function segment(family: Family, flags: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16BE(tcp, 0);
  bytes.writeUInt16BE(port(), 2);
  bytes.writeUInt32BE(random(2 ** 32), 4);
  bytes.writeUInt32BE(random(2 ** 32), 8);
  bytes[12] = 0x50;
  bytes[13] = flags;
  return packet(family, TCP, forged[family], bytes);
}

/** From another port, or from the right port of another address. */
function datagram(family: Family): Buffer {
  const bytes = Buffer.alloc(20);
  const elsewhere = random(2) === 0;
  bytes.writeUInt16BE(elsewhere ? udp : udp + 1, 0);
  bytes.writeUInt16BE(port(), 2);
  bytes.writeUInt16BE(bytes.length, 4);
  return packet(family, UDP, (elsewhere ? other : forged)[family], bytes);
}

const KINDS: ((family: Family) => Buffer)[] = [
  echoReply,
  error,
  (family) => segment(family, 0x12),
  (family) => segment(family, 0x14),
  datagram,
];

const packets = [...Array(DIFFERENT).keys()].map((index) => {
  const family: Family = index % 2 === 0 ? 4 : 6;
  return { family, bytes: (KINDS[(index >> 1) % KINDS.length] as (typeof KINDS)[number])(family) };
});

function open(family: Family): Direct {
  const socket = raw.createSocket({ protocol: IPPROTO_RAW, addressFamily: family === 4 ? 1 : 2 }) as Direct;
  if (family === 4) socket.setOption(SOL_IP, IP_HDRINCL, 1);
  return socket;
}

const sockets = { 4: open(4), 6: open(6) };
const started = performance.now();
let sent = 0;
let refused = 0;

function flood(): void {
  const elapsed = performance.now() - started;
  const due = Math.floor((elapsed / 1000) * rate);
  // What it could not send in time is not made up for.
  if (due - sent > rate / 50) sent = due - rate / 50;
  for (; sent < due; sent++) {
    const { family, bytes } = packets[sent % DIFFERENT] as (typeof packets)[number];
    try {
      sockets[family].wrap.send(bytes, 0, bytes.length, victim[family], () => {});
    } catch {
      refused++;
    }
  }
  if (elapsed < seconds * 1000) setImmediate(flood);
  else process.exit(refused > 0 ? 1 : 0);
}

process.stdout.write('ready\n');
flood();
