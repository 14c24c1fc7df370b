import type { Figure, METRICS, SEVERITIES, STATES } from '../../alerts/rule.ts';
import type { ChannelBody, RuleBody } from '../../http/schemas/alert.ts';
import type { RecordField } from '../edit/record-field.tsx';
import { notATime, type TextProblems, type Texts, timesOf } from '../edit/texts.ts';
import { parseTime, timeText } from '../moments.ts';

type Metric = (typeof METRICS)[number];

const METRIC_WORDS: Readonly<Record<Metric, string>> = {
  state: 'state: down, up, or any change',
  loss: 'loss',
  p50: 'p50, the median round-trip time',
  p95: 'p95, 95th percentile of round-trip times',
  p99: 'p99, 99th percentile of round-trip times',
  ipdv_mean: 'ipdv_mean, variation from probe to probe',
  source: 'source: this host’s own uplink',
  silence: 'silence: another source gives no sign of life',
};

const STATE_WORDS: Readonly<Record<(typeof STATES)[number], string>> = {
  down: 'down: three probes lost in a row',
  up: 'up',
  change: 'any change',
};

const SEVERITY_WORDS: Readonly<Record<(typeof SEVERITIES)[number], string>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
};

const FIGURES: ReadonlySet<string> = new Set<Figure>(['loss', 'p50', 'p95', 'p99', 'ipdv_mean']);

/** Whether a rule watches destinations, and not sources. */
export const isAboutDestinations = (metric: string): boolean => metric !== 'source' && metric !== 'silence';

/** What the table has for what is not given. */
export const NEW_RULE: Texts = {
  name: '',
  metric: 'state',
  state: 'down',
  comparison: '>',
  threshold: '',
  recovery_threshold: '',
  span: '1m',
  hold: '0s',
  recovery_hold: '1m',
  destinations: '*',
  severity: 'critical',
  repeat: '',
  channels: '',
};

/** Rules to begin with. */
export const EXAMPLES: readonly Texts[] = [
  { name: 'down', metric: 'state', hold: '1m' },
  {
    name: 'lossy',
    metric: 'loss',
    threshold: '5%',
    recovery_threshold: '1%',
    span: '5m',
    severity: 'warning',
  },
  { name: 'slow', metric: 'p95', threshold: '200ms', span: '5m', hold: '5m', severity: 'warning' },
  { name: 'unsteady', metric: 'ipdv_mean', threshold: '30ms', span: '5m', hold: '5m', severity: 'info' },
];

/** A bound as it is written: `5%` of loss, `200ms` of times. */
export const boundText = (metric: string, value: number | null): string => {
  if (value === null) return '';
  if (metric === 'loss') return `${Number((value * 100).toPrecision(6))}%`;
  return Number.isInteger(value) ? timeText(value) : `${value}ms`;
};

/** The form about a rule that is there. */
export const ruleTexts = (rule: RuleBody): Texts => ({
  name: rule.name,
  metric: rule.metric,
  state: rule.state ?? 'down',
  comparison: rule.comparison,
  threshold: boundText(rule.metric, rule.threshold),
  recovery_threshold: boundText(rule.metric, rule.recovery_threshold),
  span: timeText(rule.span),
  hold: rule.hold === 0 ? '0s' : timeText(rule.hold),
  recovery_hold: rule.recovery_hold === 0 ? '0s' : timeText(rule.recovery_hold),
  destinations: rule.destinations,
  severity: rule.severity,
  repeat: rule.repeat === null ? '' : timeText(rule.repeat),
  channels: rule.channels.join(),
});

/** With what is chosen, whatever another tool may have written. */
const choicesOf = (words: Readonly<Record<string, string>>, chosen = ''): (readonly [string, string])[] => {
  const choices = Object.entries(words);
  return chosen === '' || Object.hasOwn(words, chosen) ? choices : [...choices, [chosen, chosen]];
};

/** What the span of a rule is for; undefined where it has none. */
const SPAN_HINTS: Readonly<Record<string, string>> = {
  figure: 'over how long it is taken: 1m, 5m, 1h',
  change: 'for how long each change is told',
  silence: 'how long nothing is heard of it: 2m, 30s at least',
};

const spanOf = ({ metric = '', state = '' }: Texts): string => {
  if (FIGURES.has(metric)) return 'figure';
  return metric === 'state' ? state : metric;
};

