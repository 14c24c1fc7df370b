import type { SocketMemory } from '../channels.ts';
import { textOf } from '../errno.ts';
import type { Libc } from '../libc.ts';
import { TransportError } from '../transport.ts';
import { LITTLE } from './message-vector.ts';
import {
  SK_MEMINFO_DROPS,
  SK_MEMINFO_RMEM_ALLOC,
  SO_ATTACH_FILTER,
  SO_MEMINFO,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './socket-options.ts';

/** Room for some 40,000 small packets, which the kernel counts with their bookkeeping, bytes. */
export const RECEIVE_BUFFER = 32 * 2 ** 20;
export const SEND_BUFFER = 4 * 2 ** 20;

/** A socket of the kernel's, and its options. */
export class Descriptor {
  readonly fd: number;
  readonly #libc: Libc;

  /** Throws TransportError. */
  constructor(libc: Libc, domain: number, type: number, protocol: number) {
    this.#libc = libc;
    this.fd = libc.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (this.fd < 0) throw lastError(libc);
  }

  /** Throws TransportError. */
  set(level: number, option: number, value: number | Buffer): void {
    if (!this.#trySet(level, option, value)) throw lastError(this.#libc);
  }

  /** `name`: a struct sockaddr. Throws TransportError. */
  bind(name: Buffer): void {
    if (this.#libc.bind(this.fd, name, name.length) !== 0) throw lastError(this.#libc);
  }

  /** Makes room for so many bytes, or for as many as the host allows. */
  enlargeBuffers(received: number, sent: number): void {
    // Without CAP_NET_ADMIN the kernel grants what net.core.rmem_max and wmem_max allow.
    for (const [size, force, usual] of [
      [received, SO_RCVBUFFORCE, SO_RCVBUF],
      [sent, SO_SNDBUFFORCE, SO_SNDBUF],
    ] as const)
      if (!this.#trySet(SOL_SOCKET, force, size)) this.#trySet(SOL_SOCKET, usual, size);
  }

  /** A program of classic BPF. */
  filter(program: Buffer): void {
    // struct sock_fprog
    const reference = Buffer.alloc(16);
    const view = new DataView(reference.buffer, reference.byteOffset, reference.length);
    view.setUint16(0, program.length / 8, LITTLE);
    view.setBigUint64(8, this.#libc.address(program), LITTLE);
    this.set(SOL_SOCKET, SO_ATTACH_FILTER, reference);
  }

  memory(): SocketMemory {
    const memory = new Uint32Array(SK_MEMINFO_DROPS + 1);
    const bytes = new Uint8Array(memory.buffer);
    this.#libc.getsockopt(this.fd, SOL_SOCKET, SO_MEMINFO, bytes, Uint32Array.of(bytes.length));
    return {
      queued: memory[SK_MEMINFO_RMEM_ALLOC] as number,
      dropped: memory[SK_MEMINFO_DROPS] as number,
    };
  }

  close(): void {
    this.#libc.close(this.fd);
  }

  #trySet(level: number, option: number, value: number | Buffer): boolean {
    const bytes = typeof value === 'number' ? Int32Array.of(value) : value;
    return this.#libc.setsockopt(this.fd, level, option, bytes, bytes.byteLength) === 0;
  }
}

/** Why the last call failed. */
export function lastError(libc: Libc): TransportError {
  const code = libc.errno();
  return new TransportError(code, textOf(code) ?? code);
}
