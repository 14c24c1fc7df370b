import { expect, test } from 'vitest';
import { Remembered } from '../../src/access/remembered.ts';
import { DatabaseBusyError, DatabaseError } from '../../src/storage/store.ts';

test('an answer is asked for again after two seconds, and by all at once only once', async () => {
  let [now, asked] = [0, 0];
  const remembered = new Remembered<number>(() => now);
  const get = () => remembered.get('a', async () => ++asked);
  expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1]);
  now = 1999;
  expect(await get()).toBe(1);
  now = 2000;
  expect(await get()).toBe(2);
  remembered.forget('a');
  expect(await get()).toBe(3);
});

test('the last answer counts while the database has none, but for whom it had nothing', async () => {
  let now = 0;
  const remembered = new Remembered<number>(() => now);
  const fails = async () => {
    throw new DatabaseError('away', true);
  };
  await remembered.get('a', async () => 1);
  await remembered.get('b', async () => undefined);
  now = 1e9;
  expect(await remembered.get('a', fails)).toBe(1);
  await expect(remembered.get('b', fails)).rejects.toThrow('away');
  await expect(
    remembered.get('a', async () => {
      throw new TypeError('a mistake');
    }),
  ).rejects.toThrow('a mistake');
  // What the database does not know any more is not brought back by its being away.
  expect(await remembered.get('a', async () => undefined)).toBeUndefined();
  await expect(remembered.get('a', fails)).rejects.toThrow('away');
});

test('who keeps the database busy does not keep what has been taken from him', async () => {
  let now = 0;
  const remembered = new Remembered<number>(() => now);
  await remembered.get('a', async () => 1);
  now = 2000;
  const isBusy = async () => {
    throw new DatabaseBusyError('pinger.db');
  };
  await expect(remembered.get('a', isBusy)).rejects.toThrow('busy, others wait as well');
  expect(await remembered.get('a', async () => undefined)).toBeUndefined();
});

test('what is forgotten while it is asked for is not known afterwards', async () => {
  const remembered = new Remembered<number>(() => 0);
  let answer = (_: number) => {};
  const asked = remembered.get(
    'a',
    () =>
      new Promise<number>((resolve) => {
        answer = resolve;
      }),
  );
  remembered.forget('a');
  answer(1);
  expect(await asked).toBeUndefined();
  expect(remembered.has('a')).toBe(false);
});

test('no more than a thousand are kept', async () => {
  const remembered = new Remembered<number>(() => 0);
  for (let n = 0; n <= 1000; n++) await remembered.get(String(n), async () => n);
  expect(await remembered.get('1', async () => -1)).toBe(1);
  expect(await remembered.get('0', async () => -1)).toBe(-1);
});
