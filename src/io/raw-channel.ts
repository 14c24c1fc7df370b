import { createRequire } from 'node:module';
import type { RawSocket, Socket } from 'raw-socket';
import type { SocketMemory } from './channels.ts';
import { icmpProtocol, wantedTypes } from './packet/icmp.ts';
import { TCP, UDP } from './packet/ip.ts';
import { type Family, TransportError } from './transport.ts';

/** raw-socket's own numbers for IPv4 and IPv6. */
const ADDRESS_FAMILY = { 4: 1, 6: 2 } as const;

// Linux socket levels and options, from <bits/socket.h>, <linux/in.h>, <linux/in6.h>, <linux/icmp.h> and <linux/icmpv6.h>.
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_MEMINFO = 55;
const SK_MEMINFO_RMEM_ALLOC = 0;
const SK_MEMINFO_DROPS = 8;
const SOL_IP = 0;
const IP_HDRINCL = 3;
const SOL_IPV6 = 41;
const IPV6_CHECKSUM = 7;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const SOL_ICMPV6 = 58;
const ICMPV6_FILTER = 1;
const TTL_OPTION = { 4: { level: SOL_IP, option: 2 }, 6: { level: SOL_IPV6, option: 16 } } as const;

/** Room for some 10,000 small packets, which the kernel counts with their bookkeeping. */
const RECEIVE_BUFFER = 8 * 2 ** 20;

/** What the socket that only sends is to hold of what comes, bytes: the kernel makes it the least there is. */
const NO_RECEIVE_BUFFER = 0;

/** The longest IP packet; raw-socket's default of 4,096 bytes would cut it. */
const LONGEST_PACKET = 65_535;

/** A packet as it goes to the kernel. */
export interface RawPacket {
  bytes: Buffer;
  address: string;
  ttl: number;
  /** Whether `bytes` start with an IPv4 header. */
  headed: boolean;
}

export interface RawHandlers {
  /** `view` is good until the handler returns. */
  received(view: Buffer, address: string): void;
  failed(error: unknown): void;
}

/**
 * Raw sockets of one IP version and one protocol: one that receives, and one that sends. raw-socket sends nothing as
 * long as there is something to receive, so that with a single one a flood would hold back every probe.
 */
export class RawChannel {
  readonly #family: Family;
  readonly #receiver: Socket;
  readonly #sender: Socket;
  /** What the sender is set to now, so that it is set only when that changes. */
  #ttl = 0;
  #headed = false;

  /** Throws what raw-socket throws where the host does not allow it. */
  constructor(family: Family, protocol: number, handlers: RawHandlers) {
    this.#family = family;
    this.#receiver = create(family, protocol, handlers, LONGEST_PACKET);
    try {
      this.#sender = create(family, protocol, handlers);
    } catch (error) {
      this.#receiver.close();
      throw error;
    }
    if (protocol === icmpProtocol(family)) {
      passTypes(this.#receiver, family, wantedTypes(family));
      passTypes(this.#sender, family, []);
    }
    enlargeReceiveBuffer(this.#receiver);
    this.#sender.setOption(SOL_SOCKET, SO_RCVBUF, NO_RECEIVE_BUFFER);
    this.#sender.pauseRecv();
    this.#receiver.on('message', handlers.received);
  }

  /** `sending` is called right before the packet is sent, `sent` after. */
  send(
    { bytes, address, ttl, headed }: RawPacket,
    sending: () => void,
    sent: (error: unknown) => void,
  ): void {
    this.#sender.send(
      bytes,
      0,
      bytes.length,
      address,
      () => {
        this.#set(ttl, headed);
        sending();
      },
      sent,
    );
  }

  #set(ttl: number, headed: boolean): void {
    if (headed !== this.#headed) this.#sender.setOption(SOL_IP, IP_HDRINCL, headed ? 1 : 0);
    this.#headed = headed;
    if (headed || ttl === this.#ttl) return;
    const { level, option } = TTL_OPTION[this.#family];
    this.#sender.setOption(level, option, ttl);
    this.#ttl = ttl;
  }

  memory(): SocketMemory {
    const memory = Buffer.alloc(4 * (SK_MEMINFO_DROPS + 1));
    this.#receiver.getOption(SOL_SOCKET, SO_MEMINFO, memory, memory.length);
    return {
      queued: memory.readUInt32LE(4 * SK_MEMINFO_RMEM_ALLOC),
      dropped: memory.readUInt32LE(4 * SK_MEMINFO_DROPS),
    };
  }

  /** Packets not sent yet come back as canceled. */
  close(): void {
    const waiting = this.#sender.requests.splice(0);
    this.#receiver.close();
    this.#sender.close();
    for (const request of waiting) request.afterCallback(new Error('Operation canceled'), 0);
  }
}

const require = createRequire(import.meta.url);

/** The package is optional: it is compiled when it is installed, which may fail. */
function rawSocket(): RawSocket {
  try {
    return require('raw-socket');
  } catch {
    throw new TransportError(
      'ENOSYS',
      'transport raw-socket: the package raw-socket is not installed here, or was not compiled',
    );
  }
}

function create(family: Family, protocol: number, { failed }: RawHandlers, bufferSize?: number): Socket {
  const size = bufferSize === undefined ? {} : { bufferSize };
  const socket = rawSocket().createSocket({ protocol, addressFamily: ADDRESS_FAMILY[family], ...size });
  socket.on('error', failed);
  if (family === 6) leaveChecksums(socket, protocol);
  return socket;
}

/** Has the kernel fill in checksums on the way out and check them on the way in, as it does unasked for ICMPv6. */
function leaveChecksums(socket: Socket, protocol: number): void {
  const offset = { [TCP]: 16, [UDP]: 6 }[protocol];
  if (offset !== undefined) socket.setOption(SOL_IPV6, IPV6_CHECKSUM, offset);
}

/** Has the kernel keep back all other types of ICMP, above all every request that this host itself sends. */
function passTypes(socket: Socket, family: Family, types: readonly number[]): void {
  if (family === 4) {
    let blocked = 0xffff_ffff;
    for (const type of types) blocked &= ~(1 << type);
    socket.setOption(SOL_RAW, ICMP_FILTER, blocked >>> 0);
    return;
  }
  const blocked = Buffer.alloc(32, 0xff);
  for (const type of types) {
    const word = (type >> 5) * 4;
    blocked.writeUInt32LE((blocked.readUInt32LE(word) & ~(1 << (type & 31))) >>> 0, word);
  }
  socket.setOption(SOL_ICMPV6, ICMPV6_FILTER, blocked, blocked.length);
}

function enlargeReceiveBuffer(socket: Socket): void {
  try {
    socket.setOption(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
  } catch {
    // Without CAP_NET_ADMIN the kernel grants what net.core.rmem_max allows.
    socket.setOption(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
  }
}
