import type { Clock } from '../clock.ts';
import type { Libc } from '../libc.ts';
import { addressBytes } from '../packet/address.ts';
import type { TransportError } from '../transport.ts';
import { Descriptor, lastError } from './descriptor.ts';
import { LITTLE } from './message-vector.ts';
import { AF_INET, SOCK_DGRAM } from './socket-options.ts';

/** How long an answer holds: a host whose routes change sends from the old address no longer than this. ms */
const LIFETIME = 5000;

/** How many answers are kept at most. */
const CAPACITY = 65_536;

/** struct sockaddr_in; its address is at 4. */
const SOCKADDR_IN = 16;

/** A socket that is connected to AF_UNSPEC is connected no more. */
const NOBODY = new Uint8Array(SOCKADDR_IN);

/**
 * Which of its IPv4 addresses this host sends from, by its routing table.
 *
 * A UDP socket that is connected has the answer, and nothing is sent for it.
 */
export class SourceLookup {
  readonly #libc: Libc;
  readonly #clock: Clock;
  readonly #known = new Map<string, { source: Buffer; until: number }>();
  #socket: Descriptor | undefined;

  constructor(tools: { libc: Libc; clock: Clock }) {
    this.#libc = tools.libc;
    this.#clock = tools.clock;
  }

  /** The four bytes of the source address of packets to an address. Throws TransportError where there is no route. */
  find(address: string, port: number): Buffer {
    const now = this.#clock.now();
    const known = this.#known.get(address);
    if (known && known.until > now) return known.source;
    const source = this.#ask(address, port);
    if (this.#known.size >= CAPACITY) this.#known.clear();
    this.#known.set(address, { source, until: now + LIFETIME });
    return source;
  }

  #ask(address: string, port: number): Buffer {
    this.#socket ??= new Descriptor(this.#libc, AF_INET, SOCK_DGRAM, 0);
    const { fd } = this.#socket;
    const remote = Buffer.alloc(SOCKADDR_IN);
    const view = new DataView(remote.buffer, remote.byteOffset, remote.length);
    view.setUint16(0, AF_INET, LITTLE);
    view.setUint16(2, port);
    remote.set(addressBytes(address), 4);
    if (this.#libc.connect(fd, remote, remote.length) !== 0) throw lastError(this.#libc);
    const local = Buffer.alloc(SOCKADDR_IN);
    const asked = this.#libc.getsockname(fd, local, Uint32Array.of(local.length));
    const error: TransportError | undefined = asked === 0 ? undefined : lastError(this.#libc);
    this.#libc.connect(fd, NOBODY, NOBODY.length);
    if (error) throw error;
    return local.subarray(4, 8);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#known.clear();
  }
}
