import { expect, test } from 'vitest';
import { addSession, addToken, addUser, bearer, becomes, cookie, LATER, serve } from './support.ts';

/** Follows what is now, and notes by what name when that ends. */
async function follow(
  url: string,
  name: string,
  headers: Record<string, string>,
  ended: string[],
): Promise<void> {
  const response = await fetch(`${url}api/v1/live/events`, { headers });
  expect(response.status).toBe(200);
  const read = async () => {
    for await (const _ of response.body ?? []);
  };
  const end = () => ended.push(name);
  read().then(end, end);
}

test('a stream of events ends with the right to it', async () => {
  const { url, dataSource } = await serve();
  const [kept, lost] = [await addToken(dataSource, 'viewer'), await addToken(dataSource, 'viewer')];
  for (const name of ['ada', 'grace', 'out']) await addUser(dataSource, name);
  const session = async (name: string) => cookie(await addSession(dataSource, name, LATER));
  const out = await session('out');
  const ended: string[] = [];
  await follow(url, 'kept', bearer(kept), ended);
  await follow(url, 'lost', bearer(lost), ended);
  await follow(url, 'ada', await session('ada'), ended);
  await follow(url, 'grace', await session('grace'), ended);
  await follow(url, 'out', out, ended);
  await dataSource.query('DELETE FROM tokens WHERE name = $1', [`token-${lost.slice(-8)}`]);
  await dataSource.query("DELETE FROM users WHERE name = 'ada'");
  expect((await fetch(`${url}api/v1/session`, { method: 'DELETE', headers: out })).status).toBe(204);
  await becomes(3, async () => ended.length, 25_000);
  expect(ended.sort()).toEqual(['ada', 'lost', 'out']);
}, 40_000);

test('a stream that was open to everybody ends with the first user', async () => {
  const { url, dataSource } = await serve();
  const ended: string[] = [];
  await follow(url, 'anybody', {}, ended);
  await addUser(dataSource, 'ada');
  await becomes(1, async () => ended.length, 25_000);
}, 40_000);
