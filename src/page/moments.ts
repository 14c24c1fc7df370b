/** Times as the page shows them: how long, and when, by the clocks of the reader's own time zone. */

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

/** The last moment that a date can say: https://262.ecma-international.org/#sec-time-values-and-time-range */
const LAST = 8.64e15;

/** Such as `2026-11-05 14:03:09`; what no date can say is shown as it is. */
export const formatMoment = (moment: number): string =>
  Math.abs(moment) <= LAST
    ? `${formatDate(moment)} ${formatClock(moment, { seconds: true })}`
    : String(moment);

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

const PARTS = [
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
  for (const [unit, length] of PARTS) {
    const many = Math.floor(rest / length);
    rest -= many * length;
    if (many > 0) told.push(`${many} ${unit}`);
    if (told.length === 2 || (told.length === 1 && many === 0)) break;
  }
  return told.join(' ');
}
