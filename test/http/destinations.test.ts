import { describe, expect, test } from 'vitest';
import type { DestinationBody } from '../../src/http/schemas/destination.ts';
import { onPostgres, shell, temporaryDatabase } from '../support/databases.ts';
import { serving } from './support.ts';

const serve = serving();

interface Added {
  added: DestinationBody[];
  existing: DestinationBody[];
}

async function served() {
  const database = await temporaryDatabase();
  return { api: await serve({ database, source: 'here' }), database };
}

const list = async (api: Awaited<ReturnType<typeof served>>['api']) =>
  (await api.get<{ destinations: DestinationBody[] }>('destinations')).body.destinations;

test('all of many are listed, by id, as are certain ones', async () => {
  const { api, database } = await served();
  const values = Array.from({ length: 1201 }, (_, n) => `('192.0.2.1', ${100_000 + n})`);
  await shell(database, `INSERT INTO destinations (address, "interval") VALUES ${values}`);
  expect((await list(api)).map(({ interval }) => interval)).toEqual(
    Array.from({ length: 1201 }, (_, n) => 100_000 + n),
  );
  const ids = Array.from({ length: 700 }, (_, n) => 2 * n + 1);
  const { body } = await api.get<{ destinations: DestinationBody[] }>(`destinations?id=${ids}`);
  expect(body.destinations.map(({ id }) => id)).toEqual(ids.filter((id) => id <= 1201));
});

