import { InputError } from './input-error.ts';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time such as `200ms`, `1.5s` or `1h`, in ms; a bare number is milliseconds. Throws InputError. */
export function parseTime(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (number === undefined || factor === undefined)
    throw new InputError(`"${text}" is not a time: expected a number and a unit, such as 200ms, 10s or 1h`);
  return Number(number) * factor;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * A moment in ms since the Unix epoch: so long ago (`1h`), or an ISO time, local unless it names a zone; a date alone
 * is its midnight. Throws InputError.
 */
export function parseSince(text: string): number {
  if (ISO_TIME.test(text)) {
    const iso = text.replace(' ', 'T').toUpperCase();
    const moment = Date.parse(iso.includes('T') ? iso : `${iso}T00:00`);
    // A 30th of February would be the 1st of March.
    const isDay = new Date(`${iso.slice(0, 10)}T00:00Z`).getUTCDate() === Number(iso.slice(8, 10));
    if (!Number.isNaN(moment) && isDay) return moment;
  } else if (/^\d+(\.\d+)?\s*[a-z]+$/i.test(text))
    return Math.max(0, Math.floor(Date.now() - parseTime(text)));
  throw new InputError(`"${text}" is no time: expected 1h, 30m and the like, or 2024-11-23T21:00`);
}
