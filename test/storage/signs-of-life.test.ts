import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Gap } from '../../src/entities/gap.ts';
import type { Source } from '../../src/entities/source.ts';
import { timeoutResult } from '../../src/probing/results.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { encodeResult, type NewGap } from '../../src/storage/store.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { temporaryFolder } from '../support/files.ts';
import { route, settings } from '../support/probes.ts';

const folder = temporaryFolder();
let url: string;
let store: TypeormStore;
let here: Source;

beforeEach(async () => {
  url = `sqlite:${join(folder(), 'pinger.db')}`;
  store = new TypeormStore(url);
  await store.open();
  here = await store.source('here');
});
afterEach(() => store.close());

/** As an entity, whose times are exact. */
async function stored(): Promise<Omit<Gap, 'id' | 'stored_start' | 'stored_end'>[]> {
  const database = await openDatabase(url, { create: false, lockTimeout: 1000 });
  const gaps = await database.getRepository(Gap).find({ order: { id: 'ASC' } });
  await database.destroy();
  return gaps.map(({ source_id, start, end, reason }) => ({ source_id, start, end, reason }));
}

const NOW = 1_732_000_000_000_000_001n;

test('a source was seen when it last said so, or when its newest result came', async () => {
  const other = await store.source('other');
  expect(await store.lastSeen(here)).toBeNull();
  await store.note(here, { seen: NOW, gaps: [] });
  expect(await store.lastSeen(here)).toBe(NOW);
  const rows = [NOW + 5n, NOW + 9n].map((rtime) =>
    encodeResult(
      timeoutResult(
        { settings: settings(), route: route(), rseq: 1 } as Parameters<typeof timeoutResult>[0],
        rtime,
        null,
      ),
    ),
  );
  await store.append(here, { writer: 'test', number: 1, rows });
  expect(await store.lastSeen(here)).toBe(NOW + 9n);
  // A clock that was set back says something else, and is right.
  await store.note(here, { seen: NOW - 7n, gaps: [] });
  expect(await store.lastSeen(here)).toBe(NOW - 7n);
  expect(await store.lastSeen(other)).toBeNull();
});

test('a gap is exact, and one that is told again has its new end', async () => {
  const down: NewGap = { start: NOW, end: NOW + 3n, reason: 'down' };
  const cut: NewGap = { start: NOW, end: NOW + 5n, reason: 'cut_off' };
  await store.note(here, { seen: NOW, gaps: [down, cut] });
  await store.note(here, { seen: NOW, gaps: [{ ...cut, end: NOW + 8n }] });
  expect(await stored()).toEqual([
    { source_id: here.id, ...down },
    { source_id: here.id, ...cut, end: NOW + 8n },
  ]);
});

test('what cannot be stored as a whole leaves no trace', async () => {
  const bad = { start: NOW, end: NOW, reason: null } as unknown as NewGap;
  await expect(
    store.note(here, { seen: NOW, gaps: [{ start: NOW, end: NOW + 1n, reason: 'down' }, bad] }),
  ).rejects.toThrow(/NOT NULL/);
  expect(await stored()).toEqual([]);
  expect(await store.lastSeen(here)).toBeNull();
});
