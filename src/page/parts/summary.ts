import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { shareText, withMs } from '../figures.ts';
import { formatDuration } from '../moments.ts';
import { formatWindow } from './axis.ts';
import { OUTCOME_PARTS, type OutcomeName, partOf } from './outcome-parts.ts';
import type { Window } from './span.ts';
import { lossAt } from './steps.ts';

/** How many of all steps shown are in each part. */
export const totalsOf = (series: SeriesBody | undefined): Record<OutcomeName, number> =>
  Object.fromEntries(
    OUTCOME_PARTS.map(({ name }) => [
      name,
      series ? series.start.reduce((sum, _, step) => sum + partOf(series, name, step), 0) : 0,
    ]),
  ) as Record<OutcomeName, number>;

/** What the charts show, in two or three sentences. */
export function summaryOf(label: string, series: SeriesBody | undefined, window: Window): string {
  const when = `${label}, ${formatWindow(window)}`;
  if (!series || series.start.length === 0) return `${when}: no results.${gapsOf(series)}`;
  const steps = series.start.map((_, step) => step);
  const sum = (column: readonly number[]) => column.reduce((all, each) => all + each, 0);
  const [received, lost] = [sum(series.received), sum(series.lost)];
  const loss = received + lost > 0 ? lost / (received + lost) : null;
  const medians = series.p50.filter((value) => value !== null).sort((a, b) => a - b);
  const worst = steps.reduce((most, step) => Math.max(most, lossAt(series, step) ?? 0), 0);
  const dead = steps.filter((step) => lossAt(series, step) === 1).length;
  const sentences = [
    `${when}, in ${series.start.length} steps of ${formatDuration(series.step)}`,
    medians.length === 0
      ? 'There was no answer'
      : `Medians of the round-trip time lie between ${withMs(medians[0] ?? null)} and ${withMs(medians.at(-1) ?? null)}, half of them below ${withMs(medians[medians.length >> 1] ?? null)}`,
    lost === 0
      ? `Nothing was lost of ${received + lost} probes`
      : `${shareText(loss)} of ${received + lost} probes were lost, at most ${shareText(worst)} in a step`,
    ...(dead > 0 ? [`In ${dead} ${dead === 1 ? 'step' : 'steps'} everything was lost`] : []),
  ];
  return `${sentences.join('. ')}.${gapsOf(series)}`;
}

function gapsOf(series: SeriesBody | undefined): string {
  const gaps = series?.gaps ?? [];
  if (gaps.length === 0) return '';
  const length = gaps.reduce((sum, { start, end }) => sum + end - start, 0);
  return ` The monitor could not probe ${gaps.length === 1 ? 'once' : `${gaps.length} times`}, for ${formatDuration(length)}.`;
}
