import { beforeEach, expect, test } from 'vitest';
import { Credentials } from '../../src/access/credentials.ts';
import { hashOf } from '../../src/access/secret.ts';
import { SILENT } from '../../src/logger.ts';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';
import { typing } from '../support/typing.ts';
import { connection, objects, pinger } from './support.ts';

let database: string;

beforeEach(async () => {
  database = await temporaryDatabase();
});

const PASSWORD = 'correct horse battery';

const add = (name: string, ...options: string[]) =>
  typing(`${PASSWORD}\n`, () => pinger(database, 'users', 'add', name, '--password-stdin', ...options));

const list = async (what = 'users') => objects(await pinger(database, what, 'list', '--json'));

/** Whether a user gets in. */
async function canSignIn(name: string, password: string): Promise<boolean> {
  const access = new SeparateAccess(database);
  try {
    const credentials = new Credentials({ database: access, logger: SILENT });
    return (await credentials.signIn(name, password, '192.0.2.1')) !== undefined;
  } finally {
    await access.close();
  }
}

test('a user is added, with the database where there is none, and can sign in', async () => {
  expect(await add('ada', '--role', 'editor')).toEqual({
    code: 0,
    stdout: 'User ada: added as editor.\n',
    stderr: '',
  });
  expect(await add('grace')).toMatchObject({ code: 0, stdout: 'User grace: added as viewer.\n' });
  expect(await list()).toEqual([
    { id: 1, name: 'ada', role: 'editor', created: expect.any(Number) },
    { id: 2, name: 'grace', role: 'viewer', created: expect.any(Number) },
  ]);
  expect((await pinger(database, 'users', 'list')).stdout).toMatch(
    /^name {3}role {4}created\nada {4}editor {2}\d{4}-\d\d-\d\d \d\d:\d\d\ngrace {2}viewer {2}\d{4}-.*\n$/,
  );
  expect(await canSignIn('ada', PASSWORD)).toBe(true);
  expect(await canSignIn('ada', `${PASSWORD} `)).toBe(false);
});

test('with another password, and without the user, sessions end', async () => {
  await add('ada');
  expect(await canSignIn('ada', PASSWORD)).toBe(true);
  expect(await shell(database, 'SELECT count(*) FROM sessions')).toBe('1');
  const set = typing('another horse battery\r\nand more', () =>
    pinger(database, 'users', 'set', 'ada', '--password-stdin', '--role', 'editor'),
  );
  expect(await set).toEqual({ code: 0, stdout: 'User ada: changed.\n', stderr: '' });
  expect(await shell(database, 'SELECT count(*) FROM sessions')).toBe('0');
  expect(await canSignIn('ada', PASSWORD)).toBe(false);
  expect(await canSignIn('ada', 'another horse battery')).toBe(true);
  expect((await list())[0]).toMatchObject({ role: 'editor' });

  const { stdout } = await pinger(database, 'users', 'remove', 'ada');
  expect(stdout.split('\n')[0]).toBe('User ada: removed.');
  expect(stdout).toContain('There is no user and no token any more');
  expect(await shell(database, 'SELECT count(*) FROM sessions')).toBe('0');
  expect(await list()).toEqual([]);
});

test('a role alone leaves the sessions', async () => {
  await add('ada');
  await canSignIn('ada', PASSWORD);
  await pinger(database, 'users', 'set', 'ada', '--role', 'editor');
  expect(await shell(database, 'SELECT count(*) FROM sessions')).toBe('1');
});

