import helmet from '@fastify/helmet';
import type { App } from '../context.ts';

/** Nothing but this server's own files, scripts and styles of their own files, and no frame. */
const POLICY = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** What a page of a monitor needs of a device: nothing. */
const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'microphone',
  'payment',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** Seconds; a year is what browsers want for their lists. */
const YEAR = 365 * 86_400;

/** Headers that have browsers be careful, on every answer. */
export async function sendCarefulHeaders(app: App, { isTls }: { isTls: boolean }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    crossOriginEmbedderPolicy: true,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isTls && { maxAge: YEAR, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', async ({ url, routeOptions }, reply) => {
    reply.header('permissions-policy', PERMISSIONS);
    // What one may see another may not, on the same computer or behind the same proxy. A URL may be written in many ways.
    if ((routeOptions.url ?? url).startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
}
