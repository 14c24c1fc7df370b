import { renameSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { databaseFile } from '../../src/storage/database-url.ts';
import { Reader } from '../../src/watch/reader.ts';
import { ResultsFeed } from '../../src/watch/results-feed.ts';
import { Watched } from '../../src/watch/watched.ts';
import { onPostgres, temporaryDatabase } from '../support/databases.ts';
import { connection, pinger } from './support.ts';

let database: string;
let dataSource: DataSource;

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', '192.0.2.2');
  dataSource = await connection(database);
  await dataSource.query("INSERT INTO sources (sourceid, name) VALUES (1, 'here'), (2, 'there')");
  await heard(1, 2);
});

/** Signs of life of some sources. */
const heard = async (...ids: number[]): Promise<void> => {
  await dataSource.query(`UPDATE sources SET seen = CAST($1 AS bigint) WHERE id IN (${ids})`, [
    `${BigInt(Date.now()) * 1_000_000n}`,
  ]);
};

/** Stores `count` results of each destination, one a second until now; every fourth is a timeout where that is asked for. */
async function store(
  count: number,
  { source = 1, destinations = [1, 2], lossy = false } = {},
): Promise<void> {
  const now = `${BigInt(Date.now()) * 1_000_000n}`;
  for (const id of destinations)
    await dataSource.query(
      `WITH RECURSIVE n (i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
        INSERT INTO results (rtime, destination_id, source_id, outcome, rtt)
        SELECT CAST($1 AS bigint) - (${count} - i) * 1000000000, ${id}, ${source},
          CASE WHEN ${lossy ? 'i % 4 = 0' : '1 = 0'} THEN 'timeout' ELSE 'reply' END,
          CASE WHEN ${lossy ? 'i % 4 = 0' : '1 = 0'} THEN NULL ELSE i END FROM n`,
      [now],
    );
}

async function begun(source?: string): Promise<Reader> {
  const access = new SeparateAccess(database);
  onTestFinished(() => access.close());
  const reader = new Reader({ access, source });
  await reader.begin();
  return reader;
}

const states = ({ watched }: Reader): string[] =>
  watched.rows.map(({ title, source, state }) => `${title} ${source} ${state}`);

test('begins with what there is', async () => {
  await store(100, { lossy: true });
  const reader = await begun('here');
  expect(states(reader)).toEqual(['192.0.2.1 here lossy', '192.0.2.2 here lossy']);
  const [row] = reader.watched.rows;
  expect(row?.live.loss).toBe(0.25);
  expect(row?.live.count).toBe(60);
  expect(row?.live.rtt).toBe(99);
  expect(row?.live.recent().at(-1)).toBe('lost');
  expect(reader.watched.newest).not.toBe(null);
});

test('finds results that lie far back, behind many of others', async () => {
  await store(3, { destinations: [1] });
  await store(30_000, { destinations: [2] });
  const reader = await begun('here');
  expect(reader.watched.rows.map(({ live }) => live.count)).toEqual([3, 60]);
});

test('follows results, and edits of the table', async () => {
  const reader = await begun('here');
  expect(states(reader)).toEqual(['192.0.2.1 here waiting', '192.0.2.2 here waiting']);
  await store(5, { destinations: [1] });
  await reader.read();
  expect(states(reader)).toEqual(['192.0.2.1 here up', '192.0.2.2 here waiting']);
  await pinger(database, 'destinations', 'pause', '2');
  await pinger(database, 'destinations', 'add', '192.0.2.3');
  await reader.read();
  expect(states(reader)).toEqual(['192.0.2.1 here up', '192.0.2.2 here paused', '192.0.2.3 here waiting']);
  await pinger(database, 'destinations', 'remove', '1');
  await dataSource.query('DELETE FROM destination_changes');
  await pinger(database, 'destinations', 'resume', '2');
  await reader.read();
  expect(states(reader)).toEqual(['192.0.2.2 here waiting', '192.0.2.3 here waiting']);
  expect(reader.problem).toBe(undefined);
});

test('tells sources apart', async () => {
  await store(5, { source: 1 });
  await store(4, { source: 2, destinations: [1], lossy: true });
  const reader = await begun();
  expect(states(reader)).toEqual([
    '192.0.2.1 here up',
    '192.0.2.1 there lossy',
    '192.0.2.2 here up',
    '192.0.2.2 there waiting',
  ]);
  await store(1, { source: 2, destinations: [2] });
  await reader.read();
  expect(states(reader)[3]).toBe('192.0.2.2 there up');
  expect(states(await begun('there'))).toEqual(['192.0.2.1 there lossy', '192.0.2.2 there up']);
  await expect(begun('nowhere')).rejects.toThrow(
    'there is no source nowhere; "pinger sources list" shows those there are',
  );
});

