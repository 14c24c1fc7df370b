import { DotCanvas } from './braille.ts';
import { clockText, dayText } from './figures.ts';
import type { Frame } from './frame.ts';
import { ALARM, BAND, type Capabilities, LINE, NOTE, type Signs, signsOf, WARNING } from './look.ts';
import type { Style } from './style.ts';
import { fitted } from './text.ts';

/** One step of a chart; times in ms, null where nothing was received. */
export interface ChartPoint {
  /** When it began, ms since the Unix epoch. */
  start: number;
  low: number | null;
  middle: number | null;
  high: number | null;
  /** Share of the probes that were lost, 0 to 1; null where none was received or lost. */
  loss: number | null;
}

export interface Chart {
  /** ms since the Unix epoch. */
  since: number;
  until: number;
  /** How long each point is, ms. */
  step: number;
  points: readonly ChartPoint[];
  /** When the source could not probe, ms since the Unix epoch. */
  gaps: readonly { start: number; end: number }[];
}

export interface Place extends Capabilities {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What the axis of times takes at the left, in columns. */
const MARGIN = 8;

/** Below the curve: losses, and times. */
const STRIPS = 2;

/** Ranks of what is drawn. */
const BAND_RANK = 1;
const LINE_RANK = 2;

/** How many columns, in characters, a chart of this width has for its curve. */
export const plotColumns = (width: number): number => Math.max(4, width - MARGIN);

/** Round-trip times as a median in a band of percentiles, losses below it, and where there is nothing. */
export function putChart(
  frame: Frame,
  place: Place,
  chart: Chart,
  { fromZero }: { fromZero: boolean },
): void {
  const rows = place.height - STRIPS;
  if (rows < 1) return;
  const columns = plotColumns(place.width);
  const signs = signsOf(place);
  const range = rangeOf(chart.points, fromZero);
  putAxis(frame, place, { rows, range, signs });
  const left = place.x + MARGIN;
  if (range) {
    const canvas = drawn(chart, new DotCanvas(columns, rows), range);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const rank = canvas.rankAt(column, row);
        if (rank === 0) continue;
        const text = place.hasUnicode ? canvas.characterAt(column, row) : rank === LINE_RANK ? '*' : ':';
        frame.put(left + column, place.y + row, text, rank === LINE_RANK ? LINE : BAND);
      }
  }
  putLosses(frame, { x: left, y: place.y + rows, columns }, chart, signs);
  frame.put(place.x, place.y + rows, fitted('lost', MARGIN - 1, { right: true }), NOTE);
  putTimes(frame, { x: left, y: place.y + rows + 1, columns }, chart);
}

interface Range {
  low: number;
  high: number;
}

/** From 0 on where that does not make a line of everything, or where it is asked for. */
export function rangeOf(points: readonly ChartPoint[], fromZero: boolean): Range | undefined {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const { low, high } of points) {
    if (low !== null) least = Math.min(least, low);
    if (high !== null) most = Math.max(most, high);
  }
  if (least > most) return undefined;
  if (fromZero || least <= most / 2) return { low: 0, high: rounded(Math.max(most, 1e-3), Math.ceil) };
  const margin = Math.max((most - least) * 0.1, most * 0.01);
  return { low: Math.max(0, least - margin), high: most + margin };
}

/** To two digits. */
function rounded(value: number, round: (value: number) => number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return round(value / unit) * unit;
}

function drawn({ points, since, until, step }: Chart, canvas: DotCanvas, { low, high }: Range): DotCanvas {
  const perTime = canvas.width / (until - since);
  const yOf = (ms: number): number => Math.round(((ms - low) / (high - low)) * (canvas.height - 1));
  let before: { end: number; y: number } | undefined;
  for (const { start, low: from, middle, high: to } of points) {
    const first = Math.floor((start - since) * perTime);
    const end = Math.max(first + 1, Math.floor((start + step - since) * perTime));
    if (middle === null) {
      before = undefined;
      continue;
    }
    for (let x = first; x < end; x++) {
      if (from !== null && to !== null)
        for (let y = yOf(from); y <= yOf(to); y++) if ((x + y) % 2 === 0) canvas.dot(x, y, BAND_RANK);
      canvas.dot(x, yOf(middle), LINE_RANK);
    }
    // From one step to the next the line goes on.
    const y = yOf(middle);
    if (before && first <= before.end + 1)
      for (let at = Math.min(y, before.y) + 1; at < Math.max(y, before.y); at++)
        canvas.dot(first, at, LINE_RANK);
    before = { end, y };
  }
  return canvas;
}

function putAxis(
  frame: Frame,
  { x, y }: Place,
  { rows, range, signs }: { rows: number; range: Range | undefined; signs: Signs },
): void {
  for (let row = 0; row < rows; row++) frame.put(x + MARGIN - 1, y + row, signs.axis, NOTE);
  if (!range) return;
  const labelled = rows >= 6 ? [0, Math.floor((rows - 1) / 2), rows - 1] : [0, rows - 1];
  for (const row of new Set(labelled)) {
    const value = rows === 1 ? range.high : range.high - ((range.high - range.low) * row) / (rows - 1);
    frame.put(x, y + row, fitted(axisText(value), MARGIN - 1, { right: true }), NOTE);
  }
}

const axisText = (ms: number): string => `${Number(ms.toPrecision(ms >= 1000 ? 4 : 3))}`;

interface Strip {
  x: number;
  y: number;
  columns: number;
}

/** The largest loss in each column, and where nothing is known. */
function putLosses(
  frame: Frame,
  { x, y, columns }: Strip,
  { points, since, until, step, gaps }: Chart,
  signs: Signs,
): void {
  const perTime = columns / (until - since);
  const losses = new Array<number | undefined>(columns);
  const isKnown = new Uint8Array(columns);
  const each = (start: number, end: number, work: (column: number) => void) => {
    const last = Math.min(columns, Math.max(Math.floor(start * perTime) + 1, Math.ceil(end * perTime)));
    for (let column = Math.max(0, Math.floor(start * perTime)); column < last; column++) work(column);
  };
  for (const { start, loss } of points)
    each(start - since, start + step - since, (column) => {
      isKnown[column] = 1;
      if (loss !== null) losses[column] = Math.max(losses[column] ?? 0, loss);
    });
  const isGap = new Uint8Array(columns);
  for (const { start, end } of gaps)
    each(start - since, end - since, (column) => {
      isGap[column] = 1;
    });
  for (let column = 0; column < columns; column++) {
    const loss = losses[column] ?? 0;
    if (loss > 0) {
      const level = Math.min(signs.losses.length - 1, Math.ceil(loss * signs.losses.length) - 1);
      frame.put(x + column, y, signs.losses[level] as string, ALARM);
    } else if (isKnown[column] === 0) {
      const style: Style = isGap[column] === 1 ? WARNING : NOTE;
      frame.put(x + column, y, signs.nothing, style);
    } else frame.put(x + column, y, signs.floor, NOTE);
  }
}

const A_DAY = 86_400_000;

function putTimes(frame: Frame, { x, y, columns }: Strip, { since, until }: Chart): void {
  const text = (time: number): string => {
    const span = until - since;
    if (span > 3 * A_DAY) return dayText(time);
    return clockText(time).slice(0, span > 1_800_000 ? 5 : 8);
  };
  const last = text(until);
  frame.put(x, y, text(since), NOTE);
  frame.put(x + columns - last.length, y, last, NOTE);
  const middle = text((since + until) / 2);
  if (columns >= 4 * middle.length) frame.put(x + Math.floor((columns - middle.length) / 2), y, middle, NOTE);
}
