import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server that keeps what it gets. */
export interface Receiver {
  url: string;
  received: Received[];
  /** What it does with the next requests; nothing at all, where it does not answer. */
  answer: (response: ServerResponse) => void;
}

/** On a port of its own, until the test ends; answers 204. */
export async function receiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method, url: path, headers } = request;
      made.received.push({ method, path, headers, body });
      made.answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const made: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden`,
    received: [],
    answer: (response) => response.writeHead(204).end(),
  };
  return made;
}
