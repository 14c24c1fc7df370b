import { expect, test } from 'vitest';
import { serving } from './support.ts';

const serve = serving();

const served = () => serve({ database: 'sqlite::memory:', source: 'here' });

const JSON_TYPE = { 'content-type': 'application/json' };

const deep = (depth: number) =>
  `{"name":"x","kind":"webhook","settings":${'{"a":'.repeat(depth - 2)}{}${'}'.repeat(depth - 2)}}`;

test.each<[string, string | Buffer<ArrayBuffer>, Record<string, string>, number, string]>([
  ['not UTF-8', Buffer.from('{"address":"\xff"}', 'latin1'), {}, 400, 'body: expected UTF-8'],
  ['half a character', Buffer.from('{"address":"é"}').subarray(0, 13), {}, 400, 'body: expected UTF-8'],
  [
    'a thousand times what a destination has',
    `{"address":"x",${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`)}}`,
    {},
    400,
    'body: expected no more than 20000 values',
  ],
  ['packed', '{}', { 'content-encoding': 'gzip' }, 415, 'content-encoding "gzip": expected none'],
  [
    'a hundred thousand lists',
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    {},
    400,
    'body: expected values in no more than 32 others',
  ],
  [
    'half a hundred thousand lists',
    '['.repeat(100_000),
    {},
    400,
    'body: expected values in no more than 32 others',
  ],
])('a body that is %s is refused in one line', async (_, body, headers, status, detail) => {
  const api = await served();
  const init = { body, headers: { ...JSON_TYPE, ...headers } };
  expect(await api.problem('POST', 'destinations', undefined, init)).toMatchObject({ status, detail });
});

test('settings as deep as a stack is not are refused, and what is in a text does not count', async () => {
  const api = await served();
  const ask = (body: string) =>
    api.problem('POST', 'alert-channels', undefined, { body, headers: JSON_TYPE });
  expect(await ask(deep(20_000))).toMatchObject({
    status: 400,
    detail: expect.stringContaining('32 others'),
  });
  expect(await ask(deep(32))).toMatchObject({ status: 422, detail: expect.stringContaining('settings') });
  const text = { address: '192.0.2.1', name: '[{"\\'.repeat(50) };
  const { status, body } = await api.ask<{ added: { name: string }[] }>('POST', 'destinations', text);
  expect([status, body.added[0]?.name]).toEqual([201, text.name]);
});
