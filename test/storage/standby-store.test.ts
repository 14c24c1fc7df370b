import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { StandbyStore } from '../../src/storage/standby-store.ts';
import { DatabaseError } from '../../src/storage/store.ts';
import { LogBook, source } from '../support/fakes.ts';
import { temporaryFolder } from '../support/files.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';

const folder = temporaryFolder();
const file = () => join(folder(), 'spill', 'standby.json');

/** A database that can be away, and whose source has a key. */
class AwayStore extends MemoryStore {
  away: DatabaseError | undefined;
  key = 'key';

  override async open(): Promise<void> {
    if (this.away) throw this.away;
  }

  override async source() {
    return { ...source, key: this.key };
  }
}

const unreachable = new DatabaseError('database x: the server cannot be reached', true);

let clock: ManualClock;
let logger: LogBook;
let inner: AwayStore;

const begin = () => new StandbyStore({ store: inner, file: file(), clock, logger });

/** A first process, which has seen two destinations. */
async function prepare(): Promise<void> {
  inner.put({ address: '192.0.2.1' });
  inner.put({ address: '192.0.2.2' });
  const store = begin();
  await store.open();
  await store.destinations(await store.source('here'));
  await store.close();
}

beforeEach(() => {
  clock = new ManualClock();
  logger = new LogBook();
  inner = new AwayStore();
});

test('while the database is away, the copy says what there is; then what has changed meanwhile', async () => {
  await prepare();
  inner.away = unreachable;
  const store = begin();
  await store.open();
  expect(logger.of('database.away')).toMatchObject([{ error: unreachable.message, destinations: 2 }]);
  const here = await store.source('here');
  expect(here).toEqual({ ...source, key: 'key' });
  expect(await store.isEmpty()).toBe(false);
  const { revision, rows } = await store.destinations(here);
  expect(rows.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
  await expect(store.edited(revision)).rejects.toThrow(unreachable);
  await expect(store.append(here, { writer: 'w', number: 1, rows: [] })).rejects.toThrow(unreachable);
  expect(await store.lastSeen(here)).toBeNull();

  inner.put({ address: '192.0.2.3' });
  inner.away = undefined;
  await clock.advance(1000);
  expect(await store.edited(revision)).toBe(true);
  const delta = await store.changes(here, revision);
  expect(delta?.changed.map(({ address }) => address)).toEqual(['192.0.2.3']);
  await store.close();
  expect(JSON.parse(readFileSync(file(), 'utf8')).destinations).toHaveLength(3);
});

test('edits are in the copy within some seconds', async () => {
  await prepare();
  const store = begin();
  await store.open();
  const here = await store.source('here');
  const { revision } = await store.destinations(here);
  inner.remove(1);
  await store.changes(here, revision);
  await clock.advance(3000);
  while (JSON.parse(readFileSync(file(), 'utf8')).destinations.length > 1) await sleep(5);
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
    source: { key: 'key' },
    destinations: [{ address: '192.0.2.2' }],
  });
  await store.close();
});

test('destinations that the copy has may be named, new ones cannot be added', async () => {
  await prepare();
  inner.away = unreachable;
  const store = begin();
  await store.open();
  await store.source('here');
  const known = { address: '192.0.2.2', protocol: 3 };
  expect(await store.addDestinations([known])).toMatchObject({ added: [], existing: [{ id: 2 }] });
  await expect(store.addDestinations([known, { address: '192.0.2.9', protocol: 3 }])).rejects.toThrow(
    unreachable,
  );
  await store.close();
});

test.each([
  ['there is no copy', () => {}],
  ['the copy is cut off', () => writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, -1))],
  [
    'the copy is of a newer version',
    () => writeFileSync(file(), readFileSync(file(), 'utf8').replace('"version":1', '"version":2')),
  ],
])('it is the error that it is where %s', async (what, damage) => {
  if (what !== 'there is no copy') await prepare();
  damage();
  inner.away = unreachable;
  await expect(begin().open()).rejects.toThrow(unreachable);
});

test('what does not pass by itself is an error, copy or not; and so is another source', async () => {
  await prepare();
  inner.away = new DatabaseError('database x: password authentication failed', false);
  await expect(begin().open()).rejects.toThrow(inner.away);
  inner.away = unreachable;
  const store = begin();
  await store.open();
  await expect(store.source('there')).rejects.toThrow(unreachable);
});

test('a database whose source is another one gets nothing', async () => {
  await prepare();
  inner.away = unreachable;
  const store = begin();
  await store.open();
  const here = await store.source('here');
  inner.away = undefined;
  inner.key = 'another';
  await clock.advance(1000);
  await expect(store.append(here, { writer: 'w', number: 1, rows: ['[]'] })).rejects.toThrow(
    `database: its source here is another one than that of ${file()}; remove that file where this is right`,
  );
  expect(inner.results).toEqual([]);
});

test('a copy that cannot be written is told, and harms nothing', async () => {
  writeFileSync(join(folder(), 'spill'), 'in the way');
  const store = begin();
  await store.open();
  await store.destinations(await store.source('here'));
  await store.close();
  expect(logger.of('standby.unwritten')).toHaveLength(1);
  expect(existsSync(file())).toBe(false);
});
