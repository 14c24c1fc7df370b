import { countText, NONE } from '../figures.ts';

/** A round-trip time, ms, with as many digits as tell two apart. */
export function formatMs(value: number | null): string {
  if (value === null) return NONE;
  if (value >= 1000) return value.toFixed(0);
  if (value >= 100) return value.toFixed(1);
  return value >= 10 ? value.toFixed(2) : value.toFixed(3);
}

export const withMs = (value: number | null): string => (value === null ? NONE : `${formatMs(value)} ms`);

/** With separators of thousands. */
export const formatCount = (value: number | null): string => (value === null ? NONE : countText(value));

const two = (value: number): string => String(value).padStart(2, '0');

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const monthOf = (date: Date): string => MONTHS[date.getMonth()] as string;

/** Such as `2026-11-05`, of the reader's own time zone. */
export const formatDate = (moment: number): string => {
  const date = new Date(moment);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** Such as `14:03`, or `14:03:09` where there are seconds to be told. */
export function formatClock(moment: number, { seconds }: { seconds: boolean }): string {
  const date = new Date(moment);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return seconds ? `${clock}:${two(date.getSeconds())}` : clock;
}

export const formatMoment = (moment: number): string =>
  `${formatDate(moment)} ${formatClock(moment, { seconds: true })}`;

/** A step, such as `2026-11-05 14:03:00 to 14:05:00`. */
export function formatStep(start: number, step: number): string {
  const end = start + step;
  const isSameDay = formatDate(start) === formatDate(end);
  return `${formatMoment(start)} to ${isSameDay ? formatClock(end, { seconds: true }) : formatMoment(end)}`;
}

/** A receive time, ns since the Unix epoch as digits, to the µs. */
export function formatRtime(rtime: string): string {
  const time = BigInt(rtime);
  const micros = (time / 1000n) % 1_000_000n;
  return `${formatMoment(Number(time / 1_000_000n))}.${String(micros).padStart(6, '0')}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A duration, ms, in its two longest units: `2 h 5 min`. */
export function formatDuration(duration: number): string {
  if (duration < 1000) return `${Math.round(duration)} ms`;
  let rest = Math.round(duration / 1000) * 1000;
  const told: string[] = [];
  for (const [unit, length] of UNITS) {
    const many = Math.floor(rest / length);
    rest -= many * length;
    if (many > 0) told.push(`${many} ${unit}`);
    if (told.length === 2 || (told.length === 1 && many === 0)) break;
  }
  return told.join(' ');
}
