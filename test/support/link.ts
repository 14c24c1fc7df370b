import { connect, createServer, type Server, type Socket } from 'node:net';

/** The network between a client and a server of this host's, which can be cut: nothing is refused then, and nothing arrives. */
export class Link {
  readonly #server: Server;
  /** Those that what comes in is passed on from. */
  readonly #sockets = new Set<Socket>();
  readonly #all = new Set<Socket>();
  #isCut = false;

  private constructor(port: number) {
    this.#server = createServer((client) => {
      this.#keep(client);
      if (this.#isCut) return;
      const server = connect(port, '127.0.0.1');
      this.#keep(server);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const)
        from.on('data', (data) => {
          if (!this.#isCut && this.#sockets.has(from)) to.write(data);
        });
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    });
  }

  static async to(port: number): Promise<Link> {
    const link = new Link(port);
    await new Promise<void>((listening) => link.#server.listen(0, '127.0.0.1', listening));
    return link;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** The connections that there are never come back. */
  cut(): void {
    this.#isCut = true;
    this.#sockets.clear();
  }

  /** New connections arrive again. */
  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#all) socket.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    this.#all.add(socket);
    socket.on('error', () => {});
  }
}
