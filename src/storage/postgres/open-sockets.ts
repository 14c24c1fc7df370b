import type { Socket } from 'node:net';

/** The sockets of a pool, which it has no way to end while something waits for an answer on them. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();
  #isOver = false;

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // The driver is about to connect it.
    if (this.#isOver) setImmediate(() => socket.destroy());
  }

  /** Ends them all, and those that come. */
  destroy(): void {
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}
