import type { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import type { ResultBody, ResultsPage } from '../../src/http/schemas/result.ts';
import { addResults, connection } from '../cli/support.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';
import { type Served, serving } from './support.ts';

const serve = serving();

const SECOND = 1_000_000_000n;
const T0 = 1_732_000_000n * SECOND;

async function served(): Promise<{ api: Served; dataSource: DataSource; database: string }> {
  const database = await temporaryDatabase();
  const api = await serve({ database, source: 'here' });
  return { api, database, dataSource: await connection(database) };
}

/** `count` results of destinations 1 to 3 in turn, a second apart; every tenth is lost. */
const some = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    rtime: String(T0 + BigInt(from + n) * SECOND),
    destination_id: ((from + n) % 3) + 1,
    source_id: ((from + n) % 2) + 1,
    rseq: from + n,
    rtt: 1.5,
    outcome: (from + n) % 10 === 0 ? 'timeout' : 'reply',
  }));

/** All pages of a query; `meanwhile` happens between them. */
async function pages(api: Served, query: string, meanwhile = async () => {}): Promise<ResultBody[][]> {
  const found: ResultBody[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { body }: { body: ResultsPage } = await api.get(`results?${query}${after}`);
    found.push(body.results);
    cursor = body.next;
    await meanwhile();
  }
  return found;
}

const sequences = (found: readonly ResultBody[][]) => found.flat().map(({ rseq }) => rseq as number);

const newestFirst = (count: number, isWanted = (_: number) => true) =>
  Array.from({ length: count }, (_, n) => count - 1 - n).filter(isWanted);

test('pages hold every result once, the newest first, whatever is stored meanwhile', async () => {
  const { api, dataSource } = await served();
  await addResults(dataSource, some(250));
  let more = 250;
  const meanwhile = async () => {
    await addResults(dataSource, some(7, more));
    more += 7;
  };
  const found = await pages(api, 'limit=40', meanwhile);
  expect(found.map(({ length }) => length)).toEqual([40, 40, 40, 40, 40, 40, 10]);
  expect(sequences(found)).toEqual(newestFirst(250));
});

test.each<[string, (n: number) => boolean]>([
  ['destination=2', (n) => n % 3 === 1],
  ['destination=1,3', (n) => n % 3 !== 1],
  ['source=2', (n) => n % 2 === 1],
  ['destination=1&source=1', (n) => n % 3 === 0 && n % 2 === 0],
  ['outcome=timeout', (n) => n % 10 === 0],
  ['outcome=timeout&destination=1', (n) => n % 30 === 0],
  ['since=1732000100000', (n) => n >= 100],
  ['until=1732000100000', (n) => n < 100],
  ['since=1732000050000&until=1732000100000&destination=3', (n) => n >= 50 && n < 100 && n % 3 === 2],
  ['destination=99', () => false],
  ['outcome=reply,timeout', () => true],
])('%s: nothing else, and nothing twice', async (query, isWanted) => {
  const { api, dataSource } = await served();
  await addResults(dataSource, some(300));
  expect(sequences(await pages(api, `${query}&limit=17`))).toEqual(newestFirst(300, isWanted));
  expect(sequences(await pages(api, `${query}&limit=1000`))).toEqual(newestFirst(300, isWanted));
});

test('results of one moment are told apart', async () => {
  const { api, dataSource } = await served();
  await addResults(
    dataSource,
    some(30).map((row) => ({ ...row, rtime: String(T0), destination_id: 1 })),
  );
  for (const query of ['limit=7', 'limit=7&destination=1'])
    expect(sequences(await pages(api, query)).sort((a, b) => a - b)).toEqual(newestFirst(30).reverse());
});

test('a result has all columns, its time to the nanosecond', async () => {
  const { api, dataSource, database } = await served();
  await api.ask('POST', 'destinations', { address: 'tcp://192.0.2.1:443', active: false });
  await addResults(dataSource, [
    {
      ...{ rtime: '1732000000123199999', address: '192.0.2.1', rsite: 3, rhost: 4, rtt: 0.123457, rtype: 6 },
      ...{ rid: 1792, rseq: 65_535, doubt: 'delayed', rttl: 64, destination_id: 1, source_id: 7 },
    },
  ]);
  const { body } = await api.get<ResultsPage>('results');
  expect(body).toEqual({
    next: null,
    results: [
      {
        ...{ id: 1, rtime: '1732000000123199999', destination_id: 1, destination: 'tcp://192.0.2.1:443' },
        ...{ source_id: 7, address: '192.0.2.1', outcome: 'reply', doubt: 'delayed', rtt: 0.123457 },
        ...{ rttl: 64, rtype: 6, icmptype: null, rcode: null, rid: 1792, rseq: 65_535, datamatch: null },
        ...{ rsite: 3, rhost: 4 },
      },
    ],
  });
  // What no pinger writes is left out.
  await shell(database, "INSERT INTO results (rtime, outcome) VALUES (1, 'odd')");
  expect((await api.get<ResultsPage>('results')).body).toEqual(body);
});

test.each([
  ['cursor=x', 'cursor: "x": expected what "next" of the page before says'],
  ['limit=1001', 'limit: "1001": expected a whole number from 1 to 1000'],
  [
    'outcome=lost',
    'outcome: "lost": expected reply, refused, unreachable, ttl_exceeded, timeout, unsent, late, duplicate',
  ],
  ['destination=1,b', 'destination: "b": expected ids, such as 1 or 1,2,3'],
  ['since=1h&until=2h', 'until: expected a later time than since'],
  ['since=yesterday', 'since: "yesterday" is no time: expected 1h, 30m and the like, or 2024-11-23T21:00'],
  ['since=1&since=2', 'since: expected one value'],
  ['until=99999999999999', 'until: "99999999999999" is too late: the last moment is 9223372036000'],
])('%s is refused', async (query, detail) => {
  const api = await serve({ database: 'sqlite::memory:' });
  expect(await api.problem('GET', `results?${query}`)).toMatchObject({ status: 400, detail });
});
