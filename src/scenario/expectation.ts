import { MILLISECOND } from '../network/scheduler.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { formatDuration, type Given, parseDuration, parsePercentage } from './units.ts';

/** Figures that an expectation may be about, and what they are given in. */
export const FIGURES = {
  sent: 'count',
  received: 'count',
  lost: 'count',
  loss: 'share',
  min: 'time',
  avg: 'time',
  max: 'time',
  stddev: 'time',
  p50: 'time',
  p95: 'time',
  p99: 'time',
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
}

/** What is expected of a destination's figures in a span of time, ns since the start. */
export interface Expectation {
  from: number;
  to: number;
  conditions: Partial<Record<Figure, Condition>>;
}

const EXAMPLES = {
  count: '0, >= 100 or 10..20',
  share: '0%, <= 1% or 2%..4%',
  time: '20ms, < 25ms or 19ms..21ms',
} as const;

function parseValue(kind: 'count' | 'share' | 'time', text: string): number {
  if (kind === 'share') return parsePercentage(text);
  if (kind === 'time') return parseDuration(text) / MILLISECOND;
  if (!/^\d+$/.test(text)) throw new RangeError('not a whole number');
  return Number(text);
}

/** What may be written of a figure: a value, `<= value`, `>= value`, `< value`, `> value`, or `from..to`. Throws RangeError. */
export function parseCondition(figure: Figure, given: Given): Condition {
  const kind = FIGURES[figure];
  const text = String(given).trim();
  try {
    const [, low, high] = /^(.+?)\s*\.\.\s*(.+)$/.exec(text) ?? [];
    if (low !== undefined && high !== undefined) {
      const [from, to] = [parseValue(kind, low), parseValue(kind, high)];
      if (from <= to) return { text, from, to, inclusive: true };
    } else {
      const [, sign = '', bound = ''] = /^(<=|>=|<|>)?\s*(.+)$/.exec(text) ?? [];
      const value = parseValue(kind, bound);
      return {
        text,
        from: sign.startsWith('<') ? Number.NEGATIVE_INFINITY : value,
        to: sign.startsWith('>') ? Number.POSITIVE_INFINITY : value,
        inclusive: sign !== '<' && sign !== '>',
      };
    }
  } catch {
    // Told below, with what would be right of this figure.
  }
  throw new RangeError(`expected ${EXAMPLES[kind]}`);
}

/** Times are compared to the nanosecond, of which a double of ms may fall short by a little. */
const ROUNDING = 5e-7;

/** Whether a figure is as it should be; none at all is not. */
export function holds({ from, to, inclusive }: Condition, value: number | null): boolean {
  if (value === null) return false;
  return inclusive ? value >= from - ROUNDING && value <= to + ROUNDING : value > from && value < to;
}

/** A figure as an expectation would say it. */
export function formatFigure(figure: Figure, value: number | null): string {
  if (value === null) return 'none';
  const kind = FIGURES[figure];
  if (kind === 'share') return `${Number((value * 100).toFixed(3))}%`;
  return kind === 'time' ? formatDuration(Math.round(value * MILLISECOND)) : String(value);
}
