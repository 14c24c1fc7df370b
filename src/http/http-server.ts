import { hostname, networkInterfaces } from 'node:os';
import { createActor, waitFor } from 'xstate';
import { LiveOverview } from '../live/overview.ts';
import { type Logger, SILENT } from '../logger.ts';
import { httpMachine } from '../machines/http.ts';
import type { Metrics, MetricsOptions } from '../metrics/metrics.ts';
import type { Pinger } from '../pinger.ts';
import type { App } from './context.ts';
import type { DeclaredRoute } from './guard/roles.ts';
import type { ListenAddress } from './listen-address.ts';
import type { ServerOptions } from './server.ts';

export interface HttpServerOptions extends Omit<ServerOptions, 'host'> {
  listen: ListenAddress;
  logger?: Logger;
  /** Of the histograms in /metrics. */
  bounds?: MetricsOptions['bounds'];
}

/** The page and the API of a monitor. */
export class HttpServer {
  /** All that it answers, and to whom. */
  readonly routes: readonly DeclaredRoute[];
  readonly metrics: Metrics;
  /** Whether everybody on this host is let in, without a word. Rejects with a DatabaseError. */
  readonly isOpen: () => Promise<boolean>;
  readonly #actor;

  private constructor(app: App, metrics: Metrics, { listen, tls, logger = SILENT }: HttpServerOptions) {
    this.routes = app.declaredRoutes;
    this.isOpen = app.isOpen;
    this.metrics = metrics;
    this.#actor = createActor(httpMachine, {
      input: {
        server: {
          listen: async () => urlOf(await app.listen(boundOf(listen)), listen, tls !== undefined),
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
    const { listen, logger = SILENT, bounds, ...settings } = options;
    const live = LiveOverview.of(pinger);
    // Whoever has no server does without what it is made of, some 20 MiB.
    const [{ createServer }, { Metrics }] = await Promise.all([
      import('./server.ts'),
      import('../metrics/metrics.ts'),
    ]);
    const metrics = Metrics.of(pinger, { live, bounds });
    const context = { pinger, database, live, metrics, logger };
    const app = await createServer(context, { ...settings, host: listen.host });
    return new HttpServer(app, metrics, options);
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

const EVERY_ADDRESS = ['::', '0.0.0.0'];

/** Every address of a host without IPv6 is every one of IPv4. */
function boundOf({ host, port }: ListenAddress): ListenAddress {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const hasIpv6 = addresses.some(({ family }) => family === 'IPv6');
  return { host: host === '::' && !hasIpv6 ? '0.0.0.0' : host, port };
}

/** Where one gets to a server that listens at `bound`, as Fastify tells it. */
function urlOf(bound: string, { host }: ListenAddress, isTls: boolean): string {
  const [, place = '', port = ''] = /^http:\/\/(.*):(\d+)$/.exec(bound) ?? [];
  return `${isTls ? 'https' : 'http'}://${EVERY_ADDRESS.includes(host) ? hostname() : place}:${port}/`;
}
