import { expect, test } from 'vitest';
import { SystemClock } from '../../src/io/clock.ts';

const clock = new SystemClock();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a timer beyond 2^31 - 1 ms, which Node would call back at once, waits', async () => {
  let called = false;
  const timer = clock.setTimer(clock.now() + 2 ** 31 + 10_000, () => {
    called = true;
  });
  await sleep(50);
  expect(called).toBe(false);
  timer.cancel();
});

test('a timer never calls back early, and not from within setTimer', async () => {
  for (const wait of [-5, 0, 0.3, 1, 3.7, 10.2]) {
    const at = clock.now() + wait;
    let inside = true;
    const calledAt = await new Promise<number>((resolve) => {
      clock.setTimer(at, () => {
        expect(inside).toBe(false);
        resolve(clock.now());
      });
      inside = false;
    });
    expect(calledAt).toBeGreaterThanOrEqual(at);
  }
});

test('a cancelled timer does not call back', async () => {
  let called = false;
  clock
    .setTimer(clock.now() + 5, () => {
      called = true;
    })
    .cancel();
  await sleep(30);
  expect(called).toBe(false);
});

test('time is monotonic, finer than a microsecond, and wall time follows the host’s clock', () => {
  const readings = Array.from({ length: 1000 }, () => clock.now());
  for (const [n, reading] of readings.entries()) expect(reading).toBeGreaterThanOrEqual(readings[n - 1] ?? 0);
  expect(readings.some((reading) => (reading * 1000) % 1 !== 0)).toBe(true);
  const wall = Number(clock.wall(clock.now()) / 1_000_000n);
  expect(Math.abs(wall - Date.now())).toBeLessThanOrEqual(5);
});