describe('a monitor that does not run', () => {
  const seen = async (id: number, ago: number) =>
    dataSource.query('UPDATE sources SET seen = CAST($1 AS bigint) WHERE id = $2', [
      `${BigInt(Date.now() - ago) * 1_000_000n}`,
      id,
    ]);

  test('is told of', async () => {
    await seen(1, 125_000);
    await seen(2, 3_600_000);
    const reader = await begun();
    expect(reader.problem).toBe('no monitor seems to run (here: heard of 2m ago, there: heard of 1h ago)');
    expect((await begun('here')).problem).toBe('no monitor seems to run (here: heard of 2m ago)');
    await heard(1);
    await reader.read();
    expect(reader.problem).toBe(undefined);
    expect(reader.remark).toBe('silent (there: heard of 1h ago)');
  });

  test('may have a clock that is wrong: whatever is new is a sign of life', async () => {
    await seen(1, 7_200_000);
    const reader = await begun('here');
    expect(reader.problem).toContain('heard of 2h ago');
    await seen(1, 7_195_000);
    await reader.read();
    expect(reader.problem).toBe(undefined);
  });

  test('is of the past when others were heard a day later', async () => {
    await seen(2, 90_000_000);
    expect(states(await begun())).toEqual(['192.0.2.1 here waiting', '192.0.2.2 here waiting']);
    expect(states(await begun('there'))).toHaveLength(2);
  });

  test('may never have run', async () => {
    await dataSource.query('DELETE FROM sources');
    const reader = await begun();
    expect(reader.problem).toBe('no monitor has run on this database yet; "pinger run" starts one');
    expect(reader.watched.rows.map(({ title, state }) => `${title} ${state}`)).toEqual([
      '192.0.2.1 waiting',
      '192.0.2.2 waiting',
    ]);
  });
});

test.skipIf(onPostgres)(
  'a database that is away is told of until it is back, and nothing is forgotten',
  async () => {
    await store(5);
    const reader = await begun('here');
    const file = databaseFile(database);
    renameSync(file, `${file}.away`);
    await reader.read();
    expect(reader.problem).toMatch(/^trying again: database .*: /);
    expect(states(reader)).toEqual(['192.0.2.1 here up', '192.0.2.2 here up']);
    renameSync(`${file}.away`, file);
    await store(1, { destinations: [1] });
    await reader.read();
    expect(reader.problem).toBe(undefined);
    expect(reader.watched.rows[0]?.live.count).toBe(6);
  },
);

test('where reading takes too long, it reads a share of the results, and all of them are equally likely', async () => {
  const watched = new Watched();
  watched.setSources([{ id: 1, name: 'here', seen: null }]);
  // 100 destinations whose results come in the same order each second.
  await dataSource.query(`WITH RECURSIVE n (i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
    INSERT INTO destinations (id, address) SELECT i, '192.0.2.9' FROM n`);
  for (const row of await dataSource.query('SELECT * FROM destinations'))
    watched.setDestination({ ...row, active: true });
  let now = 0;
  // Each look at the clock is a second later: the reading has taken one.
  const feed = new ResultsFeed({ watched, random: spread(), now: () => (now += 1000) });
  await feed.begin(dataSource);
  let read = 0;
  for (let second = 0; second < 30; second++) {
    await dataSource.query(`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)
      INSERT INTO results (rtime, destination_id, source_id, outcome, rtt) SELECT 1732000000000000000 + i, 1 + i / 50, 1, 'reply', 1 FROM n`);
    const before = total(watched);
    await feed.read(dataSource);
    const taken = total(watched) - before;
    expect(taken).toBe(Math.ceil(5000 * feed.share));
    read += taken;
  }
  expect(feed.share).toBe(0.2);
  expect(read).toBeLessThan(60_000);
  for (const { live } of watched.rows) expect(live.count).toBeGreaterThan(200);
  // With little to read all of it is read again.
  await store(10, { destinations: [1] });
  const [first] = watched.rows;
  const before = first?.live.count ?? 0;
  await feed.read(dataSource);
  expect(feed.share).toBe(1);
  expect(first?.live.count).toBe(before + 10);
});

/** Numbers from 0 to 1 that fill the span evenly. */
function spread(): () => number {
  let n = 0;
  return () => {
    n = (n + (Math.sqrt(5) - 1) / 2) % 1;
    return n;
  };
}

const total = ({ rows }: Watched): number => rows.reduce((sum, { live }) => sum + live.count, 0);
