import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHUNK } from '../../../src/storage/sqlite/results.ts';
import { encodeResult } from '../../../src/storage/store.ts';
import { TypeormStore } from '../../../src/storage/typeorm-store.ts';
import { temporaryFolder } from '../../support/files.ts';
import { sqlite } from '../../support/sqlite-shell.ts';

const folder = temporaryFolder();
let file: string;
let store: TypeormStore;
let number = 0;

beforeEach(async () => {
  file = join(folder(), 'pinger.db');
  store = new TypeormStore(`sqlite:${file}`);
  await store.open();
});
afterEach(() => store.close());

const START = 1_764_000_000_000_000_000n;

const row = (n: number): string =>
  encodeResult({
    destination_id: (n % 7) + 1,
    rtime: START + BigInt((n * 7919) % 100_000_000) * 1_000n,
    address: n % 11 === 0 ? null : `192.0.2.${n % 7}`,
    rtt: n % 11 === 0 ? null : n / 1000,
    rtype: n % 11 === 0 ? null : 1,
    rcode: 0,
    icmptype: 0,
    rid: 256,
    rseq: n % 65_536,
    datamatch: n % 11 === 0 ? null : n % 13 !== 0,
    rttl: 60 + (n % 2),
    outcome: n % 11 === 0 ? 'timeout' : 'reply',
    doubt: n % 17 === 0 ? 'delayed' : null,
    sentAt: null,
    reason: null,
  });

async function append(from: number, to: number): Promise<void> {
  const source = await store.source('here');
  for (let first = from; first < to; first += 4000) {
    const rows = Array.from({ length: Math.min(4000, to - first) }, (_, n) => row(first + n));
    await store.append(source, { writer: 'test', number: ++number, rows });
  }
}

const COLUMNS = `id, rtime, destination_id, address, CAST(round(rtt * 1e6) AS INTEGER), rtype, rseq, datamatch, rttl, outcome, doubt`;

const shown = (n: number): string => {
  const [rtime, rtt, rseq, destination, address, rtype, , , , datamatch, rttl, outcome, doubt] = JSON.parse(
    row(n),
  );
  const flag = datamatch === null ? null : Number(datamatch);
  return [n + 1, rtime, destination, address, rtt, rtype, rseq, flag, rttl, outcome, doubt].join('|');
};

test('rows are the same, with the same ids, as they came and sorted into chunks', async () => {
  // It is looked after only now and then.
  const count = 3 * CHUNK + 9000;
  await append(0, count);
  await store.close();
  expect(sqlite(file, 'SELECT count(*) FROM result_chunks')).toBe('2');
  expect(Number(sqlite(file, 'SELECT count(*) FROM recent_results'))).toBeGreaterThanOrEqual(CHUNK);
  const rows = sqlite(file, `SELECT ${COLUMNS} FROM results ORDER BY id`).split('\n');
  expect(rows).toHaveLength(count);
  for (let n = 0; n < count; n++) if (rows[n] !== shown(n)) expect(rows[n]).toBe(shown(n));
});

test('located_results find ids and times without reading other chunks, and are the same as results', async () => {
  await append(0, 3 * CHUNK);
  await store.close();
  const ids = 'id > 32760 AND last_id > 32760 AND id <= 32780 AND first_id <= 32780';
  const plan = sqlite(file, `EXPLAIN QUERY PLAN SELECT id FROM located_results WHERE ${ids}`);
  expect(plan).toContain('SEARCH recent USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)');
  expect(plan).toContain('SEARCH chunk USING INDEX result_chunks_last_id (last_id>?)');
  expect(plan).toContain('SEARCH sorted USING PRIMARY KEY (chunk_id=?)');
  const range = Array.from({ length: 20 }, (_, n) => 32_761 + n);
  expect(
    sqlite(file, `SELECT id FROM located_results WHERE ${ids} ORDER BY id`).split('\n').map(Number),
  ).toEqual(range);
  expect(
    sqlite(
      file,
      `SELECT count(*) FROM (SELECT ${COLUMNS} FROM located_results EXCEPT SELECT ${COLUMNS} FROM results)`,
    ),
  ).toBe('0');
  expect(
    sqlite(
      file,
      'SELECT count(*) = sum(id BETWEEN first_id AND last_id AND rtime BETWEEN first_rtime AND last_rtime) FROM located_results',
    ),
  ).toBe('1');
  expect(sqlite(file, 'SELECT id FROM newest_result')).toBe(String(3 * CHUNK));
});

test('what results have in common is kept once, also by another process', async () => {
  await append(0, 2000);
  const kinds = sqlite(file, 'SELECT count(*) FROM result_kinds');
  await store.close();
  store = new TypeormStore(`sqlite:${file}`);
  await store.open();
  await append(0, 2000);
  expect(sqlite(file, 'SELECT count(*) FROM result_kinds')).toBe(kinds);
  expect(
    sqlite(
      file,
      `SELECT count(*) FROM (SELECT DISTINCT destination_id, address, rttl, datamatch, outcome, doubt
    FROM result_kinds)`,
    ),
  ).toBe(kinds);
  expect(sqlite(file, 'SELECT count(*) FROM results')).toBe('4000');
});

test('anybody may insert and delete single results with SQL', async () => {
  await append(0, 2 * CHUNK + 10);
  await store.close();
  sqlite(
    file,
    "INSERT INTO results (rtime, address, rtt, destination_id) VALUES (5, '192.0.2.99', 1.25, 77)",
  );
  sqlite(file, 'INSERT INTO results (rtime, destination_id) VALUES (6, 77)');
  expect(
    sqlite(file, 'SELECT rtime, address, rtt, outcome FROM results WHERE destination_id = 77 ORDER BY id'),
  ).toBe('5|192.0.2.99|1.25|reply\n6|||reply');
  sqlite(file, 'DELETE FROM results WHERE destination_id IN (1, 77)');
  const left = 2 * CHUNK + 10 - Math.ceil((2 * CHUNK + 10) / 7);
  expect(sqlite(file, 'SELECT count(*), count(DISTINCT id) FROM results')).toBe(`${left}|${left}`);
  expect(sqlite(file, 'SELECT count(*) FROM results WHERE destination_id = 1')).toBe('0');
});

test('a change of the source’s place is in all results from then on, and in none before', async () => {
  await append(0, 100);
  sqlite(file, 'UPDATE sources SET location = 31');
  await append(100, 200);
  sqlite(file, 'UPDATE sources SET location = 0');
  await append(200, 300);
  expect(sqlite(file, 'SELECT rsite, count(*), min(id) FROM results GROUP BY rsite ORDER BY rsite')).toBe(
    '0|200|1\n31|100|101',
  );
});
