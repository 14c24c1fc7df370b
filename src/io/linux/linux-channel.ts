import type { SocketMemory } from '../channels.ts';
import { icmpProtocol, wantedTypes } from '../packet/icmp.ts';
import { TCP, UDP } from '../packet/ip.ts';
import type { Family } from '../transport.ts';
import { Descriptor, RECEIVE_BUFFER, SEND_BUFFER } from './descriptor.ts';
import { nothing, toSourcePorts } from './filters.ts';
import { LITTLE } from './message-vector.ts';
import { Receiver, type ReceiverHandlers } from './receiver.ts';
import { type Outgoing, Sender, type Settled } from './sender.ts';
import {
  AF_INET,
  AF_INET6,
  ICMP_FILTER,
  ICMPV6_FILTER,
  IPV6_CHECKSUM,
  SOCK_RAW,
  SOL_ICMPV6,
  SOL_IPV6,
  SOL_RAW,
} from './socket-options.ts';
import type { LinuxTools } from './tools.ts';

/** The kernel makes it the least there is. */
const NO_BUFFER = 0;

/**
 * Raw sockets of one IP version and one protocol: one that receives, and one that sends, whose error queue brings
 * the times at which packets left.
 */
export class LinuxChannel {
  readonly #sender: Sender;
  readonly #receiver: Receiver;

  /** Throws TransportError where the host does not allow it. */
  constructor(tools: LinuxTools, family: Family, protocol: number, handlers: ReceiverHandlers) {
    const receiving = open(tools, family, protocol);
    let sending: Descriptor | undefined;
    try {
      sending = open(tools, family, protocol);
      if (protocol === icmpProtocol(family)) {
        passTypes(receiving, family, wantedTypes(family));
        passTypes(sending, family, []);
      } else {
        receiving.filter(toSourcePorts(family));
        sending.filter(nothing());
      }
      receiving.enlargeBuffers(RECEIVE_BUFFER, NO_BUFFER);
      // Times of sending are kept in the receive buffer.
      sending.enlargeBuffers(SEND_BUFFER, SEND_BUFFER);
      this.#sender = new Sender(tools, family, sending);
      this.#receiver = new Receiver(tools, { family, protocol }, receiving, handlers);
    } catch (error) {
      receiving.close();
      sending?.close();
      throw error;
    }
  }

  send(packets: readonly Outgoing[], settled: Settled): void {
    this.#sender.send(packets, settled);
  }

  memory(): SocketMemory {
    return this.#receiver.memory();
  }

  close(): void {
    this.#receiver.close();
    this.#sender.close();
  }
}

/** Checksums of IPv6 are the kernel's to fill in and to check; those of ICMPv6 it does unasked. */
function open({ libc }: LinuxTools, family: Family, protocol: number): Descriptor {
  const socket = new Descriptor(libc, family === 4 ? AF_INET : AF_INET6, SOCK_RAW, protocol);
  const offset = { [TCP]: 16, [UDP]: 6 }[protocol];
  if (family === 6 && offset !== undefined) socket.set(SOL_IPV6, IPV6_CHECKSUM, offset);
  return socket;
}

/** Has the kernel keep back all other types of ICMP, above all every request that this host itself sends. */
function passTypes(socket: Descriptor, family: Family, types: readonly number[]): void {
  const blocked = new Uint32Array(family === 4 ? 1 : 8).fill(0xffff_ffff);
  for (const type of types) blocked[type >> 5] = ((blocked[type >> 5] as number) & ~(1 << (type & 31))) >>> 0;
  const bytes = Buffer.alloc(blocked.length * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  blocked.forEach((word, index) => {
    view.setUint32(index * 4, word, LITTLE);
  });
  if (family === 4) socket.set(SOL_RAW, ICMP_FILTER, bytes);
  else socket.set(SOL_ICMPV6, ICMPV6_FILTER, bytes);
}
