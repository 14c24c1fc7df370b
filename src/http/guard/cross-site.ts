import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser asks on behalf of another site's page. What such a page may do is to lead here, as a link does. Browsers say so
 * in Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) where they trust the connection, and in Origin; other programs say
 * neither. Another port of the same host is another site.
 */
export function isCrossSite({ method, headers, host, protocol }: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (origin !== undefined && !isOwn(origin, host, protocol)) return true;
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return !(method === 'GET' && mode === 'navigate' && destination === 'document');
}

/** A proxy may have taken TLS off, which makes of https http, but nobody makes of http https. */
function isOwn(origin: string, host: string, protocol: string): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (from.protocol !== 'https:' && (from.protocol !== 'http:' || protocol === 'https')) return false;
  return URL.canParse(`${from.protocol}//${host}`) && new URL(`${from.protocol}//${host}`).host === from.host;
}