export function ruleFields(texts: Texts, channels: readonly ChannelBody[]): RecordField[] {
  const { metric = '' } = texts;
  const isFigure = FIGURES.has(metric);
  const bound = metric === 'loss' ? '5%' : '200ms';
  const fields: (RecordField | false)[] = [
    { name: 'name', label: 'Name', hint: 'by which it is told and found again' },
    {
      name: 'severity',
      label: 'Severity',
      control: 'choice',
      choices: choicesOf(SEVERITY_WORDS, texts.severity),
    },
    { name: 'metric', label: 'Metric', control: 'choice', choices: choicesOf(METRIC_WORDS, metric) },
    metric === 'state' && {
      name: 'state',
      label: 'State',
      control: 'choice',
      choices: choicesOf(STATE_WORDS, texts.state),
    },
    isFigure && {
      name: 'comparison',
      label: 'Bad is',
      control: 'choice',
      choices: choicesOf({ '>': 'above the threshold', '<': 'below the threshold' }, texts.comparison),
    },
    isFigure && { name: 'threshold', label: 'Threshold', hint: `such as ${bound}`, placeholder: bound },
    isFigure && {
      name: 'recovery_threshold',
      label: 'Recovery threshold',
      hint: 'what it has to come back to; empty: the threshold',
    },
    SPAN_HINTS[spanOf(texts)] !== undefined && {
      name: 'span',
      label: 'Span',
      hint: SPAN_HINTS[spanOf(texts)],
    },
    { name: 'hold', label: 'Hold', hint: 'how long it has to be bad before it is an alert' },
    { name: 'recovery_hold', label: 'Recovery hold', hint: 'how long it has to be good before that is over' },
    { name: 'repeat', label: 'Repeat', placeholder: 'never', hint: 'how often it is told again: 4h' },
    isAboutDestinations(metric) && {
      name: 'destinations',
      label: 'Destinations',
      wide: true,
      hint: '* for all, or ids, names, addresses, web-*, protocol:tcp with commas between; ! leaves out',
    },
    channels.length > 0 && {
      name: 'channels',
      label: 'Channels',
      control: 'several',
      choices: channels.map(({ id, name }) => [String(id), name]),
      hint: 'none chosen: all of them',
    },
  ];
  return fields.filter((field) => field !== false);
}

export type RuleGiven = Partial<Omit<RuleBody, 'id' | 'problem' | 'enabled'>>;

/** What a form says of a rule, or what is wrong with how it says it. */
export function ruleGiven(texts: Texts): { body: RuleGiven; problems: TextProblems } {
  const problems: TextProblems = {};
  const text = (field: string) => (texts[field] ?? '').trim();
  const metric = text('metric');
  const times = timesOf(texts, ['span', 'hold', 'recovery_hold', 'repeat'], problems);
  for (const field of ['span', 'hold', 'recovery_hold'])
    if (text(field) === '') problems[field] = notATime('');
  const bounds = Object.fromEntries(
    ['threshold', 'recovery_threshold'].map((field) => [
      field,
      FIGURES.has(metric) ? boundOf(field, metric, text(field), problems) : null,
    ]),
  );
  return {
    problems,
    body: {
      name: text('name'),
      metric,
      state: metric === 'state' ? text('state') : null,
      comparison: text('comparison'),
      ...bounds,
      ...times,
      repeat: times.repeat ?? null,
      severity: text('severity'),
      destinations: text('destinations') || '*',
      channels: text('channels').split(',').filter(Boolean).map(Number),
    },
  };
}

/** As files have it: a share of loss, a time of all else. */
function boundOf(field: string, metric: string, text: string, problems: TextProblems): number | null {
  if (text === '') return null;
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text) ?? [];
  const isShare = metric === 'loss';
  if (isShare && percent !== undefined) return Number((Number(percent) / 100).toPrecision(12));
  const bare = /^\d*\.?\d+$/.test(text) ? Number(text) : undefined;
  const value = isShare ? bare : percent === undefined ? parseTime(text) : undefined;
  if (value !== undefined) return value;
  problems[field] =
    `${field}: metric ${metric} needs ${isShare ? 'a share, such as 5%' : 'a time, such as 100ms'}`;
  return null;
}
