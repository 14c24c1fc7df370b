import { formatClock, formatDate, monthOf } from '../moments.ts';

const DAY = 86_400_000;

/** Labels of a time axis whose ticks are `increment` ms apart, in the reader's time zone; what changes rarely is in a second line, where it changes. */
export function timeLabels(ticks: readonly number[], increment: number): string[] {
  let told = '';
  return ticks.map((tick) => {
    const [label, context] = timeLabel(tick, increment);
    if (context === told || context === '') return label;
    told = context;
    return `${label}\n${context}`;
  });
}

function timeLabel(tick: number, increment: number): [label: string, context: string] {
  const date = new Date(tick);
  const year = String(date.getFullYear());
  if (increment >= 360 * DAY) return [year, ''];
  if (increment >= 27 * DAY) return [monthOf(date), year];
  const day = `${date.getDate()} ${monthOf(date)}`;
  if (increment >= DAY) return [day, year];
  return [formatClock(tick, { seconds: increment < 60_000 }), day];
}

/** Round numbers on a logarithmic scale, from `low` to `high`, at most about `most` of them; none where there is no such scale. */
export function logTicks(low: number, high: number, most: number): number[] {
  if (!(low > 0 && high > low && high < Number.POSITIVE_INFINITY)) return [];
  const decades = Math.log10(high / low);
  // Within less than a decade, round steps of the values themselves tell more.
  if (decades < 0.7) return linearTicks(low, high, most);
  const leaps = [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]].find(
    (factors) => factors.length * decades <= most,
  ) ?? [1];
  const every = Math.max(1, Math.ceil(decades / most));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const factor of leaps) {
      const tick = Number((factor * 10 ** power).toPrecision(1));
      if (tick >= low && tick <= high && power % every === 0) ticks.push(tick);
    }
  return ticks;
}

export function linearTicks(low: number, high: number, most: number): number[] {
  const least = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= least) as number;
  const ticks: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high * (1 + 1e-9); n++)
    ticks.push(Number((n * step).toPrecision(12)));
  return ticks;
}

/** A number at a tick, without digits that say nothing. */
export const formatTick = (value: number): string =>
  value >= 1e6 ? `${Number((value / 1e6).toPrecision(4))} M` : String(Number(value.toPrecision(6)));

/** From when until when something is, for a heading. */
export function formatWindow({ since, until }: { since: number; until: number }): string {
  const seconds = until - since < 3_600_000;
  const from = `${formatDate(since)} ${formatClock(since, { seconds })}`;
  const to = formatClock(until, { seconds });
  return formatDate(since) === formatDate(until)
    ? `${from} to ${to}`
    : `${from} to ${formatDate(until)} ${to}`;
}
