import { expect, test } from 'vitest';
import { PathStore } from '../../src/trace/path-store.ts';
import { source } from '../support/fakes.ts';

const row = {
  id: 1,
  active: true,
  address: '192.0.2.1',
  protocol: 3,
  interval: 1000,
  timeout: 1000,
  ttl: 1,
  data: '',
  port: null,
  name: null,
  source_id: null,
};

test('the feed has each row that was written since, once, as it is now', async () => {
  const store = new PathStore(source);
  expect(await store.isEmpty()).toBe(true);
  store.put(row);
  const { revision, rows } = await store.destinations();
  expect(rows).toEqual([row]);
  store.put({ ...row, id: 2, ttl: 2 });
  store.put({ ...row, active: false });
  store.put({ ...row, id: 2, ttl: 2, active: false });
  const delta = await store.changes(source, revision);
  expect(delta).toMatchObject({ removed: [], more: false });
  expect(delta.changed).toEqual([
    { ...row, id: 2, ttl: 2, active: false },
    { ...row, active: false },
  ]);
  expect((await store.changes(source, delta.revision)).changed).toEqual([]);
  expect(store.row(1)?.active).toBe(false);
});
