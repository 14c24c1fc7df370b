import { type Command, InvalidArgumentError, Option } from 'commander';
import { COMPARISONS, METRICS, SEVERITIES, STATES } from '../alerts/rule.ts';
import { parseThreshold, type Threshold } from '../alerts-file/schema.ts';
import { thresholdOf } from '../alerts-file/wanted.ts';
import type { AlertRule } from '../entities/alert-rule.ts';
import {
  argument,
  columnOf,
  NONE,
  orNone,
  parseLength,
  parseWholeTime,
  selectorOption,
} from './alerts-options.ts';

/** What the options of a rule say; times in ms. */
export interface RuleOptions {
  metric?: string;
  state?: string;
  comparison?: string;
  threshold?: Threshold;
  recoveryThreshold?: Threshold | typeof NONE;
  span?: number;
  hold?: number;
  recoveryHold?: number;
  severity?: string;
  destinations?: string;
  repeat?: number | typeof NONE;
  /** Names or ids; none: all of them. */
  channel?: string[];
}

const threshold = argument(parseThreshold);

/** A command that takes what a rule is like. */
export const withRuleOptions = (command: Command): Command =>
  command
    .addOption(new Option('--metric <metric>', 'what is looked at').choices([...METRICS]))
    .addOption(new Option('--state <state>', 'of the metric state: when it is bad').choices([...STATES]))
    .addOption(
      new Option('--comparison <sign>', 'of a figure: on which side of the threshold it is bad').choices([
        ...COMPARISONS,
      ]),
    )
    .addOption(
      new Option(
        '--threshold <value>',
        'of a figure: beyond which it is bad, such as 5% of loss, or 100ms of times',
      ).argParser(threshold),
    )
    .addOption(
      new Option(
        '--recovery-threshold <value>',
        'what it has to come back to; the threshold unless given',
      ).argParser(orNone(threshold)),
    )
    .addOption(new Option('--span <time>', 'over how long a figure is taken').argParser(parseLength))
    .addOption(new Option('--hold <time>', 'how long it has to be bad').argParser(parseWholeTime))
    .addOption(new Option('--recovery-hold <time>', 'how long it has to be good').argParser(parseWholeTime))
    .addOption(new Option('--severity <severity>', 'how bad it is').choices([...SEVERITIES]))
    .addOption(selectorOption())
    .addOption(
      new Option('--repeat <time>', 'how often one that goes on is told again').argParser(
        orNone(parseLength),
      ),
    )
    .addOption(
      new Option('--channel <name>', 'whom it tells; to be given for each; all unless given').argParser(
        parseChannel,
      ),
    );

function parseChannel(text: string, before: string[] | undefined): string[] {
  const isNone = text.toLowerCase() === NONE;
  if (before === undefined) return isNone ? [] : [text];
  if (!isNone && before.length > 0) return [...before, text];
  throw new InvalidArgumentError('"none" stands alone: expected names of channels, or none');
}

/** The columns that the options say, of a rule that has had this metric. Throws InputError. */
export function ruleColumns(
  {
    metric,
    state,
    comparison,
    span,
    hold,
    recoveryHold,
    severity,
    destinations,
    repeat,
    ...given
  }: RuleOptions,
  formerMetric: string,
): Partial<AlertRule> {
  const columns = {
    ...{ metric, state, comparison, span, hold, recovery_hold: recoveryHold, severity, destinations },
    repeat: columnOf(repeat),
    threshold: thresholdColumn('threshold', metric ?? formerMetric, given.threshold),
    recovery_threshold: thresholdColumn(
      'recovery_threshold',
      metric ?? formerMetric,
      columnOf(given.recoveryThreshold),
    ),
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

const thresholdColumn = (
  column: string,
  metric: string,
  given: Threshold | null | undefined,
): number | null | undefined => (given ? thresholdOf(column, metric, given) : given);
