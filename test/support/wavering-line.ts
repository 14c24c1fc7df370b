import { connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of a connection. `mute`: nothing comes through any more, and nobody is told. */
export type LineState = 'up' | 'refusing' | 'mute';

/** A line to a server on this host that can be cut: who connects to its port is connected to the server's. */
export class WaveringLine {
  /** The server's port; a test may have another server take over. */
  target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those of them that lead to the server. */
  readonly #servers = new Set<Socket>();
  #state: LineState = 'up';

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer({ allowHalfOpen: false }, (socket) => this.#accept(socket));
  }

  static async to(target: number): Promise<WaveringLine> {
    const line = new WaveringLine(target);
    await new Promise<void>((listening) => line.#server.listen(0, '127.0.0.1', listening));
    return line;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /**
   * A connection that was muted stays so, since its packets are gone. It ends when the line is up, unless nobody is to be told even
   * then (`keepMuted`).
   */
  become(state: LineState, { keepMuted = false } = {}): void {
    if (state === 'mute') for (const socket of this.#sockets) socket.pause();
    else if (!keepMuted)
      for (const socket of this.#sockets) if (state === 'refusing' || socket.isPaused()) socket.destroy();
    this.#state = state;
  }

  /** The server finds out that nobody is there any more, as its keepalives tell it where a network is cut. Clients are not told. */
  loseClients(): void {
    for (const server of this.#servers) server.destroy();
  }

  close(): void {
    this.become('refusing');
    this.#server.close();
  }

  #accept(socket: Socket): void {
    if (this.#state === 'refusing') return void socket.resetAndDestroy();
    this.#keep(socket);
    if (this.#state === 'mute') return void socket.pause();
    const server = this.#keep(connect(this.target, '127.0.0.1'));
    socket.pipe(server);
    server.pipe(socket);
    this.#servers.add(server);
    socket.once('close', () => server.destroy());
    server.once('close', () => {
      this.#servers.delete(server);
      if (this.#state !== 'mute') socket.destroy();
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
