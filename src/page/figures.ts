/** Figures as the page shows them. */

/** Where there is none. */
export const NONE = '–';

/** Three digits or so: `0.12`, `4.56`, `12.3`, `123`; ms. */
export function rttText(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < 10) return ms.toFixed(2);
  return ms.toFixed(ms < 100 ? 1 : 0);
}

/** `0%`, `1.7%`, `100%`; never 0% or 100% for what is not. */
export function lossText(share: number | null): string {
  if (share === null) return NONE;
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.1) return '<0.1%';
  return `${Math.min(99.9, percent).toFixed(percent < 10 || percent > 99 ? 1 : 0)}%`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** As the command line takes it: `200ms`, `10s`, `1h`. */
export function timeText(ms: number): string {
  const [unit, length] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, ms: 1, min: 60_000, ...Object.fromEntries(UNITS) };

/** The time that a text says, ms, as the command line reads it; undefined for what is none. */
export function parseTime(text: string): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = FACTORS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** `at`: ms since the Unix epoch. */
export const clockTime = (at: number): string => clock.format(at);

const whole = new Intl.NumberFormat('en');

export const countText = (count: number): string => whole.format(count);

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`;
