import { beforeEach, expect, test } from 'vitest';
import type { Libc } from '../../../src/io/libc.ts';
import { KernelTime } from '../../../src/io/linux/kernel-time.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Wall time when the monotonic clock was at zero, ns since the Unix epoch. */
let wallAtZero: bigint;
let clock: ManualClock;
let time: KernelTime;

const wall = () => wallAtZero + BigInt(Math.round(clock.now() * 1e6));

const libc = {
  clock_gettime(_: number, reading: BigInt64Array) {
    reading[0] = wall() / 1_000_000_000n;
    reading[1] = wall() % 1_000_000_000n;
    return 0;
  },
} as unknown as Libc;

/** What a struct timespec says now. */
function stamp(): DataView {
  const values = BigInt64Array.of(wall() / 1_000_000_000n, wall() % 1_000_000_000n);
  return new DataView(values.buffer);
}

beforeEach(async () => {
  wallAtZero = 1_800_000_000_123_456_789n;
  clock = new ManualClock();
  await clock.advance(1000.25);
  time = new KernelTime(libc, clock);
});

test('a stamp is where it was on the monotonic clock, to the nanosecond, months after the start as well', async () => {
  for (const later of [0, 0.000_001, 3.5, 86_400_000, 90 * 86_400_000]) {
    await clock.advance(later);
    const seen = stamp();
    const at = clock.now();
    await clock.advance(7);
    expect(time.compare()).toBe(true);
    expect(Math.abs(time.atView(seen, 0) - at)).toBeLessThan(1e-5);
  }
});

test.each([-3_600_000_000_000n, 3_600_000_000_000n, 1_000_000n, -200_000n])(
  'a step of the wall clock by %d ns makes the stamps before it useless, and those after it good',
  async (step) => {
    time.compare();
    await clock.advance(10);
    expect(time.compare()).toBe(true);
    wallAtZero += step;
    await clock.advance(10);
    expect(time.compare()).toBe(false);
    const seen = stamp();
    const at = clock.now();
    await clock.advance(10);
    expect(time.compare()).toBe(true);
    expect(time.atView(seen, 0)).toBeCloseTo(at, 5);
  },
);
