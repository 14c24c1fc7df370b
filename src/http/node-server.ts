import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as TlsServer } from 'node:tls';
import type { Logger } from '../logger.ts';

/** A certificate with its chain, and its key, both as PEM. */
export interface Tls {
  cert: Buffer;
  key: Buffer;
  /** What there is in its place by now; undefined where there is nothing new. Throws where what there is will not do. */
  renewed?: () => Promise<Tls | undefined>;
}

/** How often a certificate is looked for that has been renewed, ms. */
const RENEWAL_EVERY = 60_000;

/**
 * What a client may take its time for, ms. One that sends its request byte by byte would keep a connection for ever. Answers have
 * no end: a stream of events goes on as long as somebody listens.
 */
const PATIENCE: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 60_000,
  // What is wrong with a request is told in one way.
  requireHostHeader: false,
};

/** Node would wait two minutes for a handshake. */
const TLS = { handshakeTimeout: 10_000, minVersion: 'TLSv1.2' } as const;

/** A server of Node's that is not held up by anybody. */
export function nodeServer(handler: RequestListener, tls?: Tls): Server {
  return tls
    ? createTlsServer({ ...PATIENCE, ...TLS, cert: tls.cert, key: tls.key }, handler)
    : createServer(PATIENCE, handler);
}

/** Has servers take certificates as they are renewed. Returns what ends it. */
export function followRenewals(servers: readonly Server[], { renewed }: Tls, logger: Logger): () => void {
  const look = async () => {
    try {
      const tls = await renewed?.();
      if (!tls) return;
      for (const server of servers)
        if (server instanceof TlsServer) server.setSecureContext({ cert: tls.cert, key: tls.key });
      logger.info('tls.renewed');
    } catch (error) {
      logger.warn('tls.not_renewed', { error: (error as Error).message });
    }
  };
  const timer = setInterval(() => void look(), RENEWAL_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}