test('a change or removal of what somebody else has changed meanwhile is refused where that is asked for', async () => {
  const { api, database } = await served();
  await api.ask('POST', 'destinations', { address: '192.0.2.1', active: false });
  const read = await api.get<DestinationBody>('destinations/1');
  const tag = read.headers.get('etag') as string;
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  await shell(database, 'UPDATE destinations SET timeout = 700');
  const by = (method: string, match: string, body?: object) =>
    api.ask<DestinationBody>(method, 'destinations/1', undefined, {
      headers: { 'if-match': match, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const late = await by('PATCH', tag, { interval: 5000 });
  expect(late).toMatchObject({
    status: 412,
    body: { detail: 'it has been changed meanwhile: read it again' },
  });
  expect((await by('DELETE', tag)).status).toBe(412);
  expect((await api.get<DestinationBody>('destinations/1')).headers.get('etag')).toBe(
    late.headers.get('etag'),
  );
  const changed = await by('PATCH', `"other", ${late.headers.get('etag')}`, { interval: 5000 });
  expect(changed).toMatchObject({ status: 200, body: { interval: 5000, timeout: 700 } });
  expect((await by('PATCH', '*', { interval: 6000 })).status).toBe(200);
  expect((await by('DELETE', changed.headers.get('etag') as string)).status).toBe(412);
  expect((await by('DELETE', (await api.get('destinations/1')).headers.get('etag') as string)).status).toBe(
    204,
  );
});

describe('adding', () => {
  test('one is answered with its place, and what the table has of it', async () => {
    const { api } = await served();
    const { status, headers, body } = await api.ask<Added>('POST', 'destinations', {
      address: 'tcp://[2001:db8::1]:443',
      interval: 5000,
      name: 'wéb',
    });
    expect(status).toBe(201);
    const [row] = body.added;
    expect(row).toEqual({
      id: 1,
      active: true,
      address: '2001:db8::1',
      protocol: 'tcp6',
      port: 443,
      interval: 5000,
      timeout: 1000,
      ttl: 64,
      data: '',
      name: 'wéb',
      source_id: null,
      label: 'tcp://[2001:db8::1]:443',
      size: 0,
      problem: null,
    });
    const there = await api.get(headers.get('location') as string);
    expect(there.body).toEqual(row);
    expect(await list(api)).toEqual([row]);
  });

  test('what is there already keeps its settings, and is said to be there', async () => {
    const { api } = await served();
    await api.ask('POST', 'destinations', { address: '192.0.2.1', interval: 7000 });
    const again = await api.ask<Added>('POST', 'destinations', { address: '192.0.2.1', interval: 1000 });
    expect(again).toMatchObject({ status: 200, body: { added: [], existing: [{ id: 1, interval: 7000 }] } });
    expect(again.headers.get('location')).toBeNull();
    const some = await api.ask<Added>('POST', 'destinations', [
      { address: '192.0.2.1' },
      { address: '192.0.2.2' },
      { address: '192.0.2.2' },
    ]);
    expect(some).toMatchObject({ status: 201, body: { added: [{ id: 2 }], existing: [{ id: 1 }] } });
    expect(await list(api)).toHaveLength(2);
  });

  test('a thousand at once are added, and one more is refused', async () => {
    const { api } = await served();
    const many = Array.from({ length: 1000 }, (_, n) => ({
      address: `198.18.${n >> 8}.${n & 255}`,
      active: false,
    }));
    const { status, body } = await api.ask<Added>('POST', 'destinations', many);
    expect([status, body.added.length]).toEqual([201, 1000]);
    const problem = await api.problem('POST', 'destinations', [...many, { address: '192.0.2.1' }]);
    expect(problem).toMatchObject({ status: 400, detail: 'body: expected at most 1000 destinations' });
    expect(await list(api)).toHaveLength(1000);
  });

  test.each<[object, number, string, string]>([
    [{ address: '' }, 422, '/address', 'address is empty: expected a host name or IP address'],
    [{ address: 'a..b' }, 422, '/address', 'address "a..b": neither an IP address nor a host name'],
    [
      { address: 'tcp://a.example:80', port: 81 },
      422,
      '/address',
      'address tcp://a.example:80 does not go with port 81',
    ],
    [
      { address: '192.0.2.1', protocol: 'tcp' },
      422,
      '/port',
      'port is missing: protocol 2 (TCP) needs one, from 1 to 65535',
    ],
    [{ address: '192.0.2.1', ttl: 256 }, 422, '/ttl', 'ttl 256: expected a whole number from 1 to 255'],
    [{ address: '192.0.2.1', source_id: 9 }, 422, '/source_id', 'source_id 9: there is no such source'],
    [
      { address: '192.0.2.1', interval: '5s' },
      400,
      '/interval',
      '/interval: expected number, received string',
    ],
    [{}, 400, '/address', '/address: expected string, received undefined'],
    [
      { address: 'x', colour: 'red' },
      400,
      '',
      'body: there is no column "colour": expected address, active, protocol, port, interval, timeout, ttl, data, name, source_id',
    ],
    [{ address: 'x', name: 'a\0b' }, 400, '/name', '/name: has a character that no database holds: U+0000'],
  ])('%j is refused in one line', async (body, status, pointer, detail) => {
    const { api } = await served();
    const problem = await api.problem('POST', 'destinations', body);
    expect(problem).toMatchObject({ status, detail, errors: [{ pointer }] });
    expect(await list(api)).toEqual([]);
  });

  test('where one of many is wrong, none is added, and it says which', async () => {
    const { api } = await served();
    const problem = await api.problem('POST', 'destinations', [
      { address: '192.0.2.1' },
      { address: '192.0.2.2', timeout: 0 },
    ]);
    expect(problem.detail).toBe('/1: timeout 0: expected a whole number from 1 to 2147483647 ms');
    expect(problem.errors).toEqual([
      { pointer: '/1/timeout', detail: 'timeout 0: expected a whole number from 1 to 2147483647 ms' },
    ]);
    expect(await list(api)).toEqual([]);
  });
});

describe('changing', () => {
  test('what is given is changed, what is not stays', async () => {
    const { api } = await served();
    await api.ask('POST', 'destinations', { address: '192.0.2.1', name: 'one', data: 'abc' });
    const changed = await api.ask<DestinationBody>('PATCH', 'destinations/1', {
      address: 'udp://192.0.2.53:53',
      name: null,
      active: false,
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { address: '192.0.2.53', protocol: 'udp', port: 53, name: null, active: false, data: 'abc' },
    });
    expect((await api.get('destinations/1')).body).toEqual(changed.body);
  });

  test.each<[object, number, string]>([
    [{ protocol: 'tcp' }, 422, 'port is missing: protocol 2 (TCP) needs one, from 1 to 65535'],
    [{ interval: 2 ** 31 }, 422, 'interval 2147483648: expected a whole number from 1 to 2147483647 ms'],
    [{ source_id: 12 }, 422, 'source_id 12: there is no such source'],
    [{ source_id: 2 ** 40 }, 422, 'source_id 1099511627776: there is no such source'],
    [{}, 400, 'body: nothing to change: expected one of the columns of a destination'],
    [
      { id: 2 },
      400,
      'body: there is no column "id": expected address, active, protocol, port, interval, timeout, ttl, data, name, source_id',
    ],
  ])('%j is refused, and nothing is changed', async (body, status, detail) => {
    const { api } = await served();
    await api.ask('POST', 'destinations', { address: '192.0.2.1' });
    const before = await list(api);
    expect(await api.problem('PATCH', 'destinations/1', body)).toMatchObject({ status, detail });
    expect(await list(api)).toEqual(before);
  });

  test('what changes nothing does not touch the row', async () => {
    const { api, database } = await served();
    await api.ask('POST', 'destinations', { address: '192.0.2.1', name: 'one' });
    const revision = () => shell(database, 'SELECT max(revision) FROM destination_changes');
    const before = await revision();
    const same = await api.ask('PATCH', 'destinations/1', { name: 'one', active: true, interval: 1000 });
    expect(same.status).toBe(200);
    expect(await revision()).toBe(before);
    await api.ask('PATCH', 'destinations/1', { interval: 2000 });
    expect(await revision()).not.toBe(before);
  });

  test('a row that somebody else has made wrong can be paused and named, and says what is wrong with it', async () => {
    const { api, database } = await served();
    await shell(database, "INSERT INTO destinations (address, protocol, ttl) VALUES ('192.0.2.1', 99, 300)");
    const { body } = await api.get<DestinationBody>('destinations/1');
    expect(body).toMatchObject({
      protocol: null,
      ttl: 300,
      problem: expect.stringMatching(/^protocol 99: /),
    });
    expect((await api.ask('PATCH', 'destinations/1', { active: false, name: 'odd' })).status).toBe(200);
    expect(await api.problem('PATCH', 'destinations/1', { ttl: 3 })).toMatchObject({
      status: 422,
      detail: expect.stringMatching(/^protocol 99: /),
    });
    expect((await api.ask('PATCH', 'destinations/1', { ttl: 3, protocol: 'icmp' })).body).toMatchObject({
      problem: null,
    });
  });

  test.skipIf(onPostgres)('a row with values of other types is shown', async () => {
    const { api, database } = await served();
    await shell(
      database,
      "INSERT INTO destinations (address, interval, data, name, port, active) VALUES (12, 'often', x'ff', 7, 'http', 5)",
    );
    expect((await list(api))[0]).toMatchObject({
      address: '12',
      interval: 0,
      port: null,
      active: true,
      problem: expect.any(String),
    });
  });
});

describe('removing', () => {
  test('takes the row, and says so where there is none', async () => {
    const { api } = await served();
    await api.ask('POST', 'destinations', [{ address: '192.0.2.1' }, { address: '192.0.2.2' }]);
    const gone = await api.ask('DELETE', 'destinations/1');
    expect([gone.status, gone.body]).toEqual([204, undefined]);
    expect((await list(api)).map(({ id }) => id)).toEqual([2]);
    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { ttl: 3 }]] as const)
      expect(await api.problem(method, 'destinations/1', body)).toMatchObject({
        status: 404,
        detail: 'there is no destination 1',
      });
  });
});

test('some rows are read by their ids', async () => {
  const { api } = await served();
  await api.ask(
    'POST',
    'destinations',
    [1, 2, 3].map((n) => ({ address: `192.0.2.${n}` })),
  );
  const { body } = await api.get<{ destinations: DestinationBody[] }>('destinations?id=3,1,99');
  expect(body.destinations.map(({ id }) => id)).toEqual([1, 3]);
});
