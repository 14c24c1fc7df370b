import type { Signal } from '@preact/signals';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { countText, NONE, shareText, withMs } from '../figures.ts';
import { formatMoment, formatStep } from '../moments.ts';
import { GAP_LABELS, GAP_MEANINGS, type Gap } from './draw-gaps.ts';
import { OUTCOME_PARTS, partOf } from './outcome-parts.ts';
import { indexAt, lossAt, type SeriesColumn, stepAt } from './steps.ts';

const TIMES: readonly SeriesColumn[] = [
  'min',
  'p5',
  'p10',
  'p25',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'max',
  'avg',
  'ipdv_mean',
];

const NAMES: Partial<Record<SeriesColumn, string>> = { p50: 'median', ipdv_mean: 'ipdv' };

/** All figures of the step that the cursor is at; of the last one where it is nowhere. Its size does not change with them. */
export function Readout({
  series,
  cursor,
}: {
  series: SeriesBody | undefined;
  cursor: Signal<number | undefined>;
}) {
  const moment = cursor.value;
  const index = !series ? -1 : moment === undefined ? series.start.length - 1 : indexAt(series, moment);
  const isLast = moment === undefined;
  return (
    <div class="readout" data-step={index >= 0 ? series?.start[index] : ''}>
      <p class="readout-time">
        {isLast && <span class="faint">Last step </span>}
        <strong>{timeOf(series, index, moment)}</strong>
        {moment !== undefined && <GapNote gap={gapAt(series, moment)} />}
      </p>
      <dl>
        {TIMES.map((name) => (
          <div key={name}>
            <dt>{NAMES[name] ?? name}</dt>
            <dd data-figure={name}>{withMs(series && index >= 0 ? stepAt(series, index)[name] : null)}</dd>
          </div>
        ))}
      </dl>
      <dl class="counts">
        <Counts series={series} index={index} />
      </dl>
    </div>
  );
}

function Counts({ series, index }: { series: SeriesBody | undefined; index: number }) {
  const step = series && index >= 0 ? stepAt(series, index) : undefined;
  const figures = [
    ['loss', series && step ? shareText(lossAt(series, index)) : NONE],
    ['sent', countText(step?.sent ?? null)],
    ['received', countText(step?.received ?? null)],
    ['lost', countText(step?.lost ?? null)],
    ['availability', shareText(step?.availability ?? null)],
  ] as const;
  return (
    <>
      {figures.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-figure={name}>{text}</dd>
        </div>
      ))}
    </>
  );
}

function timeOf(series: SeriesBody | undefined, index: number, moment: number | undefined): string {
  if (series && index >= 0) return formatStep(series.start[index] as number, series.step);
  return moment === undefined ? 'no results' : `${formatMoment(moment)}: no results`;
}

const gapAt = (series: SeriesBody | undefined, moment: number): Gap | undefined =>
  series?.gaps.find(({ start, end }) => start <= moment && moment < end);

function GapNote({ gap }: { gap: Gap | undefined }) {
  if (!gap) return null;
  return (
    <span class="gap-note">
      {' '}
      {GAP_LABELS[gap.reason]}: {GAP_MEANINGS[gap.reason]} from {formatMoment(gap.start)} to{' '}
      {formatMoment(gap.end)}
    </span>
  );
}

/** The same in a sentence, for who hears it. */
export function toldStep(series: SeriesBody | undefined, moment: number): string {
  const index = series ? indexAt(series, moment) : -1;
  const gap = gapAt(series, moment);
  const reason = gap ? `; ${GAP_LABELS[gap.reason]}: ${GAP_MEANINGS[gap.reason]}` : '';
  if (!series || index < 0) return `${formatMoment(moment)}: no results${reason}`;
  const step = stepAt(series, index);
  const others = OUTCOME_PARTS.filter(({ name }) => name !== 'reply' && partOf(series, name, index) > 0).map(
    ({ name }) => `${partOf(series, name, index)} ${name.replace('_', ' ')}`,
  );
  const rtt =
    step.p50 === null
      ? 'no round-trip time'
      : `median ${withMs(step.p50)}, ${withMs(step.min)} to ${withMs(step.max)}`;
  return [
    formatStep(step.start, series.step),
    rtt,
    `loss ${shareText(lossAt(series, index))} of ${step.sent} sent`,
    ...others,
  ]
    .join(', ')
    .concat(reason);
}
