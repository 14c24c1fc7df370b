import { expect, test } from 'vitest';
import type { SeriesBody } from '../../src/http/schemas/statistics.ts';
import { addResults, connection } from '../cli/support.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';
import { serving } from './support.ts';

const serve = serving();

const MINUTE = 60_000;
const T0 = 1_732_000_020_000;

/** Two sources and a destination, whose results are a second apart: of source 1 for ten minutes, each tenth lost; of source 2 for five. */
async function served() {
  const database = await temporaryDatabase();
  const api = await serve({ database, source: 'here' });
  await shell(database, "INSERT INTO sources (sourceid, name) VALUES (9, 'there')");
  await api.ask('POST', 'destinations', { address: '192.0.2.1', active: false });
  const result = (source_id: number, n: number) => ({
    rtime: `${T0 + n * 1000}000000`,
    ...{ destination_id: 1, source_id, rseq: n },
    ...(n % 10 === 0 && source_id === 1
      ? { outcome: 'timeout' }
      : { outcome: 'reply', rtt: source_id * 10 + (n % 60) / 60, rtype: 1, datamatch: true }),
  });
  await addResults(await connection(database), [
    ...Array.from({ length: 600 }, (_, n) => result(1, n)),
    ...Array.from({ length: 300 }, (_, n) => result(2, n)),
  ]);
  await shell(
    database,
    `INSERT INTO gaps (source_id, start, "end", reason) VALUES (1, ${T0 - MINUTE}000000, ${T0 + 1500}000000, 'down'),
      (2, ${T0 + 300_000}000000, ${T0 + 500_000}000000, 'cut_off')`,
  );
  return { api, database };
}

const SPAN = `since=${T0}&until=${T0 + 10 * MINUTE}`;

test('a series has what became of all probes in equal steps, of all sources together or of one', async () => {
  const { api } = await served();
  const all = (await api.get<SeriesBody>(`destinations/1/series?${SPAN}&step=1m`)).body;
  expect(all).toMatchObject({
    destination_id: 1,
    source_id: null,
    since: T0,
    until: T0 + 10 * MINUTE,
    step: MINUTE,
  });
  expect(all.start).toEqual(Array.from({ length: 10 }, (_, n) => T0 + n * MINUTE));
  expect(all.sent).toEqual([...Array(5).fill(120), ...Array(5).fill(60)]);
  expect(all.timeout).toEqual(Array(10).fill(6));
  expect(all.lost).toEqual(all.timeout);
  expect(all.gaps).toEqual([
    { source_id: 1, start: T0, end: T0 + 1500, reason: 'down' },
    { source_id: 2, start: T0 + 300_000, end: T0 + 500_000, reason: 'cut_off' },
  ]);
  const one = (await api.get<SeriesBody>(`destinations/1/series?${SPAN}&step=1m&source=2`)).body;
  expect(one).toMatchObject({ source_id: 2, sent: Array(5).fill(60), lost: Array(5).fill(0) });
  expect(one.gaps.map(({ source_id }) => source_id)).toEqual([2]);
  for (const [index, min] of one.min.entries()) {
    const bands = [min, one.p5[index], one.p25[index], one.p50[index], one.p95[index], one.max[index]];
    expect(bands).toEqual([...bands].sort((a, b) => (a as number) - (b as number)));
    expect(min).toBe(20);
    expect(one.max[index]).toBeCloseTo(20 + 59 / 60, 5);
  }
});

test('steps are no more than asked for', async () => {
  const { api } = await served();
  const few = (await api.get<SeriesBody>(`destinations/1/series?${SPAN}&points=3`)).body;
  expect(few.start.length).toBeLessThanOrEqual(3);
  expect(few.sent.reduce((sum, sent) => sum + sent, 0)).toBe(900);
});

test('a span without results is empty; a destination that there never was is not there', async () => {
  const { api } = await served();
  expect((await api.get<SeriesBody>('destinations/1/series?since=1h')).body).toMatchObject({
    start: [],
    p50: [],
  });
  expect(await api.problem('GET', 'destinations/7/series')).toMatchObject({ status: 404 });
  await api.ask('DELETE', 'destinations/1');
  expect((await api.get<SeriesBody>(`destinations/1/series?${SPAN}`)).body.start.length).toBeGreaterThan(0);
});

test.each([
  ['points=0', 'points: "0": expected a whole number from 1 to 1000'],
  ['step=0', 'step: "0": expected more than 0'],
  ['step=soon', 'step: "soon" is not a time: expected a number and a unit, such as 200ms, 10s or 1h'],
  ['source=here', 'source: "here": expected a whole number'],
  ['since=2024-11-23&until=2024-11-22', 'until: expected a later time than since'],
])('a series with %s is refused', async (query, detail) => {
  const api = await serve({ database: 'sqlite::memory:' });
  expect(await api.problem('GET', `destinations/1/series?${query}`)).toMatchObject({ status: 400, detail });
});

