import type { Libc } from '../libc.ts';
import { type Family, TransportError } from '../transport.ts';
import { Descriptor } from './descriptor.ts';
import { nothing } from './filters.ts';
import { anyAddress, domainOf } from './socket-address.ts';
import { IPV6_V6ONLY, SOCK_DGRAM, SOL_IPV6 } from './socket-options.ts';

/**
 * UDP ports that are this host's while datagrams are sent from them through a raw socket.
 *
 * Without that the kernel would answer every reply with "port unreachable". What comes is read elsewhere, and dropped
 * here before anybody has to read it.
 */
export class HeldPorts {
  readonly #libc: Libc;
  readonly #sockets = new Map<string, Descriptor>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Throws TransportError where the port cannot be held. */
  hold(family: Family, port: number): void {
    const key = `${family} ${port}`;
    if (this.#sockets.has(key)) return;
    const socket = new Descriptor(this.#libc, domainOf(family), SOCK_DGRAM, 0);
    try {
      if (family === 6) socket.set(SOL_IPV6, IPV6_V6ONLY, 1);
      socket.filter(nothing());
      socket.bind(anyAddress(family, port));
    } catch (error) {
      socket.close();
      const { code, message } = error as TransportError;
      const reason = code === 'EADDRINUSE' ? 'another program has it' : message;
      throw new TransportError(code, `UDP port ${port} of this host: ${reason}`);
    }
    this.#sockets.set(key, socket);
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}
