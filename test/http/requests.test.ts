import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { serving } from './support.ts';

const serve = serving();

const served = () => serve({ database: 'sqlite::memory:', source: 'here' });

const OTHER_TYPE = 'the body is of another type: expected content-type: application/json';

const JSON_TYPE = { 'content-type': 'application/json' };

test.each([
  ['PUT', '/api/v1/destinations', 'GET, HEAD, OPTIONS, POST'],
  ['POST', '/api/v1/destinations/1', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
  ['DELETE', '/api/v1/results', 'GET, HEAD, OPTIONS'],
  ['HEAD', '/api/v1/live/events', 'GET, OPTIONS'],
  ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
])('%s %s is told which methods there are', async (method, path, allowed) => {
  const api = await served();
  const answer = await fetch(api.url(path), { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
  if (method !== 'HEAD')
    expect(await answer.json()).toMatchObject({ detail: `${method} ${path}: expected ${allowed}` });
  const options = await fetch(api.url(path), { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow'), await options.text()]).toEqual([204, allowed, '']);
});

test('a port that no column holds is refused as what it is', async () => {
  const api = await served();
  await api.ask('POST', 'destinations', { address: '192.0.2.1', active: false });
  expect(await api.problem('PATCH', 'destinations/1', { port: 2 ** 31 })).toMatchObject({
    status: 400,
    errors: [{ pointer: '/port' }],
  });
});

test('HEAD is answered as GET is, without a body', async () => {
  const api = await served();
  for (const path of ['destinations', 'live', 'monitor', '/healthz', 'openapi.json']) {
    const answer = await fetch(api.url(path), { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json; charset=utf-8',
      '',
    ]);
  }
});

test('what there is not is not found', async () => {
  const api = await served();
  expect(await api.problem('GET', '/api/v1/nothing?x=1')).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'GET /api/v1/nothing: there is no such thing',
  });
  expect((await fetch(api.url('/api/v1/nothing'), { method: 'OPTIONS' })).status).toBe(404);
});

test.each<[string, RequestInit, number, string | RegExp]>([
  ['no type', { body: new Blob(['{}']) }, 415, OTHER_TYPE],
  ['text', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415, OTHER_TYPE],
  ['a form', { body: new URLSearchParams({ address: '192.0.2.1' }) }, 415, OTHER_TYPE],
  ['no JSON', { body: '{"address":', headers: JSON_TYPE }, 400, 'the body is not JSON'],
  ['no body', { headers: JSON_TYPE }, 400, 'the body is empty: expected JSON, or no content-type'],
  ['nothing', {}, 400, 'body: expected an object'],
  [
    'another prototype',
    { body: '{"__proto__":{"address":"x"}}', headers: JSON_TYPE },
    400,
    /not JSON|forbidden/,
  ],
  [
    'too much',
    { body: `[${'"x",'.repeat(300_000)}1]`, headers: JSON_TYPE },
    413,
    'the body is too large: expected at most 1 MiB',
  ],
  ['a number', { body: '7', headers: JSON_TYPE }, 400, 'body: expected an object'],
  ['an empty list', { body: '[]', headers: JSON_TYPE }, 400, 'body: expected at least one destination'],
])('a body that is %s is refused', async (_, init, status, detail) => {
  const api = await served();
  const problem = await api.problem('POST', 'destinations', undefined, init);
  expect([problem.status, problem.detail]).toEqual([
    status,
    typeof detail === 'string' ? detail : expect.stringMatching(detail),
  ]);
});

test.each([
  ['destinations?limit=1', 'query: there is no parameter "limit": expected id'],
  ['live?x', 'query: there is no parameter "x": expected none'],
  ['destinations/one', 'id: "one": expected a whole number'],
  ['statistics?destination=1,2147483648', 'destination: "2147483648": expected ids, such as 1 or 1,2,3'],
  ['alerts?cursor=2147483648', 'cursor: "2147483648": expected what "next" of the page before says'],
  [
    'results?cursor=1-9223372036854775808',
    'cursor: "1-9223372036854775808": expected what "next" of the page before says',
  ],
  ['destinations/4294967296', 'id: "4294967296": expected a whole number'],
])('%s is refused', async (path, detail) => {
  const api = await served();
  expect(await api.problem('GET', path)).toMatchObject({ status: 400, detail });
});

/** What a server answers to bytes as they are. */
async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.end(bytes);
  return text(socket);
}

test.each([
  ['GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 400 [\s\S]*"detail":"\/%zz: /],
  ['nonsense\r\n\r\n', /^HTTP\/1.1 400 /],
  ['BREW /api/v1/destinations HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 400 /],
])('%j is refused, and the next one answered', async (bytes, answer) => {
  const api = await served();
  expect(await raw(api.url('/'), bytes)).toMatch(answer);
  expect((await api.get('/healthz')).status).toBe(200);
});

test('the monitor says what it is, and whether it is ready', async () => {
  const api = await served();
  await api.ask('POST', 'destinations', { address: '192.0.2.1', active: false });
  const { body } = await api.get('monitor');
  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    state: 'running',
    source: { id: 1, name: 'here' },
    database: { name: 'in memory', trouble: null },
    counters: { lost: 0 },
  });
  for (const path of ['/healthz', '/readyz']) expect((await api.get(path)).body).toEqual({ status: 'ok' });
});
