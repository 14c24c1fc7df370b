import { expect, test } from 'vitest';
import { Refusals } from '../../../src/http/guard/refusals.ts';
import { addToken, addUser, ask, bearer, cookie, PASSWORD, serve } from './support.ts';

test('an address that has shown too much that was wrong waits, and no other does', () => {
  let now = 0;
  const refusals = new Refusals(() => now);
  for (let n = 0; n < 2999; n++) refusals.add('2001:db8::1');
  expect(refusals.wait('2001:db8::1')).toBe(0);
  now = 20_000;
  refusals.add('2001:db8::ffff');
  // An IPv6 network of 64 bits is one address.
  expect(refusals.wait('2001:db8::2')).toBe(40_000);
  expect(refusals.wait('2001:db8:0:1::2')).toBe(0);
  now = 60_000;
  expect(refusals.wait('2001:db8::1')).toBe(0);
  refusals.add('2001:db8::1');
  expect(refusals.wait('2001:db8::1')).toBe(0);
});

test('addresses without end take no memory without end', () => {
  const refusals = new Refusals(() => 0);
  for (let n = 0; n < 3000; n++) refusals.add('192.0.2.1');
  for (let n = 0; n < 4999; n++) refusals.add(`10.0.${n >> 8}.${n & 255}`);
  expect(refusals.wait('192.0.2.1')).toBeGreaterThan(0);
  refusals.add('192.0.2.2');
  expect(refusals.wait('192.0.2.1')).toBe(0);
});

test('wrong tokens and sessions are not looked up without end; right ones go on', async () => {
  const { url, dataSource } = await serve({ auth: true });
  const live = `${url}api/v1/live`;
  const right = bearer(await addToken(dataSource, 'viewer'));
  expect((await ask(live, { headers: right })).status).toBe(200);
  const wrong = (n: number) => (n % 2 ? bearer(`pinger_${String(n).padStart(43, 'x')}`) : cookie(`x${n}`));
  const statuses = new Set<number>();
  for (let n = 0; n < 3000; n += 50) {
    const asked = Array.from({ length: 50 }, (_, m) => ask(live, { headers: wrong(n + m) }));
    for (const { status } of await Promise.all(asked)) statuses.add(status);
  }
  expect([...statuses]).toEqual([401]);
  expect(await ask(live, { headers: wrong(3000) })).toMatchObject({
    status: 429,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    body: { detail: expect.stringMatching(/^too many wrong tokens or sessions: try again in \d+ s$/) },
  });
  // Who shows nothing is not guessing; nor is who was right lately, or has just signed in.
  await addUser(dataSource, 'ada');
  const body = { name: 'ada', password: PASSWORD };
  const { headers } = await ask(`${url}api/v1/session`, { method: 'POST', body });
  const session = { cookie: headers['set-cookie']?.[0]?.split(';')[0] as string };
  expect((await ask(live, { headers: session })).status).toBe(200);
  expect((await ask(live)).status).toBe(401);
  expect((await ask(live, { headers: right })).status).toBe(200);
}, 30_000);
