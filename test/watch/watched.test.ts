import { beforeEach, describe, expect, test } from 'vitest';
import { Watched } from '../../src/watch/watched.ts';
import { destination, HERE, results, THERE } from './support.ts';

let watched: Watched;

beforeEach(() => {
  watched = new Watched();
  watched.setSources([HERE, THERE]);
  watched.setDestination(destination(1));
  watched.setDestination(destination(2, { source_id: THERE.id }));
});

const keys = (): string[] => watched.rows.map(({ title, source }) => `${title} ${source}`);
const row = (id: number, source = HERE) =>
  watched.rows.find((each) => each.id === id && each.sourceId === source.id);

test('each source has a row for what it probes', () => {
  expect(keys()).toEqual(['192.0.2.1 here', '192.0.2.1 there', '192.0.2.2 there']);
  expect([...watched.counts]).toEqual([['waiting', 3]]);
});

test('results belong to their source', () => {
  for (const result of results(1, [1, 2, 3])) watched.take(result);
  for (const result of results(1, ['timeout', 'timeout', 'timeout'], THERE)) watched.take(result);
  expect([row(1)?.state, row(1, THERE)?.state]).toEqual(['up', 'down']);
});

describe('an edit', () => {
  beforeEach(() => {
    for (const result of results(1, [1, 2, 3])) watched.take(result);
  });

  test('of a name keeps what is known', () => {
    watched.setDestination(destination(1, { name: 'renamed' }));
    expect(row(1)).toMatchObject({ title: 'renamed', state: 'up' });
  });

  test('that pauses shows so, and one that resumes begins anew', () => {
    watched.setDestination(destination(1, { active: false }));
    expect(row(1)?.state).toBe('paused');
    watched.setDestination(destination(1));
    expect(row(1)?.state).toBe('waiting');
  });

  test('of the address begins anew', () => {
    watched.setDestination(destination(1, { address: '192.0.2.99' }));
    expect(row(1)).toMatchObject({ label: '192.0.2.99', state: 'waiting' });
  });

  test('that makes a row invalid says why', () => {
    watched.setDestination(destination(1, { ttl: 0 }));
    expect(row(1)?.live.problem).toBe('ttl 0: expected a whole number from 1 to 255');
  });

  test('that gives it to another source takes it from this one', () => {
    watched.setDestination(destination(1, { source_id: THERE.id }));
    expect(keys()).toEqual(['192.0.2.1 there', '192.0.2.2 there']);
    watched.setDestination(destination(1, { source_id: HERE.id }));
    expect(keys()).toEqual(['192.0.2.1 here', '192.0.2.2 there']);
  });

  test('that removes it removes it everywhere', () => {
    watched.removeDestination(1);
    watched.removeDestination(1);
    expect(keys()).toEqual(['192.0.2.2 there']);
    for (const result of results(1, [1])) watched.take(result);
    expect(keys()).toEqual(['192.0.2.2 there']);
  });
});

test('a source that comes gets rows, and one that goes takes them along', () => {
  watched.setSources([HERE]);
  expect(keys()).toEqual(['192.0.2.1 here']);
  watched.setSources([HERE, THERE]);
  expect(keys()).toEqual(['192.0.2.1 here', '192.0.2.1 there', '192.0.2.2 there']);
});

test('a source that only says that it is there changes nothing', () => {
  const { rows } = watched;
  watched.setSources([{ ...HERE, seen: 5n }, THERE]);
  expect(watched.rows).toBe(rows);
});
