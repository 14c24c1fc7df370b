import { type SocketMemory, sumOf } from '../channels.ts';
import { ALLOW_DATAGRAM_SOCKETS } from '../permission.ts';
import { type Family, TransportError } from '../transport.ts';
import { EchoSocket } from './echo-socket.ts';
import type { LinuxTools } from './tools.ts';

interface Opened {
  socket: EchoSocket;
  watch: { close(): void };
}

/**
 * One datagram socket for each identifier of each IP version, opened when the first probe needs it, and kept: answers
 * may come at any time, and most destinations share an identifier.
 */
export class EchoSockets {
  readonly #tools: LinuxTools;
  readonly #readable: (socket: EchoSocket) => void;
  readonly #opened = new Map<string, Opened>();

  /** `readable` is called when a socket has something to read, its error queue included. */
  constructor(tools: LinuxTools, readable: (socket: EchoSocket) => void) {
    this.#tools = tools;
    this.#readable = readable;
  }

  /** Throws TransportError; EADDRINUSE where another program has the identifier. */
  of(family: Family, rid: number): EchoSocket {
    const known = this.#opened.get(keyOf(family, rid));
    if (known) return known.socket;
    const socket = this.#open(family, rid);
    const watch = this.#tools.libc.watch(socket.fd, () => this.#readable(socket));
    this.#opened.set(keyOf(family, rid), { socket, watch });
    return socket;
  }

  #open(family: Family, rid: number): EchoSocket {
    // To the kernel it stands for any that is free.
    if (rid === 0) throw inUse(rid, 'the kernel lets no datagram socket have it');
    const socket = this.#create(family);
    try {
      this.#bind(socket, rid);
      return socket;
    } catch (error) {
      socket.close();
      throw (error as TransportError).code === 'EADDRINUSE' ? inUse(rid, 'another program has it') : error;
    }
  }

  #create(family: Family): EchoSocket {
    try {
      return new EchoSocket(this.#tools, family);
    } catch (error) {
      const { code, message } = error as TransportError;
      if (code !== 'EACCES') throw error;
      throw new TransportError(code, `${message}; datagram sockets: ${ALLOW_DATAGRAM_SOCKETS}`);
    }
  }

  /** To the kernel an identifier belongs to one socket, whichever its IP version, unless all that want it share it. */
  #bind(socket: EchoSocket, rid: number): void {
    const twin = this.#opened.get(keyOf(socket.family === 4 ? 6 : 4, rid))?.socket;
    const sharing = twin ? [socket, twin] : [];
    for (const each of sharing) each.share(true);
    try {
      socket.bind(rid);
    } finally {
      // With nobody else.
      for (const each of sharing) each.share(false);
    }
  }

  /** Of all of them together. */
  memory(): SocketMemory {
    return sumOf([...this.#opened.values()].map(({ socket }) => socket.memory()));
  }

  close(): void {
    for (const { socket, watch } of this.#opened.values()) {
      watch.close();
      socket.close();
    }
    this.#opened.clear();
  }
}

const keyOf = (family: Family, rid: number): string => `${family} ${rid}`;

const inUse = (rid: number, why: string): TransportError =>
  new TransportError('EADDRINUSE', `ICMP identifier ${rid} of this host: ${why}`);
