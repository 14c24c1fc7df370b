import { MILLISECOND } from '../network/scheduler.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { formatDuration, type Given, parseDuration, parsePercentage } from './units.ts';

/** Figures that an expectation may be about, and what they are given in. */
export const FIGURES = {
  sent: 'count',
  received: 'count',
  lost: 'count',
  undetermined: 'count',
  loss: 'share',
  loss_periods: 'count',
  longest_loss_period: 'count',
  min: 'time',
  avg: 'time',
  max: 'time',
  stddev: 'time',
  p50: 'time',
  p95: 'time',
  p99: 'time',
  pdv_p95: 'time',
  pdv_p99: 'time',
  ipdv_mean: 'time',
  ipdv_max: 'time',
  availability: 'share',
  late: 'count',
  duplicate: 'count',
  corrupt: 'count',
  unsent: 'count',
  reply: 'count',
  refused: 'count',
  unreachable: 'count',
  ttl_exceeded: 'count',
  timeout: 'count',
} as const satisfies Partial<Record<keyof Statistics, 'count' | 'share' | 'time'>>;

export type Figure = keyof typeof FIGURES;

/** What a figure may be: shares from 0 to 1, times in ms. */
export interface Condition {
  /** As the scenario has it. */
  text: string;
  from: number;
  to: number;
  /** Whether the bounds themselves are right. */
  inclusive: boolean;
  /** What differs from a bound by no more than this is equal to it. */
  rounding: number;
}

/** What is expected of a destination's figures in a span of time, ns since the start. */
export interface Expectation {
  from: number;
  to: number;
  conditions: Partial<Record<Figure, Condition>>;
}

export type Kind = (typeof FIGURES)[Figure];

/** YAML takes a > at the beginning for something else, unless it is in quotes. */
const EXAMPLES: Readonly<Record<Kind, string>> = {
  count: 'a count, such as 0, "<= 3", ">= 100" or 10..20',
  share: 'a share, such as 0%, "<= 1%", ">= 99%" or 2%..4%',
  time: 'a time, such as 20ms, "< 25ms", ">= 1s" or 19ms..21ms',
};

/** Times are compared to the nanosecond, of which a double of ms may fall short by a little; shares are quotients. */
const ROUNDING: Readonly<Record<Kind, number>> = { count: 0, share: 1e-12, time: 5e-7 };

function parseValue(kind: Kind, text: string): number {
  if (kind === 'share') return parsePercentage(text);
  if (kind === 'time') return parseDuration(text) / MILLISECOND;
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw new RangeError('not a whole number');
}

/** What may be written of a figure: a value, `<= value`, `>= value`, `< value`, `> value`, or `from..to`. Throws RangeError. */
export function parseCondition(kind: Kind, given: Given): Condition {
  const rounding = ROUNDING[kind];
  const text = String(given).trim();
  try {
    const [, low, high] = /^(.+?)\s*\.\.\s*(.+)$/.exec(text) ?? [];
    if (low !== undefined && high !== undefined) {
      const [from, to] = [parseValue(kind, low), parseValue(kind, high)];
      if (from <= to) return { text, from, to, inclusive: true, rounding };
    } else {
      const [, sign = '', bound = ''] = /^(<=|>=|<|>)?\s*(.+)$/.exec(text) ?? [];
      const value = parseValue(kind, bound);
      return {
        text,
        from: sign.startsWith('<') ? Number.NEGATIVE_INFINITY : value,
        to: sign.startsWith('>') ? Number.POSITIVE_INFINITY : value,
        inclusive: sign !== '<' && sign !== '>',
        rounding,
      };
    }
  } catch {
    // Told below, with what would be right of this figure.
  }
  throw new RangeError(`expected ${EXAMPLES[kind]}`);
}

/** Whether a figure is as it should be; none at all is not. */
export function holds({ from, to, inclusive, rounding }: Condition, value: number | null): boolean {
  if (value === null) return false;
  if (inclusive) return value >= from - rounding && value <= to + rounding;
  return value > from + rounding && value < to - rounding;
}

/** A figure as an expectation would say it. Only none at all is 0%, and only all is 100%. */
export function formatFigure(figure: Figure, value: number | null): string {
  if (value === null) return 'none';
  const kind = FIGURES[figure];
  if (kind === 'time') return formatDuration(Math.round(value * MILLISECOND));
  if (kind === 'count') return String(value);
  const percent = value * 100;
  const digits = [3, 6, 9].find((each) => isBetween(percent.toFixed(each)));
  return `${Number(percent.toFixed(digits ?? 3))}%`;
}

const isBetween = (percent: string): boolean => Number(percent) > 0 && Number(percent) < 100;
