import type { SeriesBody } from '../../http/schemas/statistics.ts';
import type { Canvas } from './plot.ts';

export type Gap = SeriesBody['gaps'][number];

/** What the reasons of a gap are called. */
export const GAP_LABELS: Readonly<Record<Gap['reason'], string>> = {
  down: 'down',
  suspended: 'suspended',
  cut_off: 'cut off',
};

/** What they mean. */
export const GAP_MEANINGS: Readonly<Record<Gap['reason'], string>> = {
  down: 'no monitor ran',
  suspended: 'the monitor’s host slept',
  cut_off: 'the monitor’s host could send nothing',
};

/** Side of a hatching's tile, px. */
const TILE = 8;

/** However short it was, a gap is so wide, px. */
const LEAST_WIDTH = 2;

/** Times in which the monitor itself could not probe: hatched, and said to be where there is room. */
export function drawGaps(canvas: Canvas, gaps: readonly Gap[], { labelled }: { labelled: boolean }): void {
  const { ctx, box, colours, ratio } = canvas;
  if (gaps.length === 0) return;
  const hatching = hatchingOf(canvas);
  const height = box.bottom - box.top;
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const { start, end, reason } of gaps) {
    const left = Math.max(box.left, canvas.x(start));
    const right = Math.min(box.right, Math.max(canvas.x(end), left + LEAST_WIDTH * ratio));
    if (right <= left) continue;
    ctx.globalAlpha = 0.1;
    ctx.fillStyle = colours.gap;
    ctx.fillRect(left, box.top, right - left, height);
    ctx.globalAlpha = 1;
    if (hatching) ctx.fillStyle = hatching;
    ctx.fillRect(left, box.top, right - left, height);
    if (labelled) drawLabel(canvas, GAP_LABELS[reason], { left, right });
  }
}

function drawLabel(
  { ctx, box, colours, ratio }: Canvas,
  label: string,
  { left, right }: { left: number; right: number },
): void {
  const size = 11 * ratio;
  const length = ctx.measureText(label).width + 8 * ratio;
  const isUpright = right - left < length;
  if (isUpright && (right - left < size * 1.5 || box.bottom - box.top < length)) return;
  ctx.save();
  ctx.translate((left + right) / 2, isUpright ? box.top + length / 2 + 4 * ratio : box.top + size);
  if (isUpright) ctx.rotate(-Math.PI / 2);
  ctx.fillStyle = colours.ground;
  ctx.globalAlpha = 0.85;
  ctx.fillRect(-length / 2, -size * 0.7, length, size * 1.4);
  ctx.globalAlpha = 1;
  ctx.fillStyle = colours.text;
  ctx.fillText(label, 0, 0);
  ctx.restore();
}

function hatchingOf({ ctx, colours, ratio }: Canvas): CanvasPattern | null {
  const side = Math.round(TILE * ratio);
  const tile = document.createElement('canvas');
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.strokeStyle = colours.gap;
  pen.lineWidth = ratio;
  pen.globalAlpha = 0.6;
  pen.beginPath();
  // Beyond its corners, so that tiles join without a seam.
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift - 1, side + 1);
    pen.lineTo(shift + side + 1, -1);
  }
  pen.stroke();
  return ctx.createPattern(tile, 'repeat');
}
