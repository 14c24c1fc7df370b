import { connect } from 'node:net';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { addToken, addUser, ask, bearer, becomes, serve } from './support.ts';

const DESTINATIONS = 'api/v1/destinations';

test('without users and tokens a server of this host alone is open to it', async () => {
  const { url } = await serve();
  expect((await ask(url + DESTINATIONS)).status).toBe(200);
  expect((await ask(`${url}api/v1/session`)).body).toEqual({
    required: false,
    name: null,
    kind: null,
    role: 'editor',
  });
});

test('from the first token on everybody is asked, and after the last nobody', async () => {
  const { url, dataSource } = await serve();
  expect((await ask(url + DESTINATIONS)).status).toBe(200);
  const token = await addToken(dataSource, 'viewer');
  const status = async () => (await ask(url + DESTINATIONS)).status;
  await becomes(401, status);
  expect((await ask(url + DESTINATIONS, { headers: bearer(token) })).status).toBe(200);
  await dataSource.query('DELETE FROM tokens');
  await becomes(200, status);
});

test('with --auth everybody is asked, even where nobody can sign in', async () => {
  const { url } = await serve({ auth: true });
  expect(await ask(url + DESTINATIONS)).toMatchObject({
    status: 401,
    headers: {
      'www-authenticate': 'Bearer realm="pinger"',
      'content-type': 'application/problem+json',
    },
    body: { title: 'Unauthorized', detail: expect.stringContaining('sign in on the page') },
  });
  expect((await ask(`${url}api/v1/session`)).body).toEqual({
    required: true,
    name: null,
    kind: null,
    role: null,
  });
});

test('who listens on another address asks everybody', async () => {
  const { url } = await serve({ listen: { host: '0.0.0.0', port: 0 } });
  expect(new URL(url).hostname).toBe(hostname().toLowerCase());
  expect((await ask(`http://127.0.0.1:${new URL(url).port}/${DESTINATIONS}`)).status).toBe(401);
});

test('what a proxy brings is not from this host', async () => {
  const { url } = await serve();
  for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'cf-connecting-ip'])
    expect((await ask(url + DESTINATIONS, { headers: { [name]: '192.0.2.1' } })).status).toBe(401);
});

test('nor is what comes by HTTP/1.0, as nginx asks unless told otherwise', async () => {
  const { url } = await serve();
  const statusBy = (version: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
        socket.write(`GET /${DESTINATIONS} HTTP/${version}\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`),
      );
      let said = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        said += chunk;
      });
      socket.once('close', () => resolve(said.split(' ')[1] ?? '')).once('error', reject);
    });
  expect(await statusBy('1.0')).toBe('401');
  expect(await statusBy('1.1')).toBe('200');
});

test('a database that cannot be asked takes nobody the access that he has', async () => {
  const { url, dataSource } = await serve();
  await addUser(dataSource, 'ada');
  const token = await addToken(dataSource, 'viewer');
  const live = `${url}api/v1/live`;
  expect((await ask(live, { headers: bearer(token) })).status).toBe(200);
  await dataSource.query('ALTER TABLE tokens RENAME TO elsewhere');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect((await ask(live, { headers: bearer(token) })).status).toBe(200);
  expect((await ask(live, { headers: bearer(`pinger_${'x'.repeat(43)}`) })).status).toBe(503);
  expect((await ask(live)).status).toBe(401);
});

test.each([
  ['localhost', true],
  ['LOCALHOST:8080', true],
  ['pinger.localhost', true],
  ['127.0.0.1:1', true],
  ['192.0.2.1', true],
  ['[::1]:8080', true],
  [hostname(), true],
  [`${hostname()}.`, true],
  ['monitor.example.com:8443', true],
  ['example.com', false],
  ['monitor.example.com.evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['evil.example#localhost', false],
  ['user@localhost', false],
  ['127.1', false],
  ['[::1', false],
  [':8080', false],
])('asked for as %j: %j', async (host, isRight) => {
  const { url } = await serve({ allowedHosts: ['monitor.example.com'] });
  const { status } = await ask(url, { headers: { host } });
  expect(status).toBe(isRight ? 200 : 421);
});

test.each([
  [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
  [{ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 403],
  [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
  [{ origin: 'http://monitor.example.com:8080', host: 'monitor.example.com:8080' }, 200],
  [{ origin: 'https://monitor.example.com', host: 'monitor.example.com' }, 200],
  [{ origin: 'http://monitor.example.com:8081', host: 'monitor.example.com:8080' }, 403],
  [{ origin: 'http://monitor.example.com', host: 'monitor.example.com:8080' }, 403],
  [{ origin: 'http://evil.example', host: 'monitor.example.com' }, 403],
  [{ origin: 'file://', host: 'monitor.example.com' }, 403],
  [{ origin: 'garbage', host: 'monitor.example.com' }, 403],
])('a page that asks with %j: %i', async (headers, status) => {
  const { url } = await serve({ allowedHosts: ['monitor.example.com'] });
  expect((await ask(url + DESTINATIONS, { headers })).status).toBe(status);
});

test('behind a proxy that is trusted, who asks and what for is as it says', async () => {
  const { url, dataSource, log } = await serve({
    proxies: ['127.0.0.1'],
    allowedHosts: ['monitor.example.com'],
  });
  await addUser(dataSource, 'ada');
  const headers = {
    'x-forwarded-for': '192.0.2.7',
    'x-forwarded-host': 'monitor.example.com',
    'x-forwarded-proto': 'https',
    origin: 'https://monitor.example.com',
  };
  const body = { name: 'ada', password: 'correct horse battery' };
  const { status, headers: answered } = await ask(`${url}api/v1/session`, { method: 'POST', headers, body });
  expect(status).toBe(200);
  expect(answered['set-cookie']?.[0]).toMatch(/; Secure/);
  expect(log.entries).toContainEqual({
    level: 'info',
    event: 'session.opened',
    facts: { user: 'ada', address: '192.0.2.7' },
  });
  expect((await ask(url, { headers: { ...headers, 'x-forwarded-host': 'evil.example' } })).status).toBe(421);
});
