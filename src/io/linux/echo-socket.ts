import type { SocketMemory } from '../channels.ts';
import { icmpProtocol } from '../packet/icmp.ts';
import type { Family } from '../transport.ts';
import { Descriptor, RECEIVE_BUFFER, SEND_BUFFER } from './descriptor.ts';
import { anyAddress, domainOf } from './socket-address.ts';
import {
  IP_RECVERR,
  IP_RECVTTL,
  IP_TTL,
  IPV6_RECVERR,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_UNICAST_HOPS,
  SO_REUSEADDR,
  SO_TIMESTAMPING,
  SOCK_DGRAM,
  SOF_TIMESTAMPING,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './socket-options.ts';
import type { LinuxTools } from './tools.ts';

/** The kernel stamps what comes. */
const COMING = SOF_TIMESTAMPING.RX_SOFTWARE | SOF_TIMESTAMPING.SOFTWARE;

/** And each packet as it leaves, and counts those. */
const LEAVING = SOF_TIMESTAMPING.TX_SOFTWARE | SOF_TIMESTAMPING.OPT_ID | SOF_TIMESTAMPING.OPT_TSONLY;

/**
 * A datagram socket of ICMP or ICMPv6: it sends echo requests, all with the identifier that it is bound to, and gets
 * the replies to them. Its error queue brings the errors about them, and the times at which they left.
 * https://man7.org/linux/man-pages/man7/icmp.7.html
 */
export class EchoSocket {
  readonly family: Family;
  readonly #socket: Descriptor;
  #ttl = 0;
  /** The kernel's number of the next packet. */
  next = 0;
  /** When there was nothing more to read for the last time, of packets and of errors; ms. */
  emptyAt: number;
  errorsEmptyAt: number;

  /** Throws TransportError where the host does not allow it. */
  constructor({ libc, clock }: LinuxTools, family: Family) {
    this.family = family;
    this.#socket = new Descriptor(libc, domainOf(family), SOCK_DGRAM, icmpProtocol(family));
    this.emptyAt = clock.now();
    this.errorsEmptyAt = this.emptyAt;
    try {
      // The kernel makes them share, and the last one gets the answers to all.
      this.share(false);
      if (family === 4) {
        this.#socket.set(SOL_IP, IP_RECVERR, 1);
        this.#socket.set(SOL_IP, IP_RECVTTL, 1);
      } else {
        this.#socket.set(SOL_IPV6, IPV6_RECVERR, 1);
        this.#socket.set(SOL_IPV6, IPV6_RECVHOPLIMIT, 1);
        // The source address of a request, which its checksum covers, is where an error about it goes.
        this.#socket.set(SOL_IPV6, IPV6_RECVPKTINFO, 1);
      }
      this.#socket.enlargeBuffers(RECEIVE_BUFFER, SEND_BUFFER);
      this.count();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get fd(): number {
    return this.#socket.fd;
  }

  /** Whether another socket may be bound to the same identifier that says so, too. */
  share(shared: boolean): void {
    this.#socket.set(SOL_SOCKET, SO_REUSEADDR, shared ? 1 : 0);
  }

  /** `rid`: its identifier from now on, not zero. Throws TransportError. */
  bind(rid: number): void {
    this.#socket.bind(anyAddress(this.family, rid));
  }

  /**
   * The TTL or hop limit of what is sent from now on. Of IPv6, kernels before 5.18 take none with a packet.
   * Throws TransportError.
   */
  setTtl(ttl: number): void {
    if (ttl === this.#ttl) return;
    if (this.family === 4) this.#socket.set(SOL_IP, IP_TTL, ttl);
    else this.#socket.set(SOL_IPV6, IPV6_UNICAST_HOPS, ttl);
    this.#ttl = ttl;
  }

  /** Has the kernel count packets from zero. Throws TransportError. */
  count(): void {
    this.next = 0;
    this.#socket.set(SOL_SOCKET, SO_TIMESTAMPING, COMING);
    this.#socket.set(SOL_SOCKET, SO_TIMESTAMPING, COMING | LEAVING);
  }

  memory(): SocketMemory {
    return this.#socket.memory();
  }

  close(): void {
    this.#socket.close();
  }
}
