import type { Family, OutgoingPacket, SendOutcome, TransportError } from '../transport.ts';
import { type Descriptor, lastError } from './descriptor.ts';
import { MessageVector } from './message-vector.ts';
import {
  IP_PKTINFO,
  IP_RECVERR,
  IP_TTL,
  IPV6_HOPLIMIT,
  IPV6_RECVERR,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_TIMESTAMPING,
  SOF_TIMESTAMPING,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './socket-options.ts';
import type { LinuxTools } from './tools.ts';

/** Packets a call: enough to make calls cheap, few enough that the first answers do not wait long. */
const BATCH = 64;

/** Longer packets stay where they are; bytes. */
const ROOM = 1536;

/** TTL and source address; a stamp, and what it belongs to. Bytes. */
const CONTROL = 64;
const STAMP_CONTROL = 256;

/** The kernel stamps each packet as it leaves, and counts them. */
const STAMPS =
  SOF_TIMESTAMPING.TX_SOFTWARE |
  SOF_TIMESTAMPING.SOFTWARE |
  SOF_TIMESTAMPING.OPT_ID |
  SOF_TIMESTAMPING.OPT_TSONLY;

/** What is sent, with the IPv4 source address that its checksum covers, as a 32-bit number; undefined leaves it to the kernel. */
export interface Outgoing {
  packet: OutgoingPacket;
  source: number | undefined;
  /** Its place in what the transport was given. */
  index: number;
}

/** Told how each packet ended, by its index. */
export type Settled = (index: number, outcome: SendOutcome) => void;

/** Sends batches of packets of one IP version through one socket, and tells when each has left. */
export class Sender {
  readonly #tools: LinuxTools;
  readonly #family: Family;
  readonly #socket: Descriptor;
  readonly #vector: MessageVector;
  readonly #stamps: MessageVector;
  /** The kernel's number of the next packet. */
  #next = 0;
  readonly #stamped: boolean;
  /** The TTL that each message's control messages say, and no more than that; 0 where they say something else. */
  readonly #ttls = new Uint8Array(BATCH);

  /** `socket`: one that nobody reads from. */
  constructor(tools: LinuxTools, family: Family, socket: Descriptor) {
    this.#tools = tools;
    this.#family = family;
    this.#socket = socket;
    this.#vector = new MessageVector(tools.libc, { messages: BATCH, payload: ROOM, control: CONTROL });
    this.#stamps = new MessageVector(tools.libc, { messages: BATCH, payload: 8, control: STAMP_CONTROL });
    this.#stamps.prepare(BATCH);
    this.#stamped = this.#count();
  }

  send(packets: readonly Outgoing[], settled: Settled): void {
    if (packets.length <= BATCH) this.#send(packets, settled);
    else
      for (let from = 0; from < packets.length; from += BATCH)
        this.#send(packets.slice(from, from + BATCH), settled);
  }

  #send(packets: readonly Outgoing[], settled: Settled): void {
    for (let n = 0; n < packets.length; n++) this.#prepare(n, packets[n] as Outgoing);
    const { libc, clock } = this.#tools;
    const sentAt = new Float64Array(packets.length);
    const errors = new Map<number, TransportError>();
    const left: number[] = [];
    const begunAt = clock.now();
    for (let n = 0; n < packets.length; ) {
      const from = clock.now();
      const address = this.#vector.address + BigInt(MessageVector.SIZE * n);
      const sent = libc.sendmmsg(this.#socket.fd, address, packets.length - n, MSG_DONTWAIT);
      const took = clock.now() - from;
      // The first of those that are left is the one that failed.
      if (sent <= 0) errors.set(n++, lastError(libc));
      for (let index = 0; index < sent; index++, n++) {
        sentAt[n] = from + (took * index) / sent;
        left.push(n);
      }
    }
    if (this.#stamped) this.#correct(sentAt, left, begunAt);
    if (errors.size > 0) this.#count();
    for (let n = 0; n < packets.length; n++) {
      const error = errors.size > 0 ? errors.get(n) : undefined;
      settled((packets[n] as Outgoing).index, error ? { error } : { sentAt: sentAt[n] as number });
    }
  }

  #prepare(n: number, { packet, source }: Outgoing): void {
    const { address, bytes, ttl, memo } = packet;
    const vector = this.#vector;
    vector.setName(n, this.#tools.addresses.encode(this.#family, address, memo));
    if (bytes.length <= ROOM) {
      vector.payload.set(bytes, ROOM * n);
      vector.setPayload(n, bytes.length);
    } else vector.setForeignPayload(n, bytes);
    if (source === undefined && this.#ttls[n] === ttl) return;
    this.#ttls[n] = source === undefined ? ttl : 0;
    vector.clearControl(n);
    if (this.#family === 6) vector.addControl(n, SOL_IPV6, IPV6_HOPLIMIT, ttl);
    else {
      vector.addControl(n, SOL_IP, IP_TTL, ttl);
      // struct in_pktinfo: interface, source, and an address of no meaning here.
      if (source !== undefined) vector.addControl(n, SOL_IP, IP_PKTINFO, 0, source, 0);
    }
  }

  /** Puts the kernel's own times in the place of ours, where it has them by now. */
  #correct(sentAt: Float64Array, left: readonly number[], begunAt: number): void {
    const { libc, clock, time } = this.#tools;
    const endedAt = clock.now();
    const first = this.#next;
    this.#next = (first + left.length) >>> 0;
    const usable = time.compare();
    const count = libc.recvmmsg(
      this.#socket.fd,
      this.#stamps.address,
      BATCH,
      MSG_ERRQUEUE | MSG_DONTWAIT,
      0n,
    );
    let at = Number.NaN;
    let index = -1;
    const read = (level: number, type: number, view: DataView, start: number) => {
      if (level === SOL_SOCKET && type === SO_TIMESTAMPING) at = time.atView(view, start);
      const told = (level === SOL_IP && type === IP_RECVERR) || (level === SOL_IPV6 && type === IPV6_RECVERR);
      // struct sock_extended_err: origin at 4, the packet's number at 12.
      if (told && view.getUint8(start + 4) === SO_EE_ORIGIN_TIMESTAMPING)
        index = (view.getUint32(start + 12, MessageVector.LITTLE) - first) >>> 0;
    };
    for (let n = 0; n < count; n++) {
      at = Number.NaN;
      index = -1;
      this.#stamps.eachControl(n, read);
      const packet = left[index];
      // What does not lie within the call is another packet's, or from before a step of the clock.
      if (usable && packet !== undefined && at >= begunAt - SLACK && at <= endedAt + SLACK)
        sentAt[packet] = at;
    }
    if (count > 0) this.#stamps.prepare(count);
  }

  /** Has the kernel stamp packets and count them from zero; returns whether it does. */
  #count(): boolean {
    this.#next = 0;
    try {
      this.#socket.set(SOL_SOCKET, SO_TIMESTAMPING, 0);
      this.#socket.set(SOL_SOCKET, SO_TIMESTAMPING, STAMPS);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#socket.close();
  }
}

/** By how much a stamp may seem to lie outside of the call that it was made in: the clocks are compared less exactly. ms */
const SLACK = 0.02;
