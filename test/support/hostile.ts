import raw, { type Socket } from 'raw-socket';
import { addressBytes } from '../../src/io/packet/address.ts';
import { writeChecksum } from '../../src/io/packet/checksum.ts';
import { icmpProtocol } from '../../src/io/packet/icmp.ts';
import { ICMP6, TCP, UDP } from '../../src/io/packet/ip.ts';
import type { Family } from '../../src/io/transport.ts';
import { HOSTILE, LATE_BY } from './hostile-ports.ts';
import type { Addresses } from './namespaces.ts';

/** A host that answers TCP and UDP in the ways that kernels do not. Runs in a namespace of a test's own. */
const { other } = JSON.parse(process.argv[2] ?? '{}') as { other: Addresses };

/** ms */
const APART = 20;

const SYN_ACK = 0x12;
const RST_ACK = 0x14;

/** raw-socket closes a socket that nothing refers to. */
const sockets = new Map<string, Socket>();

interface Asked {
  family: Family;
  protocol: number;
  /** Who asks. */
  from: string;
  /** What was received, without IP header. */
  bytes: Buffer;
}

function send(family: Family, protocol: number, to: string, bytes: Buffer): void {
  const ignore = () => {};
  sockets.get(`${family} ${protocol}`)?.send(bytes, 0, bytes.length, to, ignore, ignore);
}

/** Source, then destination, of an answer. */
const addressesOf = ({ family, from }: Asked) => addressBytes(other[family], from);

function seal({ protocol, ...asked }: Asked, answer: Buffer): Buffer {
  writeChecksum(protocol, answer, addressesOf({ protocol, ...asked }));
  return answer;
}

/** The answer to a SYN, or a datagram sent back; with right checksums. */
function answerTo(asked: Asked, { flags = SYN_ACK, acknowledge = 1, port = 0, data = '' } = {}): Buffer {
  const { protocol, bytes } = asked;
  const answer = Buffer.from(protocol === TCP ? bytes.subarray(0, 20) : bytes);
  answer.writeUInt16BE(bytes.readUInt16BE(2) + port, 0);
  answer.writeUInt16BE(bytes.readUInt16BE(0), 2);
  if (protocol === UDP) answer.write(data, 8);
  else {
    answer.writeUInt32BE(0x12345678, 4);
    answer.writeUInt32BE((bytes.readUInt32BE(4) + acknowledge) >>> 0, 8);
    answer[12] = 0x50;
    answer[13] = flags;
  }
  return seal(asked, answer);
}

/** An ICMP error, administratively prohibited, that quotes so much of what was asked. */
function errorTo({ family, protocol, from, bytes }: Asked, quoted = bytes): void {
  const header = Buffer.alloc(family === 4 ? 20 : 40);
  const addresses = addressBytes(from, other[family]);
  if (family === 4) {
    header[0] = 0x45;
    header.writeUInt16BE(20 + bytes.length, 2);
    header[8] = 60;
    header[9] = protocol;
    header.set(addresses, 12);
  } else {
    header[0] = 0x60;
    header.writeUInt16BE(bytes.length, 4);
    header[6] = protocol;
    header[7] = 60;
    header.set(addresses, 8);
  }
  const start = Buffer.from(family === 4 ? [3, 13, 0, 0, 0, 0, 0, 0] : [1, 1, 0, 0, 0, 0, 0, 0]);
  const error = Buffer.concat([start, header, quoted]);
  const icmp = icmpProtocol(family);
  // ICMPv6's checksum is the kernel's to fill in.
  if (icmp !== ICMP6) writeChecksum(icmp, error, new Uint8Array());
  send(family, icmp, from, error);
}

/** The first 8 bytes of what was asked, with one changed. */
function misquoted({ protocol, bytes }: Asked): Buffer {
  const quoted = Buffer.from(bytes.subarray(0, 8));
  const at = protocol === TCP ? 4 : 6;
  quoted[at] = (quoted[at] as number) ^ 0x55;
  return quoted;
}

function behave(asked: Asked): void {
  const { family, protocol, from, bytes } = asked;
  const reply = (answer: Buffer) => send(family, protocol, from, answer);
  const right = answerTo(asked);
  switch (bytes.readUInt16BE(2)) {
    case HOSTILE.late:
      setTimeout(() => reply(right), LATE_BY);
      return;
    case HOSTILE.thrice:
      for (let copy = 0; copy < 3; copy++) reply(right);
      return;
    case HOSTILE.badChecksum:
      right[protocol === TCP ? 16 : 6] = (right[protocol === TCP ? 16 : 6] as number) ^ 0x55;
      reply(right);
      return;
    case HOSTILE.damaged:
      right[right.length - 1] = (right[right.length - 1] as number) ^ 0x55;
      reply(right);
      return;
    case HOSTILE.changed:
      reply(answerTo(asked, { data: 'XX', acknowledge: 2 }));
      return;
    case HOSTILE.forged:
      for (const flags of [SYN_ACK, RST_ACK]) reply(answerTo(asked, { flags, acknowledge: 77, port: 1 }));
      if (protocol === TCP)
        for (const flags of [SYN_ACK, RST_ACK]) reply(answerTo(asked, { flags, acknowledge: 77 }));
      errorTo(asked, misquoted(asked));
      reply(right);
      return;
    case HOSTILE.errorFirst:
      errorTo(asked);
      // They are of two protocols, and nothing keeps those in order.
      setTimeout(() => reply(right), APART);
      return;
    case HOSTILE.resetFirst:
      reply(answerTo(asked, { flags: RST_ACK }));
      reply(right);
      return;
    case HOSTILE.shortQuote:
      errorTo(asked, bytes.subarray(0, 8));
  }
}

function listen(family: Family, protocol: number): void {
  const addressFamily = family === 4 ? 1 : 2;
  const socket = raw.createSocket({ protocol, addressFamily, bufferSize: 65_535 });
  sockets.set(`${family} ${protocol}`, socket);
  if (protocol !== TCP && protocol !== UDP) return;
  socket.on('message', (packet: Buffer, from: string) => {
    const bytes = packet.subarray(family === 4 ? ((packet[0] as number) & 0xf) * 4 : 0);
    // The prober's kernel resets what it did not ask for.
    if (protocol === TCP && bytes[13] !== 0x02) return;
    behave({ family, protocol, from, bytes });
  });
}

for (const family of [4, 6] as const)
  for (const protocol of [icmpProtocol(family), TCP, UDP]) listen(family, protocol);
process.stdout.write('ready\n');