test('statistics are those of docs/statistics.md, of all sources together or of each', async () => {
  const { api } = await served();
  const all = await api.get(`statistics?${SPAN}`);
  expect(all.body).toMatchObject({
    statistics: [
      {
        destination_id: 1,
        label: '192.0.2.1',
        source_id: null,
        sent: 900,
        lost: 60,
        max: expect.closeTo(20 + 59 / 60, 5),
      },
    ],
    gaps: [
      { source_id: 1, source: 'here', down: 1500 },
      { source_id: 2, source: 'there', cut_off: 200_000 },
    ],
  });
  const each = await api.get(`statistics?${SPAN}&by=source&destination=1`);
  expect(each.body).toMatchObject({
    statistics: [
      { source_id: 1, sent: 600, loss: 0.1 },
      { source_id: 2, sent: 300, loss: 0 },
    ],
  });
  expect((await api.get(`statistics?${SPAN}&source=2&destination=1`)).body).toMatchObject({
    statistics: [{ source_id: null, sent: 300 }],
    gaps: [{ source_id: 2 }],
  });
  expect(await api.problem('GET', 'statistics?by=destination')).toMatchObject({
    detail: 'by: expected source',
  });
});

test('gaps are told as far as they lie in the span', async () => {
  const { api } = await served();
  expect((await api.get(`gaps?${SPAN}&source=1`)).body).toEqual({
    gaps: [{ source_id: 1, source: 'here', start: T0, end: T0 + 1500, reason: 'down' }],
  });
});

test('sources are shown and changed', async () => {
  const { api } = await served();
  const { body } = await api.get<{ sources: { id: number; seen: number | null }[] }>('sources');
  expect(body.sources).toMatchObject([
    { id: 1, name: 'here', sourceid: 0, address: null },
    { id: 2, name: 'there', sourceid: 9 },
  ]);
  const changed = await api.ask('PATCH', 'sources/2', { location: 12, host: 3, name: 'elsewhere' });
  expect(changed.body).toMatchObject({ id: 2, location: 12, host: 3, sourceid: 9, name: 'elsewhere' });
});

test.each<[object, number, string]>([
  [{ sourceid: 0 }, 422, 'sourceid 0 is taken by source 1 (here)'],
  [{ name: 'here' }, 422, 'name here is taken by source 1 (here)'],
  [{ sourceid: 256 }, 400, '/sourceid: expected number to be <=255'],
  [{ name: '' }, 400, '/name: a source needs a name'],
  [{ address: 'a..b' }, 422, 'address "a..b": neither an IP address nor a host name'],
  [{ seen: 1 }, 400, 'body: there is no column "seen": expected location, host, sourceid, address, name'],
  [{}, 400, 'body: nothing to change: expected one of the columns of a source'],
])('a source is not changed by %j', async (body, status, detail) => {
  const { api } = await served();
  const before = (await api.get('sources/')).body;
  expect(await api.problem('PATCH', 'sources/2', body)).toMatchObject({ status, detail });
  expect((await api.get('sources/')).body).toEqual(before);
  expect(await api.problem('PATCH', 'sources/3', { host: 1 })).toMatchObject({
    status: 404,
    detail: 'there is no source 3',
  });
});

test('all of many gaps are told, in the order of their starts, each once', async () => {
  const { api, database } = await served();
  await shell(database, 'DELETE FROM gaps');
  // Ten begin at each moment, and the later ones have the lower ids.
  await shell(
    database,
    `WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 2499),
        moment AS (SELECT n, (${T0} + 1000 * ((2499 - n) / 10)) * 1000000 AS start FROM number)
      INSERT INTO gaps (source_id, start, "end", reason) SELECT n % 10, start, start + 500000000, 'cut_off' FROM moment`,
  );
  const { gaps } = (await api.get<{ gaps: { source_id: number; start: number }[] }>(`gaps?${SPAN}`)).body;
  expect(gaps).toHaveLength(2500);
  const { body } = await api.get<SeriesBody>(`destinations/1/series?${SPAN}`);
  expect(body.gaps.length).toBeGreaterThan(0);
  expect(gaps.map(({ start }) => start)).toEqual(
    Array.from({ length: 2500 }, (_, n) => T0 + 1000 * Math.floor(n / 10)),
  );
  expect(new Set(gaps.map(({ source_id, start }) => `${source_id} ${start}`)).size).toBe(2500);
});
