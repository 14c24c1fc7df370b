/**
 * Records what a network answers to probes of all protocols, in namespaces of its own, as root:
 *
 *   npx tsx test/captures/record.ts
 *
 * Makes network.pcap beside this file. With the argument `probe` it is the prober that runs on the source.
 */
import 'reflect-metadata';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPinger } from '../../src/index.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { ADDRESSES, Network } from '../support/network.ts';

const { target, near, absent, nowhere } = ADDRESSES;

/** Ports of the target and what becomes of packets to them. */
const PORTS = { open: 1001, closed: 1002, dropped: 1003, reset: 1004 } as const;

/** A UDP echo that gets more than a link takes. */
const LARGE = 1005;

/** Ports that the router rejects, with the ICMP types that nftables knows. */
const REJECTED = {
  4: ['net-unreachable', 'host-unreachable', 'prot-unreachable', 'port-unreachable', 'net-prohibited'],
  6: ['no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable'],
} as const;
const FIRST_REJECTED = 2001;

/** Rows for each destination and each way that packets to it can end. */
function rows() {
  const all: { address: string; protocol: number; port?: number; ttl?: number; data?: string }[] = [];
  for (const family of [4, 6] as const) {
    const [udp, tcp, icmp] = family === 4 ? [1, 2, 3] : [4, 5, 6];
    const [to, router, none, unknown] = [target[family], near[family], absent[family], nowhere[family]];
    for (const protocol of [udp, tcp]) {
      const ports = [...Object.values(PORTS), ...REJECTED[family].map((_, index) => FIRST_REJECTED + index)];
      for (const port of ports)
        all.push({ address: to, protocol, port, data: protocol === udp ? 'data' : '' });
      all.push({ address: to, protocol, port: 3001, ttl: 1 }, { address: none, protocol, port: 3001 });
      all.push({ address: unknown, protocol, port: 3001 });
    }
    all.push({ address: to, protocol: udp, port: LARGE, data: 'x'.repeat(1400) });
    for (const address of [to, router, none, unknown]) all.push({ address, protocol: icmp, data: 'data' });
    all.push({ address: to, protocol: icmp, ttl: 1 });
    all.push({ address: to, protocol: icmp, data: 'y'.repeat(1400) });
  }
  return all;
}

async function probe(): Promise<void> {
  const store = new MemoryStore();
  for (const row of rows()) store.put({ interval: 200, timeout: 400, ...row });
  const pinger = createPinger({ store });
  await pinger.start();
  await sleep(1500);
  await pinger.stop();
}

const services = `
  const net = require('node:net'), dgram = require('node:dgram');
  net.createServer((socket) => socket.destroy()).listen(${PORTS.open}, '::', () => console.log('ready'));
  for (const type of ['udp4', 'udp6']) for (const port of [${PORTS.open}, ${LARGE}]) {
    const socket = dgram.createSocket({ type, ipv6Only: type === 'udp6' });
    socket.on('message', (data, from) => socket.send(data, from.port, from.address)).bind(port);
  }`;

const rejections = (family: 4 | 6): string =>
  REJECTED[family]
    .flatMap((type, index) =>
      ['tcp', 'udp'].map(
        (protocol) =>
          `ip${family === 6 ? '6' : ''} daddr ${target[family]} ${protocol} dport ${FIRST_REJECTED + index} reject with icmp${family === 6 ? 'v6' : ''} type ${type}\n`,
      ),
    )
    .join('');

async function record(): Promise<void> {
  const network = new Network();
  try {
    network.firewall(
      'router',
      `table inet t { chain prerouting { type filter hook prerouting priority 0
        ip daddr ${nowhere[4]} reject with icmp type host-prohibited
        ${rejections(4)} ${rejections(6)}
      }\n }`,
    );
    network.firewall(
      'target',
      `table inet t { chain input { type filter hook input priority 0
        meta l4proto { tcp, udp } th dport ${PORTS.dropped} drop
        tcp dport ${PORTS.reset} reject with tcp reset; }\n }`,
    );
    network.run('router', 'ip', 'link', 'set', 'far', 'mtu', '1280');
    const server = network.start('target', process.execPath, '-e', services);
    if (server.stdout) await once(server.stdout, 'data');
    const file = join(import.meta.dirname, 'network.pcap');
    const tcpdump = network.start('source', 'tcpdump', '-U', '--immediate-mode', '-i', 'near', '-w', file);
    if (tcpdump.stderr) await once(tcpdump.stderr, 'data');
    const prober = network.start(
      'source',
      process.execPath,
      '--import',
      'tsx',
      import.meta.filename,
      'probe',
    );
    prober.stderr?.pipe(process.stderr);
    await once(prober, 'exit');
    tcpdump.kill('SIGINT');
    await once(tcpdump, 'exit');
  } finally {
    network.close();
  }
}

if (process.argv[2] === 'probe') await probe();
else await record();
