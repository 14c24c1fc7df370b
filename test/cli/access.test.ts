import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ask, bearer } from '../http/guard/support.ts';
import { pinger, type Running, start } from '../support/command.ts';
import { canOpenRawSockets } from '../support/privileges.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinger-access-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const run = (...args: string[]) => pinger(['run', ...args], { cwd: folder });

/** A certificate that nobody vouches for, and its key. */
function makeCertificate(): void {
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', ...made, ...files, '-subj', '/CN=localhost'], { stdio: 'ignore' });
}

test.each([['0.0.0.0:0'], [':0'], ['[::]:0'], ['192.0.2.1:8080']])(
  'listening on %s without a user or a token is refused before anything is probed or made',
  async (address) => {
    const { code, stdout, stderr } = await run('--listen', address, '192.0.2.1');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^pinger: listening on \S+, others than this host can come, and there is no user and no token yet: "pinger users add NAME" makes a user, "pinger tokens add NAME" a token; or listen on 127\.0\.0\.1\n$/,
    );
    expect(existsSync(join(folder, 'pinger.db'))).toBe(false);
  },
);

test('a token that has expired is none', async () => {
  await pinger(['tokens', 'add', 'old', '--expires', '1s'], { cwd: folder });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect((await run('--listen', ':0')).code).toBe(2);
});

test('a database in memory, where there can be no user, is for this host alone', async () => {
  expect((await run('--listen', ':0', '--database', 'sqlite::memory:')).code).toBe(2);
});

test('behind a proxy there have to be users, too', async () => {
  const { code, stderr } = await run('--trust-proxy', '127.0.0.1', '--listen', '127.0.0.1:0');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^pinger: behind a proxy, others .*\n$/),
  });
});

test.each([
  [['--tls-cert', 'cert.pem'], '--tls-cert and --tls-key belong together: give both'],
  [['--tls-key', 'key.pem'], '--tls-cert and --tls-key belong together: give both'],
  [['--tls-cert', 'none.pem', '--tls-key', 'key.pem'], '--tls-cert none.pem: there is no such file'],
  [['--tls-cert', '.', '--tls-key', 'key.pem'], '--tls-cert .: a folder, not a file'],
  [['--tls-cert', 'text.txt', '--tls-key', 'key.pem'], '--tls-cert text.txt: not a certificate as PEM'],
  [['--tls-cert', 'cert.pem', '--tls-key', 'text.txt'], '--tls-key text.txt: not a key as PEM'],
  [['--tls-cert', 'cert.pem', '--tls-key', 'cert.pem'], '--tls-key cert.pem: not a key as PEM'],
  [
    ['--tls-cert', 'cert.pem', '--tls-key', 'other.pem'],
    '--tls-key other.pem: not the key of --tls-cert cert.pem',
  ],
  [['--allow-host', 'http://monitor.example.com'], '"http://monitor.example.com" is no name of a host'],
  [['--trust-proxy', 'nginx'], '"nginx" is no address: expected one such as 127.0.0.1'],
  [['--trust-proxy', '10.0.0.0/33'], '"10.0.0.0/33" is no address'],
  [['--listen', '127.0.0.1'], '"127.0.0.1": expected ADDRESS:PORT'],
])('%j is refused in one line', async (args, message) => {
  makeCertificate();
  execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', join(folder, 'other.pem')]);
  writeFileSync(join(folder, 'text.txt'), 'hello');
  const { code, stderr } = await run('--listen', '127.0.0.1:0', ...args);
  expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
  expect(stderr).toContain(message);
});

const ended = async (monitor: Running) => {
  monitor.child.kill('SIGINT');
  return (await monitor.finished).code;
};

/** The address of a monitor's page. */
async function pageOf(monitor: Running): Promise<string> {
  await monitor.until(/^Page: \S+\n/m);
  return /^Page: (\S+)$/m.exec(monitor.stderr)?.[1] as string;
}

test.skipIf(!canOpenRawSockets())(
  'with a token it listens elsewhere, by HTTPS, and says what is not encrypted',
  async () => {
    makeCertificate();
    const token = (await pinger(['tokens', 'add', 'prometheus'], { cwd: folder })).stdout.trim();
    const plain = start(['run', '--listen', '0.0.0.0:0'], { cwd: folder });
    await pageOf(plain);
    expect(plain.stderr.match(/^Passwords and tokens cross the network unencrypted: .*$/gm)).toHaveLength(1);
    expect(await ended(plain)).toBe(0);

    const tls = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
    const monitor = start(['run', '--listen', ':0', '--allow-host', 'monitor.example.com', ...tls], {
      cwd: folder,
    });
    const page = new URL(await pageOf(monitor));
    expect(page.protocol).toBe('https:');
    const there = `https://127.0.0.1:${page.port}/api/v1/destinations`;
    expect((await ask(there)).status).toBe(401);
    const asked = { headers: { ...bearer(token), host: 'monitor.example.com' } };
    expect((await ask(there, asked)).body).toMatchObject({
      destinations: [{ address: '127.0.0.1' }, { address: '::1' }],
    });
    expect((await ask(there, { headers: { ...bearer(token), host: 'elsewhere.example' } })).status).toBe(421);
    expect(await ended(monitor)).toBe(0);
    expect(monitor.stderr).not.toContain('unencrypted');
  },
  30_000,
);

test.skipIf(!canOpenRawSockets())(
  'on this host alone with --auth, nobody gets in until there is a user',
  async () => {
    const monitor = start(['run', '--listen', '[::1]:0', '--auth'], { cwd: folder });
    const page = await pageOf(monitor);
    expect(page).toMatch(/^http:\/\/\[::1\]:\d+\/$/);
    expect(monitor.stderr).toMatch(/^Nobody can sign in yet: "pinger users add NAME" makes a user/m);
    expect((await ask(`${page}api/v1/destinations`)).status).toBe(401);
    const token = (
      await pinger(['tokens', 'add', 'later', '--role', 'editor'], { cwd: folder })
    ).stdout.trim();
    expect((await ask(`${page}api/v1/destinations`, { headers: bearer(token) })).status).toBe(200);
    expect(await ended(monitor)).toBe(0);
  },
  30_000,
);

test.skipIf(!canOpenRawSockets() || process.geteuid?.() !== 0)(
  'a port that needs a right which pinger gives up is refused in one line',
  async () => {
    const { code, stderr } = await run('--listen', '127.0.0.1:80');
    expect(code).toBe(1);
    expect(stderr).toContain('pinger: --listen 127.0.0.1:80: ports below 1024 are not for pinger');
  },
  30_000,
);
