import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, test } from 'vitest';
import { sortChunk } from '../../src/storage/sqlite/results.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { onPostgres, temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { addResults, connection, objects, pinger } from './support.ts';

const folder = temporaryFolder();

let database: string;
let dataSource: DataSource;

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', 'tcp://example.com:443');
  dataSource = await connection(database);
});

/** 2024-11-19T07:06:40Z and so many ms, as rtime. */
const at = (ms: number): string => `${1_732_000_000_000 + ms}000000`;

const FULL = {
  rtime: '1732000000123199999',
  address: '192.0.2.1',
  rsite: 3,
  rhost: 4,
  rtt: 0.123457,
  rtype: 1,
  rcode: 0,
  icmptype: 0,
  rid: 1792,
  rseq: 65_535,
  datamatch: 1,
  doubt: 'delayed',
  rttl: 64,
  destination_id: 1,
  source_id: 7,
};

const EXPECTED = {
  ...FULL,
  id: 1,
  destination: '192.0.2.1',
  source: 'probe-1',
  outcome: 'reply',
  datamatch: true,
};

const BARE = { rtime: '9223372036854775807', destination_id: 99, outcome: 'timeout' };

const addSource = () => dataSource.query("INSERT INTO sources (id, sourceid, name) VALUES (7, 7, 'probe-1')");

const csvOf = (text: string): Record<string, string>[] => parse(text, { columns: true });

/** All rows of a Parquet file; timestamps as the nanoseconds that are stored. */
const parquetOf = async (path: string) => {
  const parsers = { timestampFromNanoseconds: (ns: bigint) => ns } as never;
  return parquetReadObjects({ file: await asyncBufferFromFile(path), parsers });
};

