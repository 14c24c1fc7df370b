import colours from 'picocolors';
import type { Outcome } from '../entities/outcome.ts';
import { oneLine } from '../input/one-line.ts';
import { UDP } from '../io/packet/ip.ts';

export { oneLine };

/** picocolors colours wherever CI is set, what goes into a pipe included. */
const { green, yellow, red } = colours.createColors(
  colours.isColorSupported && (process.stdout.isTTY === true || 'FORCE_COLOR' in process.env),
);

const OUTCOME_COLOURS: Partial<Record<Outcome, (text: string) => string>> = {
  reply: green,
  late: yellow,
  duplicate: yellow,
};

/** What stands where there is no value. */
const NONE = '-';

/** The longest cell, characters. */
const LONGEST = 80;

/** Any value of a column as a short line that is safe to print. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return NONE;
  const text = oneLine(String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

export const outcomeCell = (outcome: Outcome): string => (OUTCOME_COLOURS[outcome] ?? red)(cell(outcome));

/** What goes on and is told is red; what goes on otherwise yellow. */
export const stateCell = (state: string): string => {
  if (state === 'firing') return red(state);
  return state === 'suppressed' ? yellow(state) : cell(state);
};

export const pausedCell = (): string => yellow('paused');

export const problemCell = (problem: string): string => red(oneLine(problem));

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
] as const;

/** A time in ms as `--interval` takes it: `200ms`, `1.5s`, `1h`. What is no number of ms is shown as it is. */
export function timeCell(ms: unknown): string {
  if (typeof ms !== 'number') return cell(ms);
  const [length, unit] = UNITS.find(([length]) => ms >= length && ms % length === 0) ?? [1000, 's'];
  return ms < 1000 ? `${ms}ms` : `${ms / length}${unit}`;
}

/** So many of something: `1 row`, `12 rows`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const SPANS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const;

/** How long something takes, ms, as people say it: `1d 4h`, `12m 5s`, `3.2s`. */
export function spanCell(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const first = SPANS.findIndex(([length]) => seconds >= length);
  if (first < 0 || first === SPANS.length - 1) return `${Number((ms / 1000).toFixed(1))}s`;
  const [[large, name], [small, rest]] = SPANS.slice(first, first + 2) as [
    readonly [number, string],
    readonly [number, string],
  ];
  const remainder = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${name}${remainder > 0 ? ` ${remainder}${rest}` : ''}`;
}

/** A round-trip time in ms, to the microsecond. */
export const rttCell = (ms: unknown): string => (typeof ms === 'number' ? ms.toFixed(3) : cell(ms));

/** A share between 0 and 1 in per cent. Only none at all is 0%, and only all is 100%. */
export function lossCell(loss: number | null): string {
  if (loss === null) return NONE;
  if (loss === 0 || loss === 1) return `${loss * 100}%`;
  if (loss < 0.0005) return '<0.1%';
  if (loss > 0.9995) return '>99.9%';
  return `${(loss * 100).toFixed(1)}%`;
}

/** A share between 0 and 1 of what should be all, in per cent, to a thousandth. Only none at all is 0%, and only all is 100%. */
export function shareCell(share: number | null): string {
  if (share === null) return NONE;
  if (share === 0 || share === 1) return `${share * 100}%`;
  return `${Math.min(99.999, Math.max(0.001, share * 100)).toFixed(3)}%`;
}

/**
 * A time in ns since the Unix epoch by the host's own clock and zone: `21:40:01.123`, with the date before it where
 * that is not the day of `now`.
 */
export function instantCell(rtime: string, now: Date): string {
  if (!/^-?\d+$/.test(rtime)) return cell(rtime);
  const time = new Date(Number(BigInt(rtime) / 1_000_000n));
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  const text = `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
  if (time.toDateString() === now.toDateString()) return text;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${text}`;
}

/** A moment in ms since the Unix epoch, to the minute, by the host's own clock and zone: `2024-11-23 21:40`. */
export function dateCell(ms: number): string {
  const time = new Date(ms);
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Whether the data came back: what a UDP service answers may well be something else. */
export function dataCell(datamatch: boolean | null, rtype: number | null): string {
  if (datamatch === null) return NONE;
  if (datamatch) return 'ok';
  return rtype === UDP ? 'differs' : 'corrupt';
}

/** The label of a destination, or its number where the table has it no more. */
export const destinationLabel = (id: number | null, label: string | null): string | null =>
  label ?? (id === null ? null : `#${id}`);
