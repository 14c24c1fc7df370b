import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { LOSS_CLASSES, lossLevel } from './loss.ts';
import type { Canvas } from './plot.ts';
import { isCut, type RttRange } from './rtt-range.ts';
import { lossAt } from './steps.ts';

/** Bands from the widest to the narrowest; each lies on those before, so that the densest part is the darkest. */
export const SMOKE = [
  { low: 'min', high: 'max', label: 'min–max', alpha: 0.14 },
  { low: 'p5', high: 'p95', label: 'p5–p95', alpha: 0.18 },
  { low: 'p10', high: 'p90', label: 'p10–p90', alpha: 0.22 },
  { low: 'p25', high: 'p75', label: 'p25–p75', alpha: 0.36 },
] as const;

/** Thickness of the median, px. */
const MEDIAN = 2;

/** Where a step is, px of the canvas. */
interface Place {
  step: number;
  left: number;
  right: number;
}

/** Round-trip times: the smoke, and the median in the colour of loss. */
export function drawSmoke(canvas: Canvas, series: SeriesBody, range: RttRange): void {
  const runs = [...answeredRuns(canvas, series)];
  drawTotalLoss(canvas, series);
  const { ctx, colours } = canvas;
  ctx.fillStyle = colours.smoke;
  for (const { low, high, alpha } of SMOKE) {
    const band = new Path2D();
    for (const run of runs) addBand(band, run, canvas, { low: series[low], high: series[high] });
    ctx.globalAlpha = alpha;
    ctx.fill(band);
  }
  ctx.globalAlpha = 1;
  drawMedian(canvas, series, runs);
  drawCuts(canvas, series, range, runs);
}

/** Runs of steps with round-trip times, without a step between that has none: nothing is joined that was not measured. */
export function* answeredRuns(canvas: Canvas, series: SeriesBody): Generator<Place[]> {
  const { start, step, p50 } = series;
  const [from, to] = [canvas.box.left, canvas.box.right];
  let run: Place[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < start.length; n++) {
    const begin = start[n] as number;
    const next = start[n + 1];
    const isNext = begin - end < step / 2;
    if ((!isNext || p50[n] === null) && run.length > 0) {
      yield run;
      run = [];
    }
    end = next !== undefined && next < begin + step * 1.5 ? next : begin + step;
    if (p50[n] === null) continue;
    const left = canvas.x(begin);
    const right = Math.max(canvas.x(end), left + 1);
    if (right >= from && left <= to) run.push({ step: n, left, right });
  }
  if (run.length > 0) yield run;
}

function addBand(
  path: Path2D,
  run: readonly Place[],
  canvas: Canvas,
  { low, high }: { low: readonly (number | null)[]; high: readonly (number | null)[] },
): void {
  const y = (values: readonly (number | null)[], { step }: Place) => canvas.y(values[step] ?? 0);
  const [first] = run;
  if (!first) return;
  path.moveTo(first.left, y(high, first));
  for (const place of run) {
    path.lineTo(place.left, y(high, place));
    path.lineTo(place.right, y(high, place));
  }
  for (const place of run.toReversed()) {
    path.lineTo(place.right, y(low, place));
    path.lineTo(place.left, y(low, place));
  }
  path.closePath();
}

/** A path for each level of loss, so that each colour is set once; the worst are on top. */
function drawMedian({ ctx, colours, ratio, y }: Canvas, series: SeriesBody, runs: readonly Place[][]): void {
  const paths = LOSS_CLASSES.map(() => new Path2D());
  for (const run of runs) {
    let last: number | undefined;
    for (const { step, left, right } of run) {
      const height = y(series.p50[step] ?? 0);
      const path = paths[lossLevel(lossAt(series, step) ?? 0)] as Path2D;
      path.moveTo(left, last ?? height);
      if (last !== undefined) path.lineTo(left, height);
      path.lineTo(right, height);
      last = height;
    }
  }
  ctx.lineWidth = MEDIAN * ratio;
  ctx.lineJoin = 'bevel';
  for (const [level, path] of paths.entries()) {
    ctx.strokeStyle = colours.loss[level] as string;
    ctx.stroke(path);
  }
}

/** Where everything was lost there is no round-trip time to be drawn. */
function drawTotalLoss(canvas: Canvas, series: SeriesBody): void {
  const { ctx, colours, box } = canvas;
  ctx.fillStyle = colours.loss.at(-1) as string;
  ctx.globalAlpha = 0.12;
  for (let n = 0; n < series.start.length; n++) {
    if (lossAt(series, n) !== 1) continue;
    const begin = series.start[n] as number;
    const left = canvas.x(begin);
    ctx.fillRect(left, box.top, Math.max(1, canvas.x(begin + series.step) - left), box.bottom - box.top);
  }
  ctx.globalAlpha = 1;
}

/** A mark at the top where there is more above it. */
function drawCuts(
  { ctx, box, colours, ratio }: Canvas,
  series: SeriesBody,
  range: RttRange,
  runs: readonly Place[][],
): void {
  ctx.fillStyle = colours.text;
  for (const run of runs)
    for (const { step, left, right } of run) {
      if (!isCut(series, step, range)) continue;
      ctx.globalAlpha = (series.p95[step] ?? 0) > range.high ? 1 : 0.35;
      ctx.fillRect(left, box.top, Math.max(right - left, ratio), 3 * ratio);
    }
  ctx.globalAlpha = 1;
}
