import { MILLISECOND, SECOND } from '../network/scheduler.ts';

/** What a scenario gives for a quantity: text with a unit, or a bare number. */
export type Given = string | number;

/** tc's units of times, and longer ones: https://man7.org/linux/man-pages/man8/tc.8.html#PARAMETERS */
const DURATIONS: Readonly<Record<string, number>> = {
  '': MILLISECOND,
  ...units(1, 'ns', 'nsec', 'nsecs'),
  // Two characters look like µ: the micro sign and the Greek letter.
  ...units(1000, 'us', 'usec', 'usecs', '\u00b5s', '\u03bcs'),
  ...units(MILLISECOND, 'ms', 'msec', 'msecs'),
  ...units(SECOND, 's', 'sec', 'secs'),
  ...units(60 * SECOND, 'm', 'min'),
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
};

/** tc's units of rates that are in bits; `kbps` and the like would be bytes to tc and bits to everybody else. */
const RATES: Readonly<Record<string, number>> = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9, tbit: 1e12 };

/** As nftables and iptables name them, and shorter: https://man7.org/linux/man-pages/man8/nft.8.html#STATEMENTS */
const FREQUENCIES: Readonly<Record<string, number>> = {
  ...units(1, '/s', '/sec', '/second'),
  ...units(60, '/m', '/min', '/minute'),
  ...units(3600, '/h', '/hour'),
  ...units(86_400, '/d', '/day'),
};

function units(length: number, ...names: string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, length]));
}

/** The longest time that is exact to the nanosecond: 2^53 ns. */
const LONGEST = 104 * 86_400 * SECOND;

/** The most ms that a column of the table of destinations holds. */
const MOST_MILLISECONDS = 2 ** 31 - 1;

const MOST_BITS = 10e12;
const MOST_TIMES = 1e9;

const TIME = 'a time with a unit, such as 200ms, 1.5s or 1h';

/** A number and what it is measured in; NaN where there is none. */
function split(given: Given): [number, string] {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?|\.\d+)\s*(\S*)$/.exec(String(given).trim()) ?? [];
  return [number === '' ? Number.NaN : Number(number), unit.toLowerCase()];
}

/** A value in a unit of a table; NaN where the table has no such unit. */
function measured(given: Given, table: Readonly<Record<string, number>>): number {
  const [number, unit] = split(given);
  return Object.hasOwn(table, unit) ? number * (table[unit] as number) : Number.NaN;
}

/** A part of a time such as `1h 30m`. */
const PART = /(\d+(?:\.\d+)?|\.\d+)\s*([a-z\u00b5\u03bc]+)\s*/giy;

/** A time in ns, in one unit or in several, the largest first; NaN where it is none. */
function measuredTime(given: Given): number {
  const text = String(given).trim();
  const parts = [...text.matchAll(PART)];
  if (parts.length < 2 || parts.reduce((length, [part]) => length + part.length, 0) < text.length)
    return Math.round(measured(given, DURATIONS));
  const units = parts.map(([, , unit = '']) => measured(`1${unit}`, DURATIONS));
  // Not `20ms 5ms`, which to tc is a delay and its jitter.
  if (units.some((unit, index) => index > 0 && !(unit < (units[index - 1] as number)))) return Number.NaN;
  return Math.round(parts.reduce((sum, [part]) => sum + measured(part, DURATIONS), 0));
}

/** A time such as `200ms` in ns; a bare number is milliseconds. Throws RangeError. */
export function parseDuration(given: Given): number {
  const value = measuredTime(given);
  if (value <= LONGEST) return value;
  throw new RangeError(`expected ${TIME}, from 0 to 104d`);
}

/** As a duration, but longer than none at all; ns. Throws RangeError. */
export function parseSpan(given: Given): number {
  const value = measuredTime(given);
  if (value > 0 && value <= LONGEST) return value;
  throw new RangeError(`expected ${TIME}, longer than 0 and at most 104d`);
}

/** As a duration, but one that a column of the table can hold, which is in whole ms; ns. Throws RangeError. */
export function parseMilliseconds(given: Given): number {
  const value = measuredTime(given);
  if (value > 0 && value % MILLISECOND === 0 && value / MILLISECOND <= MOST_MILLISECONDS) return value;
  throw new RangeError(`expected ${TIME}, of whole milliseconds from 1ms to 24.8d`);
}

/** As a duration, but it may be negative; ns. Throws RangeError. */
export function parseStep(given: Given): number {
  const text = String(given).trim();
  const value = measuredTime(text.replace(/^[+-]/, ''));
  if (value <= LONGEST) return value === 0 ? 0 : value * (text.startsWith('-') ? -1 : 1);
  throw new RangeError('expected a time with a sign and a unit, such as -2.5s or +1h, from -104d to +104d');
}

/** A percentage such as `3%` as a share from 0 to 1. Throws RangeError. */
export function parsePercentage(given: Given): number {
  const [number, unit] = split(given);
  const share = number / 100;
  if (unit === '%' && share <= 1) return share;
  throw new RangeError('expected a percentage from 0% to 100%, such as 2.5%');
}

/** A rate such as `10mbit` in bits a second. Throws RangeError. */
export function parseRate(given: Given): number {
  const value = measured(given, RATES);
  if (value >= 1 && value <= MOST_BITS) return value;
  throw new RangeError(
    'expected a rate in bits a second, such as 64kbit, 10mbit or 1gbit, from 1bit to 10tbit',
  );
}

/** A frequency such as `10/s` or `6/min`, a second; more than none. Throws RangeError. */
export function parseFrequency(given: Given): number {
  const [number, unit] = split(given);
  const value = Object.hasOwn(FREQUENCIES, unit) ? number / (FREQUENCIES[unit] as number) : Number.NaN;
  if (value > 0 && value <= MOST_TIMES) return value;
  throw new RangeError('expected how often in a second, minute, hour or day, such as 10/s, 6/min or 1/h');
}

/** A moment such as `2026-01-01T00:00:00Z` in ms since the Unix epoch. Throws RangeError. */
export function parseMoment(given: Given): number {
  const text = String(given);
  const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  // Date.parse takes 30 February for 2 March.
  if (!Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text.slice(0, 10))) return moment;
  throw new RangeError('expected a moment in UTC, such as 2026-01-01T00:00:00Z');
}

/** A time in ns as people write it: `20ms`, `1.5s`, `24h`. */
export function formatDuration(ns: number): string {
  for (const unit of ['d', 'h', 'm', 's', 'ms', 'us'] as const) {
    const value = ns / (DURATIONS[unit] as number);
    if (Math.abs(value) >= 1 && (Number.isInteger(value) || unit === 's' || unit === 'ms' || unit === 'us'))
      return `${Number(value.toFixed(3))}${unit}`;
  }
  return ns === 0 ? '0s' : `${ns}ns`;
}
