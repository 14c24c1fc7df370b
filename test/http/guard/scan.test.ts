import type { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import type { DeclaredRoute } from '../../../src/http/guard/roles.ts';
import { type Asked, addSession, addToken, addUser, ask, bearer, cookie, LATER, serve } from './support.ts';

/** What an answer's status has to be: this, or anything but these. */
type Expected = number | readonly number[];

/** What no request gets that may be made. */
const REFUSALS = [401, 403, 421, 429];

type Headers = Record<string, string>;

/** A way to ask: what it is, its headers, made anew for each request since one of them signs out, and what it is to get. */
type Way = readonly [
  name: string,
  headers: () => Headers | Promise<Headers>,
  expected: (route: DeclaredRoute) => Expected,
];

const known =
  (isEditor: boolean) =>
  ({ role }: DeclaredRoute): Expected =>
    role === 'editor' && !isEditor ? 403 : REFUSALS;

const unknown = ({ role }: DeclaredRoute): Expected => (role === 'anyone' ? REFUSALS : 401);

const refused = () => 403;

/** A token's form, and nobody's. */
const WRONG = `pinger_${'x'.repeat(43)}`;

/** The ways to ask, right and wrong. */
async function ways(dataSource: DataSource): Promise<Way[]> {
  const [viewer, editor] = [await addToken(dataSource, 'viewer'), await addToken(dataSource, 'editor')];
  const expired = await addToken(dataSource, 'editor', 1000);
  await addUser(dataSource, 'vera', 'viewer');
  await addUser(dataSource, 'ed', 'editor');
  const session = async (name: string, expires = LATER) =>
    cookie(await addSession(dataSource, name, expires));
  const fromElsewhere = (headers: Headers) => async () => ({ ...(await session('ed')), ...headers });
  return [
    ['nothing', () => ({}), unknown],
    ['a wrong token', () => bearer(WRONG), unknown],
    ['what is no token', () => bearer('hunter2'), unknown],
    ['an expired token', () => bearer(expired), unknown],
    ['another scheme', () => ({ authorization: `Basic ${btoa(`ed:${editor}`)}` }), unknown],
    ['a wrong session', () => cookie('x'.repeat(43)), unknown],
    ['an expired session', () => session('ed', 1000), unknown],
    ['a wrong token and a right session', fromElsewhere(bearer(WRONG)), unknown],
    ["a viewer's token", () => bearer(viewer), known(false)],
    ["an editor's token", () => bearer(editor), known(true)],
    ["a viewer's session", () => session('vera'), known(false)],
    ["an editor's session", () => session('ed'), known(true)],
    ['the origin of another site', fromElsewhere({ origin: 'https://elsewhere.example' }), refused],
    ['an origin that is not told', fromElsewhere({ origin: 'null' }), refused],
    ['a script of another site', fromElsewhere({ 'sec-fetch-site': 'cross-site' }), refused],
    ['a page of another port', fromElsewhere({ ...bearer(editor), 'sec-fetch-site': 'same-site' }), refused],
    ['another name', fromElsewhere({ ...bearer(editor), host: 'elsewhere.example' }), () => 421],
  ];
}

const address = ({ url }: DeclaredRoute): string =>
  url
    .replace(/^\//, '')
    .replace(/:[A-Za-z_]+/g, '1')
    .replace('*', 'nothing');

const asked = ({ method }: DeclaredRoute, headers: Headers): Asked => ({
  method,
  headers,
  // What is not right in it must not be found before it is clear who asks.
  ...(['POST', 'PATCH', 'PUT'].includes(method) ? { body: {} } : {}),
});

test('every route lets in whom it is declared for, and nobody else', async () => {
  const { url, server, dataSource } = await serve({ auth: true });
  const wrong: string[] = [];
  for (const [name, headers, expected] of await ways(dataSource))
    for (const route of server.routes) {
      const { status } = await ask(url + address(route), asked(route, await headers()), true);
      const right = expected(route);
      const isRight = typeof right === 'number' ? status === right : !right.includes(status);
      if (!isRight) wrong.push(`${route.method} ${route.url} (${route.role}) with ${name}: ${status}`);
    }
  expect(wrong).toEqual([]);
}, 120_000);

test('the scan sees the routes there are, and who is let in to them', async () => {
  const { server } = await serve();
  const roles = Object.fromEntries(server.routes.map(({ method, url, role }) => [`${method} ${url}`, role]));
  expect(roles).toMatchObject({
    'GET /': 'anyone',
    'GET /sign-in': 'anyone',
    'GET /api/v1/destinations': 'viewer',
    'HEAD /api/v1/destinations': 'viewer',
    'GET /api/v1/live': 'viewer',
    'GET /api/v1/openapi.json': 'viewer',
    'GET /api/v1/session': 'anyone',
    'POST /api/v1/session': 'anyone',
    'DELETE /api/v1/session': 'anyone',
  });
  // Whatever else anyone may use has to be named here first.
  const open = server.routes.filter(
    ({ role, url }) => role === 'anyone' && !/\.(js|css|map|svg|html)$/.test(url),
  );
  expect([...new Set(open.map(({ url }) => url))].filter((url) => !OPEN.includes(url))).toEqual([]);
  expect(
    open.filter(({ method, url }) => !['GET', 'HEAD'].includes(method) && url !== '/api/v1/session'),
  ).toEqual([]);
});

/** What tells nothing of what is monitored. */
const OPEN = ['/', '/destinations/:id', '/compare', '/alerts', '/sign-in', '/api/v1/session', '/healthz'];

test('no GET changes anything', async () => {
  const { url, server, dataSource } = await serve({ auth: true });
  await dataSource.query("INSERT INTO destinations (address) VALUES ('127.0.0.1')");
  await dataSource.query("INSERT INTO sources (sourceid, name) VALUES (0, 'alpha')");
  const editor = await addToken(dataSource, 'editor');
  const before = await contents(dataSource);
  for (const route of server.routes.filter(({ method }) => method === 'GET' || method === 'HEAD'))
    await ask(url + address(route), asked(route, bearer(editor)), true);
  expect(await contents(dataSource)).toEqual(before);
  expect(Object.keys(before)).toContain('tokens');
});

/** All rows of all tables, but when a credential was used last and how long that makes it last. */
async function contents(dataSource: DataSource): Promise<Record<string, object[]>> {
  const tables: { name: string }[] = await dataSource.query(
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
  );
  const all: Record<string, object[]> = {};
  for (const { name } of tables) all[name] = await dataSource.query(`SELECT * FROM ${name}`);
  for (const row of all.tokens ?? []) Object.assign(row, { used: null });
  return all;
}

test('what is not there is found by nobody, and says nothing of who asks', async () => {
  const { url } = await serve({ auth: true });
  for (const path of ['nothing', 'api/v1/nothing', 'api/v1/destinations/1/nothing'])
    expect(await ask(url + path)).toMatchObject({ status: 404, body: { status: 404 } });
  expect((await ask(`${url}nothing`, { headers: { host: 'elsewhere.example' } })).status).toBe(421);
});