describe('results', () => {
  test('as JSON lines: every column, rtime to the nanosecond', async () => {
    await addSource();
    await addResults(dataSource, [FULL, BARE]);
    const [first, second] = objects(await pinger(database, 'export', 'results', '--format', 'jsonl'));
    expect(first).toEqual(EXPECTED);
    expect(second).toEqual({
      ...Object.fromEntries(Object.keys(EXPECTED).map((column) => [column, null])),
      id: 2,
      destination: '#99',
      ...BARE,
    });
  });

  test('as CSV: a header, CRLF, and quotes around what needs them (RFC 4180)', async () => {
    await addSource();
    await dataSource.query('UPDATE sources SET name = $1 WHERE id = 7', ['a "b",\nc']);
    await addResults(dataSource, [FULL, BARE]);
    const { stdout } = await pinger(database, 'export', 'results');
    expect(stdout.split('\r\n')).toEqual([
      'id,rtime,destination_id,destination,source_id,source,address,outcome,doubt,rseq,rtt,rttl,rtype,icmptype,rcode,rid,datamatch,rsite,rhost',
      '1,1732000000123199999,1,192.0.2.1,7,"a ""b"",\nc",192.0.2.1,reply,delayed,65535,0.123457,64,1,0,0,1792,true,3,4',
      '2,9223372036854775807,99,#99,,,,timeout,,,,,,,,,,,',
      '',
    ]);
  });

  test('as Parquet: exact times and numbers, text in dictionaries, nulls', async () => {
    await addSource();
    await addResults(dataSource, [FULL, BARE]);
    const path = join(folder(), 'results.parquet');
    const ended = await pinger(database, 'export', 'results', '--output', path);
    expect(ended).toEqual({ code: 0, stdout: `Wrote 2 results to ${path}.\n`, stderr: '' });
    const [first, second] = await parquetOf(path);
    expect(first).toEqual({ ...EXPECTED, id: 1n, rtime: 1732000000123199999n });
    expect(second).toMatchObject({ id: 2n, rtime: 9223372036854775807n, rtt: null, outcome: 'timeout' });
    const { schema, row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(schema.find(({ name }) => name === 'rtime')).toMatchObject({
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
    });
    const text = row_groups[0]?.columns.filter(({ meta_data }) => meta_data?.type === 'BYTE_ARRAY');
    expect(text?.map(({ meta_data }) => meta_data?.path_in_schema[0])).toEqual([
      'destination',
      'source',
      'address',
      'outcome',
      'doubt',
    ]);
    for (const { meta_data } of text ?? []) expect(meta_data?.encodings).toContain('RLE_DICTIONARY');
  });

  test('more rows than a row group and a page hold, each once and in order', async () => {
    await dataSource.query(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 103000)
      INSERT INTO results (id, rtime, rtt, outcome, destination_id) SELECT i * 3, 1732000000000000000 + i, i / 8.0, 'reply', 1 FROM n`);
    const path = join(folder(), 'results.parquet');
    expect((await pinger(database, 'export', 'results', '--output', path)).code).toBe(0);
    const rows = await parquetOf(path);
    expect(rows).toHaveLength(103_000);
    expect(
      rows.every(
        ({ id, rtime, rtt }, index) =>
          id === 3n * BigInt(index + 1) &&
          rtime === 1732000000000000000n + BigInt(index + 1) &&
          rtt === (index + 1) / 8,
      ),
    ).toBe(true);
    const { row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(row_groups).toHaveLength(3);
    const { stdout } = await pinger(database, 'export', 'results');
    expect(csvOf(stdout).map(({ id }) => Number(id))).toEqual(rows.map(({ id }) => Number(id)));
    while (!onPostgres && (await inTransaction(dataSource, sortChunk)));
    const since = ['--since', new Date(1732000000000).toISOString()];
    expect((await pinger(database, 'export', 'results', ...since)).stdout).toBe(stdout);
    expect((await pinger(database, 'export', 'results', '--until', '2024-11-19')).stdout).toMatch(
      /^id,[^\n]*\n$/,
    );
  });

  test('of an empty table are a header, nothing, and a file without rows', async () => {
    expect((await pinger(database, 'export', 'results')).stdout).toMatch(/^id,rtime,.*\r\n$/);
    expect((await pinger(database, 'export', 'results', '--format', 'jsonl')).stdout).toBe('');
    const path = join(folder(), 'results.parquet');
    await pinger(database, 'export', 'results', '-o', path);
    expect(await parquetOf(path)).toEqual([]);
  });

  test.skipIf(onPostgres)(
    'that somebody made nonsense of are exported as they are; Parquet leaves empty what has another type',
    async () => {
      await addResults(dataSource, [
        { rttl: 'far', rseq: 2 ** 40 },
        { rtime: 'now', rsite: 'here' },
      ]);
      const lines = objects(await pinger(database, 'export', 'results', '--format', 'jsonl'));
      expect(lines).toMatchObject([
        { rttl: 'far', rseq: 2 ** 40 },
        { rtime: 'now', rsite: 'here' },
      ]);
      const path = join(folder(), 'results.parquet');
      const ended = await pinger(database, 'export', 'results', '--output', path);
      expect(ended.code).toBe(0);
      expect(ended.stderr.split('\n')).toContain(
        'pinger: column rttl: 1 value of another type than integer; left empty',
      );
      expect(await parquetOf(path)).toMatchObject([
        { rttl: null, rseq: null },
        { rtime: null, rsite: null },
      ]);
    },
  );

  test('are those that pass the filters', async () => {
    await addResults(
      dataSource,
      Array.from({ length: 60 }, (_, index) => ({
        rtime: at(index * 1000),
        destination_id: (index % 3) + 1,
        outcome: ['reply', 'timeout', 'late', 'refused'][index % 4],
      })),
    );
    const ids = async (...filter: string[]) =>
      objects(await pinger(database, 'export', 'results', '--format', 'jsonl', ...filter)).map(
        ({ id }) => id,
      );
    expect(await ids('--destination', 'tcp://example.com:443', '--outcome', 'timeout,late')).toEqual([
      2, 11, 14, 23, 26, 35, 38, 47, 50, 59,
    ]);
    expect(await ids('--since', '2024-11-19T07:07:35Z')).toEqual([56, 57, 58, 59, 60]);
    expect(await ids('--since', '2024-11-19T07:07:35Z', '--until', '2024-11-19T07:07:37Z')).toEqual([56, 57]);
    expect(await ids('--until', '2024-11-19T07:06:40Z')).toEqual([]);
    expect((await pinger(database, 'export', 'results', '--destination', '7')).stderr).toContain(
      'there is no destination 7',
    );
  });
});

test('statistics are the figures of "pinger stats"', async () => {
  await addResults(dataSource, [{ rtt: 1.5 }, { rtt: 2.5 }, { outcome: 'timeout' }]);
  const shown = objects(await pinger(database, 'stats', '--json'));
  expect(objects(await pinger(database, 'export', 'statistics', '--format', 'jsonl'))).toMatchObject(shown);
  const [first] = csvOf((await pinger(database, 'export', 'statistics')).stdout);
  expect(first).toMatchObject({
    destination: '192.0.2.1',
    sent: '3',
    lost: '1',
    avg: '2',
    loss: String(1 / 3),
  });
  const path = join(folder(), 'statistics.parquet');
  await pinger(database, 'export', 'statistics', '-o', path);
  expect(await parquetOf(path)).toMatchObject([
    { destination_id: 1, sent: 3n, loss: 1 / 3 },
    { destination: 'tcp://example.com:443', sent: 0n, loss: null },
  ]);
});

test('destinations are the columns of the table', async () => {
  await pinger(database, 'destinations', 'pause', '2');
  const rows = csvOf((await pinger(database, 'export', 'destinations')).stdout);
  expect(rows).toMatchObject([
    { id: '1', active: 'true', address: '192.0.2.1', protocol: '3', port: '', interval: '1000' },
    { id: '2', active: 'false', address: 'example.com', protocol: '2', port: '443', name: '' },
  ]);
  const path = join(folder(), 'destinations.parquet');
  await pinger(database, 'export', 'destinations', '-o', path);
  expect(await parquetOf(path)).toMatchObject([
    { id: 1, active: true },
    { id: 2, port: 443, name: null },
  ]);
});
