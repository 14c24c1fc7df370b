import { useMemo } from 'preact/hooks';
import { formatTick } from '../parts/axis.ts';
import { drawLines, type Line, type Measure, measureAt } from '../parts/draw-lines.ts';
import { lossTop } from '../parts/loss.ts';
import type { Canvas } from '../parts/plot.ts';
import type { RttRange, RttScale } from '../parts/rtt-range.ts';
import { type Board, TimeChart } from '../parts/time-chart.tsx';

export interface CompareChartProps {
  board: Board;
  lines: readonly Line[];
  measure: Measure;
  range: RttRange;
  scale: RttScale;
  axisWidth: number;
  height: number;
  onWidth: (width: number) => void;
}

/** All lines in one chart. */
export function CompareChart({ lines, measure, range, scale, ...props }: CompareChartProps) {
  const isLoss = measure === 'loss';
  const top = useMemo(() => (isLoss ? lossTop(greatest(lines)) : range.high), [lines, isLoss, range.high]);
  const draw = useMemo(() => (canvas: Canvas) => drawLines(canvas, lines, measure), [lines, measure]);
  return (
    <TimeChart
      {...props}
      key={isLoss ? 'loss' : scale}
      low={isLoss ? 0 : range.low}
      high={top}
      isLog={!isLoss && scale === 'log'}
      label={isLoss ? percentLabel : formatTick}
      draw={draw}
      hasTimes
    />
  );
}

const percentLabel = (share: number): string => formatTick(Number((share * 100).toPrecision(3)));

const greatest = (lines: readonly Line[]): number =>
  lines.reduce(
    (most, { series }) =>
      series.start.reduce((each, _, step) => Math.max(each, measureAt(series, 'loss', step) ?? 0), most),
    0,
  );
