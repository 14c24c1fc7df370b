import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { letGoWhoStalls } from '../../src/http/stalled.ts';

const CHUNK = Buffer.alloc(65_536);

/** A server whose answer has no end. Resolves with its port, and with when it gives up. */
async function serving(longestPause: number) {
  const app = fastify();
  letGoWhoStalls(app, { longestPause });
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  app.get('/', (_, reply) => {
    const endless = new Readable({
      read() {
        this.push(CHUNK);
      },
    });
    endless.once('close', end);
    return reply.send(endless);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return { port: (app.server.address() as AddressInfo).port, ended };
}

function asking(port: number) {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  return socket;
}

test('who takes nothing of an answer is let go', async () => {
  const { port, ended } = await serving(500);
  asking(port).pause();
  await ended;
}, 10_000);

test('who takes little of it, again and again, is not', async () => {
  const { port, ended } = await serving(2000);
  const socket = asking(port).pause();
  let taken = 0;
  socket.on('data', (chunk) => {
    taken += chunk.length;
    if (taken % 1_048_576 < chunk.length) socket.pause();
  });
  const reading = setInterval(() => socket.resume(), 250);
  onTestFinished(() => clearInterval(reading));
  const isEnded = await Promise.race([
    ended.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(resolve, 6000, false)),
  ]);
  expect(isEnded).toBe(false);
  expect(taken).toBeGreaterThan(0);
}, 20_000);
