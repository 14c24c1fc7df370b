import { expect, test } from 'vitest';
import { SESSION_LIFE } from '../../../src/access/credentials.ts';
import {
  addSession,
  addToken,
  addUser,
  ask,
  bearer,
  becomes,
  cookie,
  PASSWORD,
  type Served,
  serve,
} from './support.ts';

const SESSION = 'api/v1/session';
const signIn = ({ url }: Served, name: string, password: string) =>
  ask(url + SESSION, { method: 'POST', body: { name, password } });

/** The secret in the cookie that an answer sets. */
const secretOf = (header: string[] | undefined): string =>
  /^pinger_session=([^;]*)/.exec(header?.[0] ?? '')?.[1] ?? '';

test('a user signs in, is known by the cookie, and signs out', async () => {
  const served = await serve();
  await addUser(served.dataSource, 'ada', 'editor');
  const { status, headers, body } = await signIn(served, 'ada', PASSWORD);
  expect({ status, body }).toEqual({
    status: 200,
    body: { required: true, name: 'ada', kind: 'user', role: 'editor' },
  });
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(
      /^pinger_session=[A-Za-z0-9_-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    ),
  ]);
  const mine = cookie(secretOf(headers['set-cookie']));
  expect((await ask(`${served.url}api/v1/destinations`, { headers: mine })).status).toBe(200);
  expect((await ask(served.url + SESSION, { headers: mine })).body).toEqual(body);

  const out = await ask(served.url + SESSION, { method: 'DELETE', headers: mine });
  expect(out.status).toBe(204);
  expect(out.headers['set-cookie']).toEqual([expect.stringMatching(/^pinger_session=; Max-Age=0; Path=\//)]);
  expect((await ask(`${served.url}api/v1/destinations`, { headers: mine })).status).toBe(401);
  expect(await served.dataSource.query('SELECT * FROM sessions')).toEqual([]);
});

test('the database has no secret', async () => {
  const served = await serve();
  await addUser(served.dataSource, 'ada');
  const token = await addToken(served.dataSource, 'viewer');
  const secret = secretOf((await signIn(served, 'ada', PASSWORD)).headers['set-cookie']);
  const rows = [];
  for (const table of ['users', 'tokens', 'sessions'])
    rows.push(...(await served.dataSource.query(`SELECT * FROM ${table}`)));
  expect(rows).toHaveLength(3);
  for (const hidden of [secret, token, PASSWORD]) expect(JSON.stringify(rows)).not.toContain(hidden);
  expect(JSON.stringify(served.log.entries)).not.toMatch(new RegExp([secret, token, PASSWORD].join('|')));
});

test('a wrong password and an unknown name get the same answer, and no cookie', async () => {
  const served = await serve();
  await addUser(served.dataSource, 'ada');
  const [wrong, unknown] = [await signIn(served, 'ada', 'wrong'), await signIn(served, 'nobody', PASSWORD)];
  expect(wrong).toMatchObject({ status: 401, body: { detail: 'name or password is wrong' } });
  expect(unknown.body).toEqual(wrong.body);
  for (const { headers } of [wrong, unknown]) expect(headers['set-cookie']).toBeUndefined();
  // The log names who was meant, but not what may be a password in the wrong field.
  expect(served.log.entries.filter(({ event }) => event === 'session.refused')).toEqual([
    { level: 'warn', event: 'session.refused', facts: { user: 'ada', address: '127.0.0.1' } },
    { level: 'warn', event: 'session.refused', facts: { user: undefined, address: '127.0.0.1' } },
  ]);
});

test('whoever tries too often has to wait, with whatever name', async () => {
  const served = await serve();
  await addUser(served.dataSource, 'ada');
  for (let n = 0; n < 10; n++) expect((await signIn(served, `name${n}`, 'wrong')).status).toBe(401);
  const { status, headers, body } = await signIn(served, 'ada', PASSWORD);
  expect(status).toBe(429);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(body).toMatchObject({
    title: 'Too Many Requests',
    detail: expect.stringMatching(/^too many attempts to sign in: try again in \d+ s$/),
  });
}, 30_000);

test('one name is not tried from many addresses', async () => {
  const served = await serve({ proxies: ['127.0.0.1'] });
  await addUser(served.dataSource, 'ada');
  const statuses = [];
  for (let n = 0; n <= 20; n++) {
    const headers = { 'x-forwarded-for': `192.0.2.${n}` };
    const body = { name: 'ada', password: 'wrong' };
    statuses.push((await ask(served.url + SESSION, { method: 'POST', headers, body })).status);
  }
  expect(statuses).toEqual([...new Array(20).fill(401), 429]);
}, 30_000);

test('a session ends with its user, with a new password, and in time', async () => {
  const served = await serve();
  const { dataSource, url } = served;
  await addUser(dataSource, 'ada');
  await addUser(dataSource, 'grace');
  const ada = cookie(secretOf((await signIn(served, 'ada', PASSWORD)).headers['set-cookie']));
  const statusOf = async () => (await ask(`${url}api/v1/destinations`, { headers: ada })).status;
  expect(await statusOf()).toBe(200);
  // As a shell does it, which leaves the session where it is.
  await dataSource.query('PRAGMA foreign_keys = OFF');
  await dataSource.query("DELETE FROM users WHERE name = 'ada'");
  expect(await dataSource.query('SELECT user_id FROM sessions')).toHaveLength(1);
  await becomes(401, statusOf);
  const old = await addSession(dataSource, 'grace', Date.now() - 1);
  expect((await ask(`${url}api/v1/destinations`, { headers: cookie(old) })).status).toBe(401);
});

test('a session that is used goes on', async () => {
  const served = await serve();
  await addUser(served.dataSource, 'ada');
  const soon = Date.now() + 60_000;
  const secret = await addSession(served.dataSource, 'ada', soon);
  const { headers } = await ask(served.url + SESSION, { headers: cookie(secret) });
  expect(headers['set-cookie']).toEqual([
    expect.stringContaining(`pinger_session=${secret}; Max-Age=604800`),
  ]);
  const stored = async () =>
    Number((await served.dataSource.query('SELECT expires FROM sessions'))[0].expires);
  await becomes(true, async () => (await stored()) > soon);
  const expires = await stored();
  expect(expires).toBeLessThanOrEqual(Date.now() + SESSION_LIFE);
});

test('when a token was used is noted, and the first time logged', async () => {
  const { url, dataSource, log } = await serve();
  const token = await addToken(dataSource, 'viewer');
  const statuses = [];
  for (let n = 0; n < 3; n++)
    statuses.push((await ask(`${url}api/v1/destinations`, { headers: bearer(token) })).status);
  expect(statuses).toEqual([200, 200, 200]);
  const stored = async () => (await dataSource.query('SELECT used FROM tokens'))[0].used;
  await becomes(true, async () => (await stored()) !== null);
  const used = await stored();
  expect(Math.abs(Number(used) - Date.now())).toBeLessThan(10_000);
  expect(log.entries.filter(({ event }) => event === 'token.used')).toEqual([
    {
      level: 'info',
      event: 'token.used',
      facts: { token: expect.stringMatching(/^token-/), address: '127.0.0.1' },
    },
  ]);
});

test.each([
  [{ name: 'ada' }, 400],
  [{ name: 'ada', password: 'x', role: 'editor' }, 400],
  [{ name: 'ada', password: 'x'.repeat(2000) }, 400],
  ['{"name":', 400],
])('signing in with %j is refused as what it is', async (body, status) => {
  const { url } = await serve();
  expect(await ask(url + SESSION, { method: 'POST', body })).toMatchObject({ status, body: { status } });
});
