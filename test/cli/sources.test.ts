import { beforeEach, expect, test } from 'vitest';
import { temporaryDatabase } from '../support/databases.ts';
import { connection, objects, pinger } from './support.ts';

let database: string;

beforeEach(async () => {
  database = await temporaryDatabase();
  const dataSource = await connection(database);
  await dataSource.query("INSERT INTO sources (sourceid, name) VALUES (0, 'alpha'), (7, 'beta'), (9, NULL)");
});

const list = async () => objects(await pinger(database, 'sources', 'list', '--json'));

test('list shows all columns', async () => {
  expect((await pinger(database, 'sources', 'list')).stdout.split('\n')).toEqual([
    'id  location  host  sourceid  address  name',
    ' 1         0     0         0  -        alpha',
    ' 2         0     0         7  -        beta',
    ' 3         0     0         9  -        -',
    '',
  ]);
  expect((await list())[1]).toEqual({
    id: 2,
    location: 0,
    host: 0,
    sourceid: 7,
    address: null,
    name: 'beta',
  });
});

test('set changes what is given', async () => {
  const options = [
    '--location',
    '12',
    '--host',
    '3',
    '--sourceid',
    '255',
    '--address',
    '2001:db8::1',
    '--name',
    'gamma',
  ];
  expect((await pinger(database, 'sources', 'set', 'alpha', ...options)).stdout).toBe(
    'Source 1 (gamma): changed.\n',
  );
  expect((await list())[0]).toEqual({
    id: 1,
    location: 12,
    host: 3,
    sourceid: 255,
    address: '2001:db8::1',
    name: 'gamma',
  });
  await pinger(database, 'sources', 'set', 'gamma', '--address', '', '--sourceid', '255');
  expect((await list())[0]).toMatchObject({ address: null, sourceid: 255, location: 12 });
});

test('set gives a name to a source that has none', async () => {
  await pinger(database, 'sources', 'set', '3', '--name', 'delta');
  expect((await list())[2]).toMatchObject({ id: 3, name: 'delta' });
});

test.each([
  [['alpha', '--location', '5', '--sourceid', '7'], 1, 'sourceid 7 is taken by source 2 (beta)'],
  [['alpha', '--name', 'beta'], 1, 'name beta is taken by source 2 (beta)'],
  [['omega', '--host', '1'], 1, 'there is no source omega;'],
  [['1', '--host', '1'], 1, 'there is no source 1;'],
  [['alpha'], 2, 'nothing to change'],
  [['alpha', '--sourceid', '256'], 2, 'expected a whole number from 0 to 255'],
  [['alpha', '--location', '-1'], 2, 'is not a whole number'],
  [['alpha', '--name', ''], 2, 'a source needs a name'],
  [['alpha', '--address', '1.2.3'], 2, 'not an IPv4 address'],
])('set %j changes nothing and takes one line', async (args, code, message) => {
  const before = await list();
  const ended = await pinger(database, 'sources', 'set', ...args);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(await list()).toEqual(before);
});

test('neither command makes a database', async () => {
  const none = await temporaryDatabase();
  for (const args of [['list'], ['set', 'alpha', '--host', '1']])
    expect(await pinger(none, 'sources', ...args)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^database .*: there is none yet.*\n$/),
    });
});

test('an empty table tells where sources come from', async () => {
  const empty = await temporaryDatabase();
  await connection(empty);
  expect((await pinger(empty, 'sources', 'list')).stdout).toContain('pinger run');
});
