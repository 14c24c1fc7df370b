import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/** A certificate with its chain, and its key, both as PEM. */
export interface Tls {
  cert: Buffer;
  key: Buffer;
}

/**
 * What a client may take its time for, ms. One that sends its request byte by byte would keep a connection for ever. Answers have
 * no end: a stream of events goes on as long as somebody listens.
 */
const PATIENCE: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 60_000,
};

/** Fifty pages keep six each at most; each takes a descriptor, of which probing needs some, too. */
const MOST_CONNECTIONS = 500;

/** A server of Node's that is not held up by anybody. */
export function nodeServer(handler: RequestListener, tls?: Tls): Server {
  const server = tls
    ? createTlsServer({ ...PATIENCE, ...tls, minVersion: 'TLSv1.2' }, handler)
    : createServer(PATIENCE, handler);
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}
