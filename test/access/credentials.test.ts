import type { DataSource } from 'typeorm';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Credentials, canAnybody, SESSION_LIFE } from '../../src/access/credentials.ts';
import { hashOf } from '../../src/access/secret.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { addToken, addUser, PASSWORD } from '../http/guard/support.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { LogBook } from '../support/fakes.ts';

const HERE = '192.0.2.1';

let dataSource: DataSource;
let access: SeparateAccess;
let log: LogBook;
let now: number;

beforeEach(async () => {
  const url = await temporaryDatabase();
  dataSource = await openDatabase(url, { create: true, lockTimeout: 1000 });
  onTestFinished(() => dataSource.destroy());
  access = new SeparateAccess(url);
  onTestFinished(() => access.close());
  log = new LogBook();
  now = Date.now();
});

const credentials = () => new Credentials({ database: access, logger: log, now: () => now });

test('a session lasts for seven days of nobody using it', async () => {
  await addUser(dataSource, 'ada', 'editor');
  const opened = await credentials().signIn('ada', PASSWORD, HERE);
  const secret = opened?.secret as string;
  expect(opened?.principal).toEqual({ name: 'ada', kind: 'user', role: 'editor' });
  now += SESSION_LIFE - 1000;
  // Used, it goes on.
  expect(await credentials().ofSession(secret)).toEqual(opened?.principal);
  await access.edit(async () => undefined);
  now += SESSION_LIFE - 1000;
  expect(await credentials().ofSession(secret)).toEqual(opened?.principal);
  await access.edit(async () => undefined);
  now += SESSION_LIFE + 1000;
  expect(await credentials().ofSession(secret)).toBeUndefined();
});

test('what has expired goes when somebody signs in, and the oldest of very many sessions', async () => {
  await addUser(dataSource, 'ada');
  const insert =
    'INSERT INTO sessions (hash, user_id, created, expires) VALUES ($1, 1, $2, CAST($3 AS bigint))';
  for (let n = 0; n < 105; n++)
    await dataSource.query(insert, [`hash-${n}`, n, n < 2 ? now - 1 : now + 1000]);
  const opened = await credentials().signIn('ada', PASSWORD, HERE);
  const left: { hash: string }[] = await dataSource.query('SELECT hash FROM sessions ORDER BY created');
  expect(left).toHaveLength(100);
  expect(left[0]).toEqual({ hash: 'hash-6' });
  expect(left.at(-1)).toEqual({ hash: hashOf(opened?.secret as string) });
});

test("what a role allows is as the table says now, and a user's as well as a token's", async () => {
  await addUser(dataSource, 'ada', 'viewer');
  const secret = (await credentials().signIn('ada', PASSWORD, HERE))?.secret as string;
  await dataSource.query("UPDATE users SET role = 'editor'");
  expect((await credentials().ofSession(secret))?.role).toBe('editor');
  const token = await addToken(dataSource, 'editor');
  expect(await credentials().ofToken(token, HERE)).toMatchObject({ kind: 'token', role: 'editor' });
  await expect(dataSource.query("UPDATE users SET role = 'admin'")).rejects.toThrow();
});

test('a token is one until it expires, and a session is none', async () => {
  const token = await addToken(dataSource, 'viewer', now + 1000);
  const known = credentials();
  expect(await known.ofToken(token, HERE)).toMatchObject({ role: 'viewer' });
  // What is remembered ends in time as well.
  now += 1000;
  expect(await known.ofToken(token, HERE)).toBeUndefined();
  expect(await known.ofToken(token.slice(0, -1), HERE)).toBeUndefined();
  expect(await known.ofToken('', HERE)).toBeUndefined();
  expect(await known.ofSession(token)).toBeUndefined();
});

test('who could get in is asked of users and of tokens that still are', async () => {
  expect([await credentials().exist(), await canAnybody(dataSource, now)]).toEqual([false, false]);
  await addToken(dataSource, 'viewer', now);
  // One that has expired opens nothing, and closes what is open to everybody.
  expect([await credentials().exist(), await canAnybody(dataSource, now)]).toEqual([true, false]);
  await addUser(dataSource, 'ada');
  expect([await credentials().exist(), await canAnybody(dataSource, now)]).toEqual([true, true]);
});

test('a password that is changed while it is checked opens no session', async () => {
  await addUser(dataSource, 'ada');
  const signingIn = credentials().signIn('ada', PASSWORD, HERE);
  // Hashing takes longer than this.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await dataSource.query("UPDATE users SET password = 'another'");
  expect(await signingIn).toBeUndefined();
  expect(await dataSource.query('SELECT * FROM sessions')).toEqual([]);
});
