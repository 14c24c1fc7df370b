import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { DASHES } from './lines.ts';
import type { Canvas } from './plot.ts';
import { lossAt } from './steps.ts';

/** What lines can be of. */
export const MEASURES = ['p50', 'p95', 'loss'] as const;
export type Measure = (typeof MEASURES)[number];

/** A line of a comparison; `style` is the number of its colour and dashes. */
export interface Line {
  series: SeriesBody;
  style: number;
}

/** Thickness, px. */
const WIDTH = 1.8;

/** The figure of a step; loss in shares, round-trip times in ms. */
export const measureAt = (series: SeriesBody, measure: Measure, step: number): number | null =>
  measure === 'loss' ? lossAt(series, step) : (series[measure][step] ?? null);

/** Lines that stand where there is no figure, and are not joined over it. */
export function drawLines(canvas: Canvas, lines: readonly Line[], measure: Measure): void {
  const { ctx, colours, ratio } = canvas;
  ctx.lineWidth = WIDTH * ratio;
  ctx.lineJoin = 'round';
  for (const { series, style } of lines) {
    ctx.strokeStyle = colours.lines[style] as string;
    ctx.setLineDash((DASHES[style] ?? []).map((length) => length * ratio));
    ctx.stroke(pathOf(canvas, series, measure));
  }
  ctx.setLineDash([]);
}

function pathOf({ x, y }: Canvas, series: SeriesBody, measure: Measure): Path2D {
  const { start, step } = series;
  const path = new Path2D();
  let end = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < start.length; n++) {
    const value = measureAt(series, measure, n);
    const begin = start[n] as number;
    if (value === null) {
      end = Number.NEGATIVE_INFINITY;
      continue;
    }
    const height = y(value);
    if (begin - end < step / 2) path.lineTo(x(begin), height);
    else path.moveTo(x(begin), height);
    end = begin + step;
    path.lineTo(x(end), height);
  }
  return path;
}
