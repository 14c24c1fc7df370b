import type { AlertRule } from '../entities/alert-rule.ts';
import { type Selector, selectorOf } from './selector.ts';

/** Figures over a span of time, by the names that statistics have for them. */
export const FIGURES = ['loss', 'p50', 'p95', 'p99', 'ipdv_mean'] as const;

export type Figure = (typeof FIGURES)[number];

export const METRICS = ['state', 'source', 'silence', ...FIGURES] as const;

export const STATES = ['down', 'up', 'change'] as const;

export const COMPARISONS = ['>', '<'] as const;

export const SEVERITIES = ['info', 'warning', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

interface Common {
  id: number;
  name: string;
  severity: Severity;
  /** ms */
  span: number;
  hold: number;
  recoveryHold: number;
  repeat: number | null;
  selector: Selector;
}

/** A row of the table of rules, found to be right. */
export type Rule = Common &
  (
    | { metric: 'state'; state: (typeof STATES)[number] }
    | { metric: 'source' }
    | { metric: 'silence' }
    | {
        metric: Figure;
        comparison: (typeof COMPARISONS)[number];
        /** A share, or ms. */
        threshold: number;
        recoveryThreshold: number;
      }
  );

export const isFigure = (metric: string): metric is Figure => (FIGURES as readonly string[]).includes(metric);

/** Shorter ones have no twelve parts worth looking at. ms */
const SHORTEST_SPAN = 1000;

/** Signs of life come every 5 s, and may be late. ms */
const SHORTEST_SILENCE = 30_000;

/** The longest that XState and every database's integer take, ms. */
const LONGEST = 2 ** 31 - 1;

/** The longest that figures are kept in memory for, ms: a day. */
const LONGEST_SPAN = 86_400_000;

/** The rule that a row stands for, or what is wrong with it, in one line. */
export function ruleOf(row: AlertRule): Rule | { problem: string } {
  try {
    return checked(row);
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}

function checked(row: AlertRule): Rule {
  const metric = oneOf('metric', row.metric, METRICS);
  if (typeof row.name !== 'string' || row.name.trim() === '') throw new RangeError('name is empty');
  const common: Common = {
    id: row.id,
    name: row.name,
    severity: oneOf('severity', row.severity, SEVERITIES),
    span: whole('span', row.span, SHORTEST_SPAN, LONGEST_SPAN),
    hold: whole('hold', row.hold, 0),
    recoveryHold: whole('recovery_hold', row.recovery_hold, 0),
    repeat: row.repeat === null ? null : whole('repeat', row.repeat, 60_000),
    selector: selectorOf(String(row.destinations)),
  };
  if (metric === 'source') return { ...common, metric };
  if (metric === 'silence') {
    whole('span', row.span, SHORTEST_SILENCE, LONGEST_SPAN);
    return { ...common, metric };
  }
  if (metric === 'state') return { ...common, metric, state: oneOf('state', row.state ?? 'down', STATES) };
  const comparison = oneOf('comparison', row.comparison, COMPARISONS);
  const threshold = bound('threshold', row.threshold, metric);
  const recoveryThreshold =
    row.recovery_threshold === null ? threshold : bound('recovery_threshold', row.recovery_threshold, metric);
  if (comparison === '>' ? recoveryThreshold > threshold : recoveryThreshold < threshold)
    throw new RangeError(
      `recovery_threshold ${recoveryThreshold}: expected ${comparison === '>' ? 'at most' : 'at least'} the threshold, ${threshold}`,
    );
  return { ...common, metric, comparison, threshold, recoveryThreshold };
}

function oneOf<Value extends string>(column: string, value: unknown, choices: readonly Value[]): Value {
  if (choices.includes(value as Value)) return value as Value;
  throw new RangeError(`${column} ${JSON.stringify(value)}: expected ${choices.join(', ')}`);
}

function whole(column: string, value: unknown, from: number, to = LONGEST): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw new RangeError(
    `${column} ${JSON.stringify(value)}: expected a whole number from ${from} to ${to} ms`,
  );
}

function bound(column: string, value: unknown, metric: Figure): number {
  const most = metric === 'loss' ? 1 : LONGEST;
  const what = metric === 'loss' ? 'a share from 0 to 1' : 'a time in ms';
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw new RangeError(
    value === null || value === undefined
      ? `${column} is missing: metric ${metric} needs one, ${what}`
      : `${column} ${JSON.stringify(value)}: expected ${what}`,
  );
}
