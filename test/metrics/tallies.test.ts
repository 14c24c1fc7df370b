import { expect, test } from 'vitest';
import { OUTCOMES } from '../../src/entities/outcome.ts';
import type { DestinationStatus } from '../../src/machines/destination-status.ts';
import { bucketOf, checkBounds, DEFAULT_BOUNDS } from '../../src/metrics/buckets.ts';
import {
  BUCKETS,
  CORRUPT,
  LAST_RTT,
  LOST,
  RESULTS,
  RTT_SUM,
  SENT,
  type TalliedResult,
  Tallies,
  UNDETERMINED,
} from '../../src/metrics/tallies.ts';

const probed = (id: number, more: Partial<DestinationStatus> = {}): DestinationStatus => ({
  destination_id: id,
  address: `127.0.0.${id}`,
  label: `127.0.0.${id}`,
  status: 'probed',
  row: { name: null, protocol: 3, port: null, interval: 1000 },
  ...more,
});

const result = (id: number, more: Partial<TalliedResult> = {}): TalliedResult => ({
  destination_id: id,
  outcome: 'reply',
  doubt: null,
  rtt: 1,
  rtype: 1,
  datamatch: true,
  rseq: 0,
  ...more,
});

function numbersOf(tallies: Tallies, id: number) {
  const { destinations, numbers } = tallies.snapshot();
  const found = destinations.find((destination) => destination.id === id);
  return found && ((offset: number) => numbers[found.at + offset]);
}

test('the default buckets go from loopback to seconds, in labels that nothing was rounded for', () => {
  checkBounds(DEFAULT_BOUNDS);
  expect(DEFAULT_BOUNDS.map(String).join(' ')).toBe(
    '0.0125 0.025 0.05 0.1 0.2 0.4 0.8 1.6 3.2 6.4 12.8 25.6 51.2 102.4 204.8 409.6 819.2 1638.4 3276.8 6553.6',
  );
});

test('a bound belongs to its bucket, and what is above all of them has one of its own', () => {
  const bounds = Float64Array.from([1, 2, 4]);
  expect([0, 0.5, 1, 1.5, 2, 3, 4, 4.1, 1e9].map((value) => bucketOf(bounds, value))).toEqual([
    0, 0, 0, 1, 1, 2, 2, 3, 3,
  ]);
  expect(bucketOf(new Float64Array(0), 7)).toBe(0);
});

test.each([
  [[0, 1], 'a bucket of 0 ms: expected more than 0'],
  [[Number.NaN], 'a bucket of NaN ms: expected more than 0'],
  [[1, 1], 'a bucket of 1 ms after one of 1 ms: expected each to be longer'],
  [Array.from({ length: 101 }, (_, n) => n + 1), '101 buckets: expected at most 100'],
])('%o are no buckets', (bounds, problem) => {
  expect(() => checkBounds(bounds)).toThrow(new RangeError(problem));
});

test('every result counts by its outcome, and each probe once as sent', () => {
  const tallies = new Tallies([1, 10]);
  tallies.follow(probed(1));
  for (const outcome of ['reply', 'refused', 'unreachable', 'ttl_exceeded', 'timeout', 'unsent'] as const)
    tallies.take(result(1, { outcome, rtt: outcome === 'reply' ? 0.5 : 20 }));
  tallies.take(result(1, { outcome: 'late', rtt: 5 }));
  tallies.take(result(1, { outcome: 'duplicate', rtt: 5 }));
  tallies.take(result(1, { outcome: 'timeout', doubt: 'dropped', rtt: null }));
  tallies.take(result(1, { datamatch: false, rtt: 10 }));
  // A UDP service may answer anything.
  tallies.take(result(1, { datamatch: false, rtype: 17, rtt: 10 }));
  const of = numbersOf(tallies, 1)!;
  expect(OUTCOMES.map((_, n) => of(RESULTS + n))).toEqual([3, 1, 1, 1, 2, 1, 1, 1]);
  expect([SENT, LOST, UNDETERMINED, CORRUPT, RTT_SUM, LAST_RTT].map(of)).toEqual([8, 3, 1, 1, 40.5, 10]);
  expect([BUCKETS, BUCKETS + 1, BUCKETS + 2].map(of)).toEqual([1, 2, 1]);
});

test('what has been removed is gone, and its place is empty for the next', () => {
  const tallies = new Tallies([]);
  for (const id of [1, 2]) tallies.follow(probed(id));
  tallies.take(result(1));
  tallies.follow(probed(1, { status: 'removed' }));
  tallies.take(result(1));
  expect(numbersOf(tallies, 1)).toBeUndefined();
  tallies.follow(probed(3));
  expect(numbersOf(tallies, 3)!(0)).toBe(0);
  expect(numbersOf(tallies, 3)!(LAST_RTT)).toBeNaN();
});

test('an edit counts on, and another address begins at zero', () => {
  const tallies = new Tallies([]);
  tallies.follow(probed(1));
  tallies.take(result(1));
  tallies.follow(probed(1, { status: 'changed', row: { name: 'x', protocol: 3, port: null, interval: 5 } }));
  expect(numbersOf(tallies, 1)!(0)).toBe(1);
  tallies.follow(probed(1, { status: 'changed', label: '127.0.0.9' }));
  expect(numbersOf(tallies, 1)!(0)).toBe(0);
});

test('thousands of them keep their own counts, and a snapshot stays as it was', () => {
  const tallies = new Tallies(DEFAULT_BOUNDS);
  for (let id = 1; id <= 3000; id++) {
    tallies.follow(probed(id));
    for (let n = 0; n < id % 7; n++) tallies.take(result(id));
  }
  const { destinations, numbers } = tallies.snapshot();
  for (let id = 1; id <= 3000; id++) tallies.take(result(id));
  expect(destinations).toHaveLength(3000);
  expect(destinations.every(({ id, at }) => numbers[at] === id % 7)).toBe(true);
  expect(numbersOf(tallies, 13)!(SENT)).toBe(7);
});
