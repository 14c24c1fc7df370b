import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FORMATS, type Format } from '../../metrics/exposition.ts';
import type { App, HttpContext } from '../context.ts';
import { Places } from '../places.ts';

/** So many scrapes at once: each keeps a copy of all counts until it has been read. */
const MOST = 8;

/** A stream, which no serializer looks at. */
const RESPONSES: unknown = {
  200: {
    description: 'All of them, in one text',
    content: Object.fromEntries(Object.values(FORMATS).map((type) => [type, { schema: z.string() }])),
  },
};

/** `/metrics`: what Prometheus asks for. */
export function metricsRoutes(app: App, { metrics }: Pick<HttpContext, 'metrics'>): void {
  const scrapes = new Places({ most: MOST, what: 'scrapes', retryAfter: 5 });
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics of the destinations and of the monitor, for Prometheus',
        description:
          'As OpenMetrics where the request prefers that, in the text format of Prometheus otherwise.',
        tags: ['monitor'],
        response: RESPONSES,
      },
    },
    (request, reply) => {
      scrapes.take(reply);
      const format = formatFor(request.headers.accept ?? '');
      const text = Readable.from(metrics.text(format), { objectMode: false });
      reply.header('cache-control', 'no-store').type(FORMATS[format]);
      if (!wantsGzip(request)) return reply.send(text);
      // Its errors are those of the text, which ends both.
      const packed = pipeline(text, createGzip({ level: constants.Z_BEST_SPEED }), () => {});
      return reply.header('content-encoding', 'gzip').send(packed);
    },
  );
}

const OPENMETRICS = /^application\/openmetrics-text\s*(;|$)/i;
const TEXT = /^(text\/(plain|\*)|\*\/\*)\s*(;|$)/i;

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

/** Whether packing is worth its CPU time, on a thread of libuv's: on the way to this very host it is not. */
const wantsGzip = ({ ip, headers }: FastifyRequest): boolean =>
  !LOOPBACK.test(ip) && /(^|,)\s*gzip\s*(,|$)/i.test(String(headers['accept-encoding'] ?? ''));

/** What an Accept header prefers. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 */
export function formatFor(accept: string): Format {
  const wanted = accept.split(',').map((range) => range.trim());
  const weight = (kind: RegExp) => Math.max(0, ...wanted.filter((range) => kind.test(range)).map(weightOf));
  const openmetrics = weight(OPENMETRICS);
  return openmetrics > 0 && openmetrics >= weight(TEXT) ? 'openmetrics' : 'prometheus';
}

/** 0 of a version that is not spoken here. */
function weightOf(range: string): number {
  const [, version] = /;\s*version="?([\d.]+)/i.exec(range) ?? [];
  if (OPENMETRICS.test(range) && version !== undefined && version !== '1.0.0') return 0;
  const [, weight] = /;\s*q=([\d.]+)/i.exec(range) ?? [];
  return weight === undefined ? 1 : Number(weight);
}
