import { expect, test } from 'vitest';
import { cell, timeCell } from '../../src/cli/format.ts';
import { parseSince, parseTime } from '../../src/cli/options.ts';
import { GrowingTable } from '../../src/cli/table.ts';
import { destinationOf } from '../../src/destinations/address.ts';
import { addressKey } from '../../src/entities/settings.ts';

test.each([
  [1, '1ms'],
  [999, '999ms'],
  [1000, '1s'],
  [1500, '1.5s'],
  [90_000, '90s'],
  [300_000, '5m'],
  [7_200_000, '2h'],
  [86_400_000, '1d'],
  [2_147_483_647, '2147483.647s'],
])('%i ms reads as %s, and back', (ms, text) => {
  expect(timeCell(ms)).toBe(text);
  expect(parseTime(text)).toBe(ms);
});

test.each([
  [null, '-'],
  [0, '0'],
  ['a\tb\r\n\x1b[31m\x9b\u2028\u202e', 'a\\x09b\\x0d\\x0a\\x1b[31m\\x9b\\u2028\\u202e'],
  ['grüße 日本', 'grüße 日本'],
  ['x'.repeat(81), `${'x'.repeat(79)}…`],
])('%j is shown as one safe line', (value, shown) => expect(cell(value)).toBe(shown));

test.each([
  ['2024-11-23T21:00:00Z', Date.UTC(2024, 10, 23, 21)],
  ['2024-11-23t21:00:00.250+01:00', Date.UTC(2024, 10, 23, 20, 0, 0, 250)],
  ['2024-11-23 21:00', new Date(2024, 10, 23, 21).getTime()],
  ['2024-11-23', new Date(2024, 10, 23).getTime()],
])('--since %s is local unless it names a zone', (text, moment) => expect(parseSince(text)).toBe(moment));

test('--since counts back from now, at most to 1970', () => {
  expect(parseSince('1.5h') - (Date.now() - 5_400_000)).toBeCloseTo(0, -2);
  expect(parseSince(`${'9'.repeat(400)}d`)).toBe(0);
});

test.each(['', '5', 'now', '-1h', '2024-11-23T25:00', '2024-02-30', '1h ago'])(
  '--since %j is refused',
  (text) => expect(() => parseSince(text)).toThrow('is no time'),
);

test.each([
  ['127.0.0.1', undefined, 3],
  ['127.0.0.1', 4, 3],
  ['::1', undefined, 6],
  ['fe80::1%lo', 6, 6],
  ['example.com', undefined, 3],
  ['example.com', 4, 3],
  ['example.com', 6, 6],
] as const)('%s with -%s means protocol %i', (address, family, protocol) =>
  expect(destinationOf(address, { family })).toEqual({ address, protocol, port: null }),
);

test.each([
  ['::1', 4],
  ['127.0.0.1', 6],
] as const)('%s does not go with -%i', (address, family) =>
  expect(() => destinationOf(address, { family })).toThrow(/does not go with -/),
);

test('the spellings of one address have one key, and other addresses another', () => {
  const keys = [
    '::1',
    '0:0:0:0:0:0:0:1',
    '::0001',
    'fe80::1%a',
    'FE80:0::1%a',
    'fe80::1%b',
    'A.example',
    'a.EXAMPLE',
    '1.2.3.4',
  ];
  expect(new Set(keys.map(addressKey)).size).toBe(5);
});

test('a table gets wider as its rows need it', () => {
  const table = new GrowingTable([
    { heading: 'a', width: 3 },
    { heading: 'b', right: true },
    { heading: 'c' },
  ]);
  expect(table.lines([['1', '22', '']])).toEqual(['a     b  c', '1    22']);
  expect(table.lines([['12345', '\x1b[31m1\x1b[39m', 'x']])).toEqual(['12345   \x1b[31m1\x1b[39m  x']);
  expect(table.lines([['1', '2', '3']])).toEqual(['1       2  3']);
});
