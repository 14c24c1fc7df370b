import type { Maintenance } from '../entities/maintenance.ts';
import { type Selector, selectorOf } from './selector.ts';

export const REPETITIONS = ['daily', 'weekly'] as const;

const DAY = 86_400_000;

/** The last moment that calendars reach with a week after it, ms: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LATEST = 8.64e15 - 14 * DAY;

/** A row of the table of maintenances, found to be right. */
export interface MaintenanceWindow {
  id: number;
  selector: Selector;
  reason: string | null;
  /** Whether it is under way at a moment, ms since the Unix epoch. */
  isUnderWay(at: number): boolean;
}

/** The window that a row stands for, or what is wrong with it, in one line. */
export function maintenanceOf(row: Maintenance): MaintenanceWindow | { problem: string } {
  try {
    return checked(row);
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}

function checked({
  id,
  destinations,
  starts,
  ends,
  repeats,
  time_zone,
  reason,
}: Maintenance): MaintenanceWindow {
  for (const [column, value] of Object.entries({ starts, ends }))
    if (!Number.isSafeInteger(value) || value < 0 || value > LATEST)
      throw new RangeError(`${column} ${JSON.stringify(value)}: expected ms since the Unix epoch`);
  if (ends <= starts) throw new RangeError('ends: expected a moment after starts');
  const common = { id, selector: selectorOf(String(destinations)), reason };
  if (repeats === null) {
    if (time_zone !== null) zoneOf(time_zone);
    return { ...common, isUnderWay: (at) => at >= starts && at < ends };
  }
  if (!REPETITIONS.includes(repeats as never))
    throw new RangeError(
      `repeats ${JSON.stringify(repeats)}: expected ${REPETITIONS.join(', ')}, or nothing`,
    );
  const days = repeats === 'daily' ? 1 : 7;
  if (ends - starts > days * DAY)
    throw new RangeError(
      `ends: expected at most ${days === 1 ? 'a day' : 'a week'} after starts, as it repeats ${repeats}`,
    );
  const zone = zoneOf(time_zone ?? 'UTC');
  const recurrence = { starts, length: ends - starts, days, zone };
  let known = stretchAt(starts, recurrence);
  return {
    ...common,
    isUnderWay: (at) => {
      if (at < known.from || at >= known.until) known = stretchAt(at, recurrence);
      return known.isUnderWay;
    },
  };
}

interface Recurrence {
  starts: number;
  /** ms */
  length: number;
  days: number;
  zone: Intl.DateTimeFormat;
}

/** A stretch of time in which it is under way, or in which it is not: asked once a second, clocks of zones are slow. */
interface Stretch {
  from: number;
  until: number;
  isUnderWay: boolean;
}

/**
 * Each time begins at the same time of the day by the zone's clocks, whatever they do meanwhile, and lasts as long as the first one.
 */
function stretchAt(at: number, { starts, length, days, zone }: Recurrence): Stretch {
  if (at < starts) return { from: Number.NEGATIVE_INFINITY, until: starts, isUnderWay: false };
  const first = localTime(zone, starts);
  const firstDay = Math.floor(first / DAY);
  const today = Math.floor(localTime(zone, at) / DAY);
  // One may have begun some days ago, and a day of the zone's may be an hour longer.
  const earliest = Math.max(firstDay, today - Math.ceil(length / DAY) - 1);
  for (let day = earliest; day <= today + days + 1; day++) {
    if ((day - firstDay) % days !== 0) continue;
    const begin = momentOf(zone, day * DAY + (first % DAY));
    if (begin > at) return { from: at, until: begin, isUnderWay: false };
    if (at < begin + length) return { from: begin, until: begin + length, isUnderWay: true };
  }
  return { from: at, until: at + 1, isUnderWay: false };
}

function zoneOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new RangeError(
      `time_zone ${JSON.stringify(timeZone)}: expected a name such as Europe/Berlin or UTC`,
    );
  }
}

/** What a zone's clocks say at a moment, as if it were UTC, ms. */
function localTime(zone: Intl.DateTimeFormat, at: number): number {
  const parts = Object.fromEntries(zone.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** When a zone's clocks say that; of a time that they skip, as much later. */
function momentOf(zone: Intl.DateTimeFormat, local: number): number {
  let at = local;
  for (let tries = 0; tries < 2; tries++) at += local - localTime(zone, at);
  return at;
}
