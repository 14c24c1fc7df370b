import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/command.ts';
import { serving } from './support.ts';

const serve = serving();

test('a test of a channel that hangs ends when whoever asked for it goes', async () => {
  const sockets: Socket[] = [];
  const receiver = createServer((socket) => sockets.push(socket.on('error', () => undefined).resume()));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void receiver.close());
  const { port } = receiver.address() as AddressInfo;
  const api = await serve({ database: 'sqlite::memory:', source: 'here' });
  const settings = { url: `http://127.0.0.1:${port}/`, timeout: 120_000 };
  await api.ask('POST', 'alert-channels', { name: 'ops', kind: 'webhook', settings });
  const gone = new AbortController();
  const asked = fetch(api.url('alert-channels/1/test'), { method: 'POST', signal: gone.signal });
  await until(() => sockets.length === 1);
  gone.abort();
  await expect(asked).rejects.toThrow('aborted');
  await until(() => sockets[0]?.closed === true);
  // Nor does one keep the monitor from ending.
  const waiting = fetch(api.url('alert-channels/1/test'), { method: 'POST' }).catch(() => undefined);
  await until(() => sockets.length === 2);
  await api.stop();
  await until(() => sockets[1]?.closed === true);
  await waiting;
});
