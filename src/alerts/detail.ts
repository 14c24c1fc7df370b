import { spanText } from './durations.ts';
import type { Rule } from './rule.ts';

/** A figure as people read it: `12.5%`, `103.2 ms`. */
export const valueText = (metric: string, value: number): string =>
  metric === 'loss' ? `${Number((value * 100).toPrecision(3))}%` : `${Number(value.toPrecision(4))} ms`;

/** In one line, what a rule finds: `loss 12.5% over 5m, above 10%`. */
export function detailOf(rule: Rule, value: number | null): string {
  if (rule.metric === 'source') return 'the source is in trouble';
  if (rule.metric === 'silence') return 'no sign of life';
  if (rule.metric === 'state') return rule.state === 'change' ? 'state changed' : rule.state;
  const bound = `${rule.comparison === '>' ? 'above' : 'below'} ${valueText(rule.metric, rule.threshold)}`;
  return `${rule.metric} ${value === null ? '' : `${valueText(rule.metric, value)} `}over ${spanText(rule.span)}, ${bound}`;
}
