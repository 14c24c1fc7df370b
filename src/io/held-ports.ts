import { createSocket, type Socket } from 'node:dgram';
import { type Family, TransportError } from './transport.ts';

type Held = (error?: TransportError) => void;

interface Port {
  socket: Socket;
  /** Who waits for it; undefined once it is held. */
  waiting: Held[] | undefined;
}

/**
 * UDP ports that are this host's while datagrams are sent from them through a raw socket.
 *
 * Without that the kernel would answer every reply with "port unreachable". What comes is read elsewhere.
 */
export class HeldPorts {
  readonly #sockets = new Map<string, Port>();

  /** Calls back when the port is held, at once where it is already, or with why it cannot be. */
  hold(family: Family, port: number, held: Held): void {
    const key = `${family} ${port}`;
    const known = this.#sockets.get(key);
    if (known) {
      if (known.waiting) known.waiting.push(held);
      else held();
      return;
    }
    // Nobody else's: another pinger on this host would take the answers for its own.
    const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6 });
    const waiting = [held];
    const entry: Port = { socket, waiting };
    this.#sockets.set(key, entry);
    const settle = (error?: TransportError) => {
      entry.waiting = undefined;
      for (const each of waiting.splice(0)) each(error);
    };
    socket.once('listening', () => settle());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#sockets.delete(key);
      socket.close();
      const code = error.code ?? 'EUNKNOWN';
      const inUse = code === 'EADDRINUSE' ? 'another program has it' : error.message;
      settle(new TransportError(code, `UDP port ${port} of this host: ${inUse}`));
    });
    socket.bind({ port, exclusive: true });
  }

  close(): void {
    const canceled = new TransportError('ECANCELED', 'Operation canceled');
    for (const { socket, waiting } of this.#sockets.values()) {
      socket.close();
      for (const each of waiting ?? []) each(canceled);
    }
    this.#sockets.clear();
  }
}
