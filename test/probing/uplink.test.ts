import { beforeEach, describe, expect, test } from 'vitest';
import { Uplink } from '../../src/probing/uplink.ts';
import type { NewGap } from '../../src/storage/store.ts';
import { ManualClock } from '../support/manual-clock.ts';

let clock: ManualClock;
let gaps: NewGap[];
let changes: boolean[];
let uplink: Uplink;

beforeEach(() => {
  clock = new ManualClock();
  gaps = [];
  changes = [];
  uplink = new Uplink({
    clock,
    told: (gap) => gaps.push(gap),
    changed: (isCutOff) => changes.push(isCutOff),
  });
});

/** Fails at each of the times, ms. */
const fail = (...times: number[]) => {
  for (const at of times) uplink.unsent(at, 'ENETUNREACH');
};

/** Start and end after the clock's epoch, ms. */
const seen = () =>
  gaps.map(({ start, end, reason }) => [
    Number(start - clock.epoch) / 1e6,
    Number(end - clock.epoch) / 1e6,
    reason,
  ]);

describe('a gap', () => {
  test('goes from the first failure to the last, and is told while it goes on', () => {
    uplink.sent(500);
    fail(1000, 2000, 2999);
    expect(gaps).toEqual([]);
    fail(3000, 4000, 7999, 8000, 9500);
    expect(seen()).toEqual([
      [1000, 3000, 'cut_off'],
      [1000, 8000, 'cut_off'],
    ]);
    uplink.sent(10_000);
    expect(seen().at(-1)).toEqual([1000, 9500, 'cut_off']);
    expect(changes).toEqual([true, false]);
    uplink.sent(11_000);
    expect(gaps).toHaveLength(3);
  });

  test('is none where anything could be sent, where it is short, or where the host has a network', () => {
    fail(0, 500);
    uplink.sent(900);
    fail(1000, 2500);
    uplink.sent(2600);
    for (const at of [3000, 4000, 5000, 6000]) uplink.unsent(at, 'EMSGSIZE');
    uplink.sent(7000);
    uplink.end();
    expect(gaps).toEqual([]);
    expect(changes).toEqual([]);
  });

  test('that goes on at the end is told up to then', () => {
    fail(0, 2000, 3000);
    uplink.end();
    expect(seen().at(-1)).toEqual([0, 3000, 'cut_off']);
  });

  test('is as long as it was, whatever happens to the wall clock meanwhile', () => {
    const { epoch } = clock;
    fail(0);
    clock.epoch -= 3_600_000_000_000n;
    fail(5000);
    uplink.sent(6000);
    expect(gaps.at(-1)).toEqual({ start: epoch, end: epoch + 5_000_000_000n, reason: 'cut_off' });
  });

  test('has the time in it that the host slept', () => {
    fail(0);
    clock.suspend(60_000);
    fail(2000);
    expect(seen()).toEqual([[0, 62_000, 'cut_off']]);
  });
});

describe('what was in flight', () => {
  test('was cut off from the first failure on, and only then', () => {
    uplink.sent(0);
    expect(uplink.wasCutOff(0, 1000)).toBe(false);
    fail(1000);
    expect(uplink.wasCutOff(500, 1500)).toBe(true);
    expect(uplink.wasCutOff(0, 999)).toBe(false);
    uplink.sent(1800);
    expect(uplink.wasCutOff(1700, 2700)).toBe(true);
    expect(uplink.wasCutOff(1801, 2801)).toBe(false);
  });

  test('was not on a host where some probes fail all the time', () => {
    // Two IPv6 destinations where there is no IPv6, and one that can be probed.
    fail(0, 0);
    uplink.sent(1);
    for (let at = 1000; at < 10_000; at += 1000) {
      fail(at, at);
      expect(uplink.wasCutOff(at - 500, at + 500)).toBe(false);
      uplink.sent(at + 600);
    }
    fail(10_000, 10_000, 11_000);
    expect(uplink.wasCutOff(9500, 10_500)).toBe(true);
    expect(gaps).toEqual([]);
  });
});
