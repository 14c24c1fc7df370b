import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Services } from './internet.ts';

/** A host with services, of IPv4 and IPv6. Runs in a namespace of a test's own. */
const { tcp = [], echo = [], silent = [], different = [] } = JSON.parse(process.argv[2] ?? '{}') as Services;

function serveTcp(port: number): Promise<unknown> {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  server.listen({ port, host: '::', backlog: 64 });
  return once(server, 'listening');
}

async function serveUdp(port: number, answer: (data: Buffer) => Buffer | undefined): Promise<void> {
  for (const type of ['udp4', 'udp6'] as const) {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' });
    socket.on('message', (data, from) => {
      const answered = answer(data);
      if (answered) socket.send(answered, from.port, from.address);
    });
    socket.bind(port);
    await once(socket, 'listening');
  }
}

await Promise.all([
  ...tcp.map(serveTcp),
  ...echo.map((port) => serveUdp(port, (data) => data)),
  ...silent.map((port) => serveUdp(port, () => undefined)),
  ...different.map((port) => serveUdp(port, () => Buffer.from('something else'))),
]);
process.stdout.write('ready\n');
