import raw from 'raw-socket';
import { icmpProtocol, NONCE_LENGTH } from '../../src/io/packet/icmp.ts';
import type { Family } from '../../src/io/transport.ts';
import type { Complaints } from './network.ts';
import { icmp, ipv4Header, ipv6Header } from './packets.ts';

/** A router that sends errors of all kinds about echo requests that nobody has sent. Runs in a namespace of a test's own. */
const { count, victim, target, identifier } = JSON.parse(process.argv[2] ?? '{}') as Complaints;

const TYPES = { 4: [3, 3, 3, 4, 5, 11, 12], 6: [1, 1, 2, 3, 4, 5, 100, 127] } as const;

const random = (limit: number): number => Math.floor(Math.random() * limit);

/** Bytes of an echo request before its data. */
const HEADER = 8;

/**
 * Of a quote too short for the nonce only the checksum says that it is made up, and one of 65,536 at random is right.
 * This one no request has: a sum of words of which one is not zero is not zero either.
 */
const NO_CHECKSUM = 0xffff;

/** An echo request, or what looks like one, cut anywhere behind its first 8 bytes. */
function quoted(family: Family): Buffer {
  const bytes = Buffer.from(Array.from({ length: HEADER + random(200) }, () => random(256)));
  bytes[0] = family === 4 ? 8 : 128;
  bytes[1] = 0;
  bytes.writeUInt16BE(identifier, 4);
  bytes.writeUInt16BE(random(40), 6);
  if (bytes.length < HEADER + NONCE_LENGTH) bytes.writeUInt16BE(NO_CHECKSUM, 2);
  const header = family === 4 ? ipv4Header : ipv6Header;
  return Buffer.concat([header(victim[family], target[family], random(2000), icmpProtocol(family)), bytes]);
}

for (const family of [4, 6] as const) {
  const socket = raw.createSocket({ protocol: icmpProtocol(family), addressFamily: family === 4 ? 1 : 2 });
  socket.pauseRecv();
  let left = count;
  const next = () => {
    if (left-- === 0) return socket.close();
    const type = TYPES[family][random(TYPES[family].length)] as number;
    const message = icmp(family, type, random(20), random(2 ** 32), quoted(family));
    socket.send(message, 0, message.length, victim[family], () => {}, next);
  };
  next();
}
process.stdout.write('ready\n');
