import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { limitConnections } from '../../src/http/connections.ts';
import { LogBook } from '../support/fakes.ts';
import { becomes } from './guard/support.ts';

/** A server with these limits. `visit`: a connection from an address of this host's; `present`: how many there are. */
async function serving(limits: { most: number; mostOfOne: number; isBehindProxy: boolean }) {
  const logger = new LogBook();
  const present = new Set<Socket>();
  const server = createServer((socket) => {
    if (socket.destroyed) return;
    present.add(socket.on('error', () => undefined));
    socket.once('close', () => present.delete(socket));
  });
  limitConnections(server, { logger, ...limits });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const visit = (localAddress: string) => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket.resume();
  };
  return { logger, visit, present };
}

test('one address does not take all connections, and its own come free again', async () => {
  const { logger, visit, present } = await serving({ most: 10, mostOfOne: 3, isBehindProxy: false });
  const visits = Array.from({ length: 6 }, () => visit('127.0.0.2'));
  await becomes(3, async () => visits.filter(({ closed }) => closed).length);
  expect(present.size).toBe(3);
  visit('127.0.0.3');
  await becomes(4, async () => present.size);
  // In one line, however many they are.
  expect(logger.entries).toEqual([
    { level: 'warn', event: 'http.connections_refused', facts: { count: 1, address: '127.0.0.2' } },
  ]);
  for (const socket of visits) socket.destroy();
  await becomes(1, async () => present.size);
  visit('127.0.0.2');
  await becomes(2, async () => present.size);
});

test('a proxy may have all of them, and no more', async () => {
  const { logger, visit, present } = await serving({ most: 5, mostOfOne: 3, isBehindProxy: true });
  const visits = Array.from({ length: 8 }, () => visit('127.0.0.2'));
  await becomes(3, async () => visits.filter(({ closed }) => closed).length);
  expect(present.size).toBe(5);
  expect(logger.entries).toHaveLength(1);
});