test.each([
  [
    ['users', 'add', 'ada', '--password-stdin'],
    1,
    'there is a user ada already; "pinger users set" changes it',
  ],
  [['users', 'add', '', '--password-stdin'], 2, 'expected a name of at most 64 letters'],
  [['users', 'add', 'a b', '--password-stdin'], 2, 'expected a name of at most 64 letters'],
  [['users', 'add', '-x', '--password-stdin'], 2, "unknown option '-x'"],
  [['users', 'add', 'grace', '--role', 'admin'], 2, 'Allowed choices are viewer, editor'],
  [
    ['users', 'add', 'grace'],
    2,
    'there is no terminal to ask for the password on: give it with --password-stdin',
  ],
  [['users', 'set', 'ada'], 2, 'nothing to change: give --role, --password or --password-stdin'],
  [
    ['users', 'set', 'nobody', '--role', 'viewer'],
    1,
    'there is no user nobody; "pinger users list" shows those there are',
  ],
  [['users', 'remove', 'nobody'], 1, 'there is no user nobody'],
  [
    ['tokens', 'remove', 'nothing'],
    1,
    'there is no token nothing; "pinger tokens list" shows those there are',
  ],
  [['tokens', 'add', 'prometheus'], 1, 'there is a token prometheus already'],
  [['tokens', 'add', 'x', '--expires', 'soon'], 2, '"soon" is not a time'],
  [['tokens', 'add', 'x', '--expires', '0'], 2, 'expected a time from 1s to 36500d'],
  [['tokens', 'add', 'x/y'], 2, 'expected a name of at most 64 letters'],
])('%j changes nothing and takes one line', async (args, code, message) => {
  await add('ada');
  await pinger(database, 'tokens', 'add', 'prometheus');
  const before = [await list(), await list('tokens')];
  const ended = await typing(`${PASSWORD}\n`, () => pinger(database, ...args));
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect([await list(), await list('tokens')]).toEqual(before);
});

test('a short password is refused, and nothing of it told', async () => {
  const ended = await typing('hunter2\n', () => pinger(database, 'users', 'add', 'ada', '--password-stdin'));
  expect(ended).toEqual({
    code: 2,
    stdout: '',
    stderr: 'the password has 7 characters: expected 12 or more\n',
  });
});

test('a token is printed once, and only its hash is kept', async () => {
  const { stdout, stderr } = await pinger(database, 'tokens', 'add', 'prometheus', '--expires', '90d');
  expect(stdout).toMatch(/^pinger_[A-Za-z0-9_-]{43}\n$/);
  expect(stderr).toBe('Token prometheus: added as viewer. It is shown only now:\n');
  expect(await shell(database, 'SELECT hash FROM tokens')).toBe(hashOf(stdout.trim()));
  const [token] = await list('tokens');
  expect(token).toEqual({
    id: 1,
    name: 'prometheus',
    role: 'viewer',
    created: expect.any(Number),
    used: null,
    expires: expect.any(Number),
  });
  expect(Number(token?.expires) - Number(token?.created)).toBe(90 * 86_400_000);
  await pinger(database, 'tokens', 'add', 'deploy', '--role', 'editor');
  const listed = (await pinger(database, 'tokens', 'list')).stdout.split('\n');
  expect(listed[0]).toMatch(/^name +role +created +last used +expires$/);
  expect(listed[1]).toMatch(/^deploy +editor +\S+ \S+ +never +never$/);
  expect(listed[2]).toMatch(/^prometheus +viewer +\S+ \S+ +never +\d{4}-\S+ \S+$/);
  await shell(database, "UPDATE tokens SET expires = 1 WHERE name = 'prometheus'");
  expect((await pinger(database, 'tokens', 'list')).stdout).toContain('has expired');
  expect((await pinger(database, 'tokens', 'remove', 'prometheus')).stdout).toBe(
    'Token prometheus: removed.\n',
  );
  expect((await pinger(database, 'tokens', 'remove', 'deploy')).stdout).toContain('no token any more');
});

test('empty tables tell what makes a row', async () => {
  await connection(database);
  expect((await pinger(database, 'users', 'list')).stdout).toBe(
    'There are no users. "pinger users add NAME" makes one.\n',
  );
  expect((await pinger(database, 'tokens', 'list')).stdout).toBe(
    'There are no tokens. "pinger tokens add NAME" makes one.\n',
  );
});
