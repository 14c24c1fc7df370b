import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { LOSS_CLASSES, lossLevel } from './loss.ts';
import { OUTCOME_PARTS, partOf } from './outcome-parts.ts';
import type { Canvas } from './plot.ts';
import { lossAt } from './steps.ts';

/** However little it is, what was lost can be seen: px. */
const LEAST_HEIGHT = 2;

/** Space between bars that are wide enough to have one, px. */
const SPACE = 1;

/** A bar for each step in which anything was lost, as high as its share, and in the colour of it. */
export function drawLoss(canvas: Canvas, series: SeriesBody): void {
  const { ctx, colours, ratio, y } = canvas;
  const paths = LOSS_CLASSES.map(() => new Path2D());
  const ground = y(0);
  for (let n = 0; n < series.start.length; n++) {
    const loss = lossAt(series, n) ?? 0;
    if (loss === 0) continue;
    const { left, width } = barOf(canvas, series, n);
    const height = Math.max(LEAST_HEIGHT * ratio, ground - y(loss));
    paths[lossLevel(loss)]?.rect(left, ground - height, width, height);
  }
  for (const [level, path] of paths.entries()) {
    ctx.fillStyle = colours.loss[level] as string;
    ctx.fill(path);
  }
}

/** What became of the probes of each step, one part on the other. */
export function drawOutcomes(canvas: Canvas, series: SeriesBody): void {
  const { ctx, colours, ratio, y } = canvas;
  const ground = y(0);
  const tops = new Float64Array(series.start.length).fill(ground);
  for (const { name } of OUTCOME_PARTS) {
    const path = new Path2D();
    for (let n = 0; n < series.start.length; n++) {
      const count = partOf(series, name, n);
      if (count === 0) continue;
      const { left, width } = barOf(canvas, series, n);
      const height = Math.max(LEAST_HEIGHT * ratio, ground - y(count));
      const top = (tops[n] as number) - height;
      path.rect(left, top, width, height);
      tops[n] = top;
    }
    ctx.fillStyle = colours.outcomes[name] as string;
    ctx.fill(path);
  }
}

function barOf(
  { x, ratio }: Canvas,
  { start, step }: SeriesBody,
  n: number,
): { left: number; width: number } {
  const left = x(start[n] as number);
  const width = x((start[n] as number) + step) - left;
  const space = width > 5 * ratio ? SPACE * ratio : 0;
  return { left, width: Math.max(1, width - space) };
}
