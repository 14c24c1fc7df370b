import { createActor, waitFor } from 'xstate';
import { LiveOverview } from '../live/overview.ts';
import { type Logger, SILENT } from '../logger.ts';
import { httpMachine } from '../machines/http.ts';
import type { Pinger } from '../pinger.ts';
import type { App } from './context.ts';
import type { ListenAddress } from './listen-address.ts';

export interface HttpServerOptions {
  listen: ListenAddress;
  logger?: Logger;
}

/** The page and the API of a monitor. */
export class HttpServer {
  readonly #actor;

  private constructor(app: App, { listen: { host, port }, logger = SILENT }: HttpServerOptions) {
    this.#actor = createActor(httpMachine, {
      input: {
        server: {
          listen: async () => `${await app.listen({ host, port })}/`,
          close: () => app.close(),
        },
        logger,
      },
    }).start();
  }

  /** That of a monitor which has not been started yet: what it shows as being now it has seen itself. */
  static async of(pinger: Pinger, options: HttpServerOptions): Promise<HttpServer> {
    const { database } = pinger;
    if (!database) throw new TypeError('a pinger with a store of its own has no database to be shown');
    const { logger = SILENT } = options;
    // Whoever has no server does without what it is made of, some 20 MiB.
    const { createServer } = await import('./server.ts');
    return new HttpServer(
      await createServer({ pinger, database, live: LiveOverview.of(pinger), logger }),
      options,
    );
  }

  /** Resolves with where it is, such as `http://127.0.0.1:8080/`. Rejects with the system's error where the address is not to be had. */
  async listen(): Promise<string> {
    this.#actor.send({ type: 'http.opened' });
    const { context } = await waitFor(this.#actor, (snapshot) => !snapshot.matches('opening'));
    if (context.url === undefined) throw context.error;
    return context.url;
  }

  /** Ends what is under way. To be called before the monitor stops. */
  async close(): Promise<void> {
    this.#actor.send({ type: 'http.closed' });
    await waitFor(this.#actor, ({ status }) => status !== 'active');
  }
}
