import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { HeldPorts } from '../../src/io/held-ports.ts';
import type { TransportError } from '../../src/io/transport.ts';

vi.mock('node:dgram', async (original) => {
  const dgram = await original<typeof import('node:dgram')>();
  return { ...dgram, createSocket: vi.fn(dgram.createSocket) };
});

const PORT = 32_001;

let ports = new HeldPorts();
const sockets: Socket[] = [];
afterEach(() => {
  ports.close();
  ports = new HeldPorts();
  for (const socket of sockets.splice(0)) socket.close();
});

const hold = (family: 4 | 6, port = PORT) =>
  new Promise<TransportError | undefined>((resolve) => ports.hold(family, port, resolve));

/** Another program's socket on the port. */
async function occupy(type: 'udp4' | 'udp6'): Promise<Socket> {
  const socket = createSocket({ type, ipv6Only: type === 'udp6' });
  socket.bind(PORT);
  await once(socket, 'listening');
  sockets.push(socket);
  return socket;
}

describe.each([4, 6] as const)('a port of IPv%i', (family) => {
  const type = family === 4 ? 'udp4' : 'udp6';

  test('that is held is nobody else’s, until it is let go', async () => {
    expect(await Promise.all([hold(family), hold(family)])).toEqual([undefined, undefined]);
    expect(await hold(family)).toBeUndefined();
    await expect(occupy(type)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    ports.close();
    await occupy(type);
  });

  test('that another program has cannot be held, and can as soon as it has gone', async () => {
    const other = await occupy(type);
    expect(await hold(family)).toMatchObject({
      code: 'EADDRINUSE',
      message: `UDP port ${PORT} of this host: another program has it`,
    });
    sockets.splice(0);
    await new Promise<void>((resolve) => other.close(resolve));
    expect(await hold(family)).toBeUndefined();
  });
});

test('one that another pinger of this host holds is not shared: its answers would be both’s', async () => {
  const others = new HeldPorts();
  expect(await hold(4)).toBeUndefined();
  expect(await new Promise((resolve) => others.hold(4, PORT, resolve))).toMatchObject({ code: 'EADDRINUSE' });
  others.close();
});

test('who waits for a port when all are let go is told so', async () => {
  const waiting = hold(4);
  ports.close();
  expect(await waiting).toMatchObject({ code: 'ECANCELED' });
});

test('a port that is lost later is held anew, and who has been told it was held hears no more', async () => {
  const told = vi.fn();
  const holdAndTell = () =>
    new Promise<void>((resolve) => {
      ports.hold(4, PORT, (error) => {
        told(error?.code);
        resolve();
      });
    });
  await holdAndTell();
  const lost = vi.mocked(createSocket).mock.results.at(-1)?.value as Socket;
  lost.emit('error', Object.assign(new Error('recvmsg ECONNABORTED'), { code: 'ECONNABORTED' }));
  expect(told.mock.calls).toEqual([[undefined]]);
  await holdAndTell();
  expect(told.mock.calls).toEqual([[undefined], [undefined]]);
});
