import type { Server, Socket } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';
import type { Logger } from '../logger.ts';

/** Fifty pages keep six each at most; each takes a descriptor, of which probing needs some, too. */
const MOST = 500;

/** Of one address (an IPv6 network of 64 bits counts as one), so that somebody else gets in as well. */
const MOST_OF_ONE = 400;

/** How often it is told that some were refused, ms. */
const TOLD_EVERY = 60_000;

export interface ConnectionsOptions {
  logger: Logger;
  /** Whether a proxy brings many people from one address. */
  isBehindProxy: boolean;
  most?: number;
  mostOfOne?: number;
}

/** Keeps anybody from having too many connections to a server. */
export function limitConnections(server: Server, options: ConnectionsOptions): void {
  const { logger, isBehindProxy, most = MOST, mostOfOne = MOST_OF_ONE } = options;
  const counts = new Map<string, number>();
  let refused = 0;
  let told = Number.NEGATIVE_INFINITY;
  const refuse = (address: string | undefined) => {
    refused++;
    const now = performance.now();
    if (now - told < TOLD_EVERY) return;
    logger.warn('http.connections_refused', { count: refused, address });
    refused = 0;
    told = now;
  };
  server.maxConnections = most;
  server.on('drop', (data) => refuse(data?.remoteAddress));
  if (isBehindProxy) return;
  server.on('connection', (socket: Socket) => {
    const address = normalizeIP(socket.remoteAddress ?? '');
    const count = (counts.get(address) ?? 0) + 1;
    if (count > mostOfOne) {
      refuse(address);
      socket.destroy();
      return;
    }
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
  });
}
