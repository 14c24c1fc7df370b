import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeldPorts } from '../../src/io/held-ports.ts';

vi.mock('node:dgram', async (original) => {
  const dgram = await original<typeof import('node:dgram')>();
  return { ...dgram, createSocket: vi.fn(dgram.createSocket) };
});

const PORT = 32_700;

let ports: HeldPorts;
beforeEach(() => {
  ports = new HeldPorts();
});
afterEach(() => ports.close());

const hold = (told: (code: string | undefined) => void = () => {}) =>
  new Promise<void>((resolve) => {
    ports.hold(4, PORT, (error) => {
      told(error?.code);
      resolve();
    });
  });

test('a port that is lost later is held anew, and who has been told it was held hears no more', async () => {
  const told = vi.fn();
  await hold(told);
  const lost = vi.mocked(createSocket).mock.results.at(-1)?.value as Socket;
  lost.emit('error', Object.assign(new Error('recvmsg ECONNABORTED'), { code: 'ECONNABORTED' }));
  expect(told.mock.calls).toEqual([[undefined]]);
  await hold(told);
  expect(told.mock.calls).toEqual([[undefined], [undefined]]);
});

test('who still waits when all are given up is told', async () => {
  const told = vi.fn();
  const held = hold(told);
  ports.close();
  await held;
  expect(told.mock.calls).toEqual([['ECANCELED']]);
});
