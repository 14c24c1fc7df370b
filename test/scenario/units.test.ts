import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatDuration,
  parseDuration,
  parseFrequency,
  parseMilliseconds,
  parseMoment,
  parsePercentage,
  parseRate,
  parseSpan,
  parseStep,
} from '../../src/scenario/units.ts';

const MS = 1e6;
const DAY = 86_400e9;

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['20', 20 * MS],
    [20, 20 * MS],
    [0.5, MS / 2],
    ['7ns', 7],
    ['0.4ns', 0],
    ['200us', 0.2 * MS],
    ['200µs', 0.2 * MS],
    ['200\u03bcs', 0.2 * MS],
    ['1.5ms', 1.5 * MS],
    ['.5s', 500 * MS],
    ['5 s', 5000 * MS],
    [' 5s ', 5000 * MS],
    ['5S', 5000 * MS],
    ['2m', 120e9],
    ['2min', 120e9],
    ['1h', 3600e9],
    ['104d', 104 * DAY],
    ['1h30m', 5400e9],
    ['13m 38s', 818e9],
    ['1d 2h 3m 4s 5ms 6us 7ns', DAY + 7384e9 + 5_006_007],
    ['1.5h 30s', 5430e9],
    // As tc has them, too.
    ['3sec', 3e9],
    ['3secs', 3e9],
    ['3msec', 3 * MS],
    ['3usecs', 3000],
    ['3nsec', 3],
  ])('%j is %d ns', (given, ns) => expect(parseDuration(given)).toBe(ns));

  test.each([
    '',
    's',
    '-5ms',
    '+5ms',
    '5 lightyears',
    '30m1h',
    '1h30',
    '1h 30m x',
    '1h-30m',
    '100ms 20ms',
    '1e3s',
    '0x5s',
    '5,5s',
    '105d',
    '99999999999999999999d',
    `${'9'.repeat(400)}s`,
    'Infinity',
    'toString',
    '5constructor',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    1e300,
  ])('%j is none', (given) =>
    expect(() => parseDuration(given)).toThrow(
      new RangeError('expected a time with a unit, such as 200ms, 1.5s or 1h, from 0 to 104d'),
    ),
  );
});

test.each([
  ['1ns', 1],
  ['104d', 104 * DAY],
])('a span may be %s', (given, ns) => expect(parseSpan(given)).toBe(ns));

test.each(['0', '0.4ns', '-1s', '105d'])('no span is %s', (given) =>
  expect(() => parseSpan(given)).toThrow('longer than 0 and at most 104d'),
);

test.each([
  ['1ms', MS],
  ['1.5s', 1500 * MS],
  [2 ** 31 - 1, (2 ** 31 - 1) * MS],
])('a column of ms may be %s', (given, ns) => expect(parseMilliseconds(given)).toBe(ns));

test.each(['0ms', '1.5ms', '20us', 2 ** 31, '25d'])('no column of ms is %s', (given) =>
  expect(() => parseMilliseconds(given)).toThrow('of whole milliseconds from 1ms to 24.8d'),
);

test.each([
  ['-2.5s', -2.5e9],
  ['+1h', 3600e9],
  ['1h', 3600e9],
  ['- 5s', -5e9],
  [-20, -20 * MS],
  ['-0s', 0],
  ['-104d', -104 * DAY],
])('a step may be %j', (given, ns) => expect(parseStep(given)).toBe(ns));

test.each(['--5s', '+-5s', '-', 'back', '-105d', ''])('no step is %j', (given) =>
  expect(() => parseStep(given)).toThrow('with a sign and a unit, such as -2.5s or +1h, from -104d to +104d'),
);

test.each([
  ['0%', 0],
  ['3%', 0.03],
  ['2.5 %', 0.025],
  ['.1%', 0.001],
  ['100%', 1],
])('%s is a share of %d', (given, share) => expect(parsePercentage(given)).toBe(share));

test.each(['3', 3, 0, '120%', '100.1%', '-1%', '%', '1% 25%', '1%%', 'NaN%'])(
  'no percentage is %j',
  (given) =>
    expect(() => parsePercentage(given)).toThrow('expected a percentage from 0% to 100%, such as 2.5%'),
);

test.each([
  ['1bit', 1],
  ['64kbit', 64e3],
  ['10Mbit', 10e6],
  ['1.5 gbit', 1.5e9],
  ['10tbit', 10e12],
])('%s is %d bits a second', (given, rate) => expect(parseRate(given)).toBe(rate));

// To tc, kbps is kilobytes a second, and to everybody else kilobits.
test.each(['10', 10, '0bit', '0.5bit', '10mbps', '10kbps', '11tbit', '-1mbit', `${'9'.repeat(400)}gbit`])(
  'no rate is %j',
  (given) => expect(() => parseRate(given)).toThrow('expected a rate in bits a second, such as 64kbit'),
);

test.each([
  ['10/s', 10],
  ['10 /second', 10],
  ['6/min', 0.1],
  ['6/m', 0.1],
  ['36/hour', 0.01],
  ['1/h', 1 / 3600],
  ['864/day', 0.01],
])('%s is %d a second', (given, frequency) => expect(parseFrequency(given)).toBeCloseTo(frequency, 12));

test.each(['10', 10, '10s', '10/', '10/week', '/s', '0/s', '-1/s', '9999999999/s'])(
  'no frequency is %j',
  (given) =>
    expect(() => parseFrequency(given)).toThrow('expected how often in a second, minute, hour or day'),
);

test.each([
  ['2026-01-01', Date.UTC(2026, 0, 1)],
  ['2026-12-31T23:59Z', Date.UTC(2026, 11, 31, 23, 59)],
  ['2024-02-29T12:30:15.250Z', Date.UTC(2024, 1, 29, 12, 30, 15, 250)],
])('%s is a moment', (given, ms) => expect(parseMoment(given)).toBe(ms));

test.each([
  '2026-02-30',
  '2026-02-29T00:00:00Z',
  '2026-13-01',
  '2026-01-01T25:00Z',
  '2026-01-01T24:00Z',
  '2026-01-01T00:00:00',
  '2026-01-01T00:00:00+01:00',
  '2026-01-01 00:00:00Z',
  '2026-01-01T00:00:00.1234567Z',
  2026,
  'now',
])('no moment is %j', (given) =>
  expect(() => parseMoment(given)).toThrow('expected a moment in UTC, such as 2026-01-01T00:00:00Z'),
);

test.each([
  [0, '0s'],
  [999, '999ns'],
  [1500, '1.5us'],
  [20 * MS, '20ms'],
  [1_234_567, '1.235ms'],
  [90e9, '90s'],
  [120e9, '2m'],
  [5400e9, '90m'],
  [DAY, '1d'],
  [-2.5e9, '-2.5s'],
])('%d ns are written %s', (ns, text) => expect(formatDuration(ns)).toBe(text));

test('what is written is read as the same, where three decimals are enough', () => {
  const lengths = [1000, MS, 1e9, 60e9, 3600e9, DAY];
  fc.assert(
    fc.property(fc.nat(100), fc.constantFrom(...lengths), (count, length) => {
      expect(parseDuration(formatDuration(count * length))).toBe(count * length);
    }),
  );
});
