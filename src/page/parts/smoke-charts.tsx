import { useMemo } from 'preact/hooks';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { formatTick } from './axis.ts';
import { drawLoss, drawOutcomes } from './draw-bars.ts';
import { drawGaps } from './draw-gaps.ts';
import { drawSmoke } from './draw-smoke.ts';
import { lossTop } from './loss.ts';
import { resultsOf } from './outcome-parts.ts';
import type { Canvas } from './plot.ts';
import type { RttRange, RttScale } from './rtt-range.ts';
import { lossAt } from './steps.ts';
import { type Board, TimeChart } from './time-chart.tsx';

export interface ChartProps {
  board: Board;
  series: SeriesBody | undefined;
  height: number;
  axisWidth: number;
  hasTimes?: boolean;
  onWidth?: (width: number) => void;
}

/** Round-trip times over time: percentile bands as smoke, the median in the colour of loss. */
export function SmokeChart({
  range,
  scale,
  series,
  ...props
}: ChartProps & { range: RttRange; scale: RttScale }) {
  const { low, high } = range;
  const draw = useMemo(
    () => (canvas: Canvas) => {
      if (!series) return;
      drawGaps(canvas, series.gaps, { labelled: true });
      drawSmoke(canvas, series, { low, high });
    },
    [series, low, high],
  );
  return <TimeChart {...props} low={low} high={high} isLog={scale === 'log'} draw={draw} />;
}

const percentLabel = (share: number): string => `${formatTick(Number((share * 100).toPrecision(3)))}`;

/** The share of the probes that were lost, over time. */
export function LossChart({ series, ...props }: ChartProps) {
  const top = useMemo(
    () => lossTop(greatest(series, (step) => (series && lossAt(series, step)) ?? 0)),
    [series],
  );
  const draw = useMemo(
    () => (canvas: Canvas) => {
      if (!series) return;
      drawGaps(canvas, series.gaps, { labelled: false });
      drawLoss(canvas, series);
    },
    [series],
  );
  return <TimeChart {...props} low={0} high={top} label={percentLabel} draw={draw} />;
}

/** What became of the probes, over time. */
export function OutcomeChart({ series, ...props }: ChartProps) {
  const most = useMemo(() => greatest(series, (step) => (series ? resultsOf(series, step) : 0)), [series]);
  const draw = useMemo(
    () => (canvas: Canvas) => {
      if (!series) return;
      drawGaps(canvas, series.gaps, { labelled: false });
      drawOutcomes(canvas, series);
    },
    [series],
  );
  return <TimeChart {...props} low={0} high={Math.max(1, most * 1.04)} draw={draw} />;
}

const greatest = (series: SeriesBody | undefined, of: (step: number) => number): number =>
  series ? series.start.reduce((most, _, step) => Math.max(most, of(step)), 0) : 0;
