import { STATUS_CODES } from 'node:http';
import type { FastifyServerOptions } from 'fastify';
import { problemOf } from './problems.ts';

type ClientErrorHandler = NonNullable<FastifyServerOptions['clientErrorHandler']>;

/** What Node says of a request that it cannot read, by its code. */
const PROBLEMS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    'the request takes too long: expected its headers within 10 s, all of it within 30 s',
  ],
  HPE_HEADER_OVERFLOW: [431, 'the headers are too long: expected at most 16 KiB'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the extensions of a chunk are too long'],
};

const USUAL = [400, 'the request is not HTTP as it should be'] as const;

/** Tells the problem of what never became a request, and ends the connection. */
export const tellClientErrors: ClientErrorHandler = ({ code }, socket) => {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const [status, detail] = PROBLEMS[code] ?? USUAL;
    const body = JSON.stringify(problemOf(status, detail));
    const headers = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      'x-content-type-options: nosniff',
      'connection: close',
    ];
    socket.write(`${headers.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroy();
};
