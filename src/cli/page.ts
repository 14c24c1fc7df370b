import { Option } from 'commander';
import type { HttpServer } from '../http/http-server.ts';
import { DEFAULT_LISTEN, type ListenAddress, parseListen } from '../http/listen-address.ts';
import type { Logger } from '../logger.ts';
import type { Bounds } from '../metrics/buckets.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Pinger } from '../pinger.ts';
import { type AccessOptions, serverOptionsOf } from './access.ts';
import { CommandFailure } from './failure.ts';
import { tell } from './output.ts';

/** What `--listen` and `--no-listen` say. */
export type Listen = string | false;

const NONE = 'none';

export const listenOption = () =>
  new Option('--listen <address>', 'where the page and the API are, as ADDRESS:PORT; or none')
    .env('PINGER_LISTEN')
    .default(DEFAULT_LISTEN);

export const noListenOption = () => new Option('--no-listen', 'no page and no API');

/** Why one cannot listen. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this host has no such address',
  ENOTFOUND: 'this host does not know the name',
  EACCES:
    'ports below 1024 are not for pinger, which gives up the right to them when it starts: take one from 1024 on, or put a proxy before it',
};

const isRoot = process.getuid?.() === 0;

/** A monitor of root's does what others may not. */
const OPEN =
  'Everybody with an account on this host may change what is probed there, until "pinger users add NAME".';

interface PageOptions {
  listen: Listen;
  /** Somebody has named the address. */
  isAsked: boolean;
  access: AccessOptions;
  /** Of the histograms in /metrics. */
  bounds: Bounds;
  logger: Logger;
}

/** The page of a monitor, where there is to be one. */
export class Page {
  readonly #server: HttpServer | undefined;
  readonly #isAsked: boolean;
  readonly #listen: string;

  private constructor(server: HttpServer | undefined, listen: string, isAsked: boolean) {
    this.#server = server;
    this.#listen = listen;
    this.#isAsked = isAsked;
  }

  /** That of a monitor which has not been started. Throws CommandFailure. */
  static async of(pinger: Pinger, { listen, isAsked, access, bounds, logger }: PageOptions): Promise<Page> {
    if (listen === false || listen === NONE) return new Page(undefined, NONE, false);
    const address = addressOf(listen);
    const options = await serverOptionsOf(address, access);
    // It takes some 20 MiB, which who wants no page keeps.
    const { HttpServer } = await import('../http/http-server.ts');
    const server = await HttpServer.of(pinger, { ...options, listen: address, logger, bounds });
    return new Page(server, listen, isAsked);
  }

  /** What it tells Prometheus. */
  get metrics(): Metrics | undefined {
    return this.#server?.metrics;
  }

  /** Says where it is. Resolves with what is wrong where the address that was asked for is not to be had. */
  async open(): Promise<CommandFailure | undefined> {
    if (!this.#server) return undefined;
    try {
      tell(`Page: ${await this.#server.listen()}`);
      if (isRoot && (await this.#server.isOpen().catch(() => false))) tell(OPEN);
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = `--listen ${this.#listen}: ${REASONS[code ?? ''] ?? message}`;
      if (this.#isAsked) return new CommandFailure(why);
      tell(`No page: ${why}; give another address to have one.`);
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }
}

function addressOf(text: string): ListenAddress {
  try {
    return parseListen(text);
  } catch (error) {
    throw new CommandFailure(`--listen ${(error as Error).message}`, 2);
  }
}
