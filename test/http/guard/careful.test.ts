import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Tls } from '../../../src/http/node-server.ts';
import { addUser, ask, PASSWORD, serve } from './support.ts';

const POLICY =
  "default-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'";

/** A certificate that nobody vouches for. */
function certificate(): Tls {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', ['req', '-x509', ...made, '-subj', '/CN=localhost'], { stdio: 'ignore' });
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

test.each(['', 'api/v1/live', 'api/v1/session', 'nothing', 'icon.svg'])(
  'the headers of /%s are careful',
  async (path) => {
    const { url } = await serve();
    const { headers } = await ask(url + path);
    expect(headers).toMatchObject({
      'content-security-policy': POLICY,
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['cache-control']).toBe(
      { '': 'no-cache', 'icon.svg': 'no-cache' }[path] ?? (path.startsWith('api') ? 'no-store' : undefined),
    );
    // No other origin is ever let in.
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  },
);
test('what has a hash of its content in its name is kept for good', async () => {
  const { url } = await serve();
  const [, script] = /<script type="module" src="\/([^"]+)"/.exec(await (await fetch(url)).text()) ?? [];
  const { headers } = await ask(url + script);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

test('even a refusal has them', async () => {
  const { url } = await serve({ auth: true });
  const refused: Record<string, string>[] = [
    {},
    { host: 'elsewhere.example' },
    { origin: 'https://elsewhere.example' },
  ];
  for (const headers of refused)
    expect((await ask(`${url}api/v1/live`, { headers })).headers['content-security-policy']).toBe(POLICY);
});

test.each(['api/v1/live', '%61pi/v1/live', 'api/v1/live?x', 'api/v1/%6cive', '//api/v1/live'])(
  'what is answered to /%s is kept by no cache',
  async (path) => {
    const { url } = await serve();
    const { status, headers } = await ask(url + path);
    expect(status === 404 || headers['cache-control'] === 'no-store').toBe(true);
  },
);

test('over TLS browsers are told to stay there, and the cookie goes nowhere else', async () => {
  const { url, dataSource } = await serve({ tls: certificate() });
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
  await addUser(dataSource, 'ada');
  const body = { name: 'ada', password: PASSWORD };
  const { status, headers } = await ask(`${url}api/v1/session`, { method: 'POST', body });
  expect(status).toBe(200);
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
  expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
  // Who was on the way could be the origin without the s.
  const origin = url.replace('https:', 'http:').slice(0, -1);
  expect((await ask(`${url}api/v1/session`, { headers: { origin } })).status).toBe(403);
});

test('a certificate that is renewed is taken, and one that will not do is not', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const [first, second] = [certificate(), certificate()];
  const renewals: (() => Tls | undefined)[] = [
    () => {
      throw new Error('half written');
    },
    () => second,
    () => undefined,
  ];
  const { url, log } = await serve({ tls: { ...first, renewed: async () => renewals.shift()?.() } });
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = tlsConnect({ port: Number(new URL(url).port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  const own = ({ cert }: Tls) => new X509Certificate(cert).fingerprint256;
  const seen = [await shown()];
  for (let n = 0; n < 3; n++) {
    await vi.advanceTimersByTimeAsync(60_000);
    seen.push(await shown());
  }
  expect(seen).toEqual([own(first), own(first), own(second), own(second)]);
  expect(log.entries.filter(({ event }) => event.startsWith('tls.'))).toEqual([
    { level: 'warn', event: 'tls.not_renewed', facts: { error: 'half written' } },
    { level: 'info', event: 'tls.renewed', facts: {} },
  ]);
});

test('who asks for TLS and says nothing is not waited for', async () => {
  const { url } = await serve({ tls: certificate() });
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const start = performance.now();
  await new Promise((resolve) => socket.resume().once('close', resolve));
  expect(performance.now() - start).toBeLessThan(20_000);
}, 30_000);

test.each([
  ['text/plain', 'name=ada'],
  ['application/x-www-form-urlencoded', 'name=ada'],
  ['multipart/form-data; boundary=x', '--x--'],
])('a body of %s is none', async (type, body) => {
  const { url } = await serve();
  const headers = { 'content-type': type };
  expect((await ask(`${url}api/v1/session`, { method: 'POST', headers, body })).status).toBe(415);
});

test('a body has a limit, whatever it says of its length', async () => {
  const { url } = await serve();
  const body = { name: 'ada', password: 'x'.repeat(2 ** 20) };
  expect(await ask(`${url}api/v1/session`, { method: 'POST', body })).toMatchObject({
    status: 413,
    body: { title: 'Content Too Large' },
  });
});

test('who sends a request byte by byte is not waited for', async () => {
  const { url } = await serve();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n');
  const start = performance.now();
  const dripping = setInterval(() => socket.write('x: y\r\n'), 1000);
  onTestFinished(() => clearInterval(dripping));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(performance.now() - start).toBeLessThan(20_000);
}, 30_000);

test('one address does not get answers without end', async () => {
  const { url } = await serve();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  // Without waiting for the answers, which takes less time than that many connections.
  const requests = 30_001;
  const request = 'HEAD /nothing HTTP/1.1\r\nhost: localhost\r\n\r\n';
  let [ok, refused, rest] = [0, 0, ''];
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() as string;
      for (const line of lines) {
        if (line.startsWith('HTTP/1.1 404')) ok++;
        if (line.startsWith('HTTP/1.1 429')) refused++;
      }
      if (ok + refused === requests) resolve();
    });
  });
  socket.write(request.repeat(requests));
  await done;
  // What comes in one turn of the event loop is counted before the first of it is answered.
  expect(ok).toBeLessThanOrEqual(30_000);
  expect(ok).toBeGreaterThan(25_000);
  expect(await ask(url)).toMatchObject({
    status: 429,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    body: { detail: expect.stringMatching(/^too many requests: try again in \d+ s$/) },
  });
}, 60_000);
