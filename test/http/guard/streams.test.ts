import { expect, test } from 'vitest';
import { addToken, bearer, becomes, serve } from './support.ts';

test('a stream of events ends with the right to it', async () => {
  const { url, dataSource } = await serve();
  const [kept, lost] = [await addToken(dataSource, 'viewer'), await addToken(dataSource, 'viewer')];
  const ended: string[] = [];
  const follow = async (token: string) => {
    const response = await fetch(`${url}api/v1/live/events`, { headers: bearer(token) });
    expect(response.status).toBe(200);
    const read = async () => {
      for await (const _ of response.body ?? []);
    };
    read().then(
      () => ended.push(token),
      () => ended.push(token),
    );
  };
  await follow(kept);
  await follow(lost);
  await dataSource.query('DELETE FROM tokens WHERE name = $1', [`token-${lost.slice(-8)}`]);
  await becomes(1, async () => ended.length, 25_000);
  expect(ended).toEqual([lost]);
}, 40_000);
