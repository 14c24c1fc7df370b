import { MILLISECOND, SECOND } from '../network/scheduler.ts';

/** What a scenario gives for a quantity: text with a unit, or a bare number. */
export type Given = string | number;

const DURATIONS: Readonly<Record<string, number>> = {
  '': MILLISECOND,
  ns: 1,
  us: 1000,
  µs: 1000,
  ms: MILLISECOND,
  s: SECOND,
  m: 60 * SECOND,
  min: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
};

/** tc's units of rates: https://man7.org/linux/man-pages/man8/tc.8.html#PARAMETERS */
const RATES: Readonly<Record<string, number>> = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 };

const FREQUENCIES: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600 };

/** The longest time that is exact to the nanosecond: 2^53 ns. */
const LONGEST = 104 * 86_400 * SECOND;

const split = (given: Given, sign = ''): [number, string] => {
  const [, number = '', unit = ''] =
    new RegExp(`^(${sign}\\d+(?:\\.\\d+)?)\\s*(\\S*)$`).exec(String(given).trim()) ?? [];
  return [number === '' ? Number.NaN : Number(number), unit.toLowerCase()];
};

/** A time such as `200ms` in ns; a bare number is milliseconds. Throws RangeError. */
export function parseDuration(given: Given): number {
  const [number, unit] = split(given);
  const value = Math.round(number * (DURATIONS[unit] ?? Number.NaN));
  if (value <= LONGEST) return value;
  throw new RangeError('expected a time with a unit, such as 200ms, 1.5s or 1h, of at most 104d');
}

/** As a duration, but it may be negative; ns. Throws RangeError. */
export function parseStep(given: Given): number {
  const text = String(given).trim();
  const negative = text.startsWith('-');
  try {
    return parseDuration(text.replace(/^[+-]/, '')) * (negative ? -1 : 1);
  } catch {
    throw new RangeError('expected a time with a unit and a sign, such as -2.5s or +1h');
  }
}

/** A percentage such as `3%` as a share from 0 to 1. Throws RangeError. */
export function parsePercentage(given: Given): number {
  const [number, unit] = split(given);
  const share = number / 100;
  if (unit === '%' && share <= 1) return share;
  throw new RangeError('expected a percentage from 0% to 100%');
}

/** A rate such as `10mbit` in bits a second. Throws RangeError. */
export function parseRate(given: Given): number {
  const [number, unit] = split(given);
  const value = number * (RATES[unit] ?? Number.NaN);
  if (value > 0) return value;
  throw new RangeError('expected a rate above zero, such as 64kbit, 10mbit or 1gbit');
}

/** A frequency such as `10/s` or `6/min`, a second. Throws RangeError. */
export function parseFrequency(given: Given): number {
  const [number, unit] = split(given);
  const value = number / (FREQUENCIES[unit.replace(/^\//, '')] ?? Number.NaN);
  if (unit.startsWith('/') && value >= 0) return value;
  throw new RangeError('expected how many a second, minute or hour, such as 10/s, 6/min or 1/h');
}

/** A moment such as `2026-01-01T00:00:00Z` in ms since the Unix epoch. Throws RangeError. */
export function parseMoment(given: Given): number {
  const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z)?$/.test(String(given))
    ? Date.parse(String(given))
    : Number.NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new RangeError('expected a moment in UTC, such as 2026-01-01T00:00:00Z');
}

/** A time in ns as people write it: `20ms`, `1.5s`, `24h`. */
export function formatDuration(ns: number): string {
  for (const unit of ['d', 'h', 'm', 's', 'ms', 'us'] as const) {
    const value = ns / (DURATIONS[unit] as number);
    if (Math.abs(value) >= 1 && (Number.isInteger(value) || unit === 's' || unit === 'ms' || unit === 'us'))
      return `${Number(value.toFixed(3))}${unit}`;
  }
  return `${ns}ns`;
}
