import uPlot from 'uplot';
import { formatTick, logTicks, timeLabels } from './axis.ts';
import { type Colours, coloursNow } from './colours.ts';
import type { Window } from './span.ts';

/** What is drawn with: a canvas in its own pixels, of which `ratio` are one of CSS's. */
export interface Canvas {
  ctx: CanvasRenderingContext2D;
  colours: Colours;
  ratio: number;
  /** Where it is drawn: between the axes. */
  box: { left: number; top: number; right: number; bottom: number };
  x(moment: number): number;
  y(value: number): number;
}

/** What is to be seen of a plot. */
export interface PlotView {
  window: Window;
  low: number;
  high: number;
  draw: (canvas: Canvas) => void;
}

export interface PlotOptions {
  container: HTMLElement;
  height: number;
  isLog: boolean;
  /** Space for the labels of the vertical axis, px; the same for plots that share their time axis. */
  axisWidth: number;
  /** Labels of the vertical axis. */
  label?: (value: number) => string;
  /** Whether there are labels of the time axis. */
  hasTimes: boolean;
  /** Where the pointer is, ms since the Unix epoch; undefined where it is not. */
  onCursor: (moment: number | undefined) => void;
  /** A span that has been chosen by dragging. */
  onSelect: (window: Window) => void;
}

const FONT = '12px system-ui, sans-serif';

/** Space to the right, px, for the half of the last label of the time axis. */
const MARGIN = 20;

/** So much has to be dragged over, px, for it to be meant. */
const LEAST_DRAG = 4;

/** A chart over time. uPlot has the axes, the pointer and the dragging; what it shows is drawn by its owner. */
export class Plot {
  readonly #uplot: uPlot;
  readonly #options: PlotOptions;
  #view: PlotView;
  #colours: Colours;
  #isMoving = false;

  constructor(options: PlotOptions, view: PlotView) {
    this.#options = options;
    this.#view = view;
    this.#colours = coloursNow();
    this.#uplot = new uPlot(this.#settings(), this.#data(), options.container);
  }

  /** Where the pointer acts. */
  get over(): HTMLElement {
    return this.#uplot.over;
  }

  /** Width of what is between the axes, px. */
  get innerWidth(): number {
    return this.#uplot.width - this.#options.axisWidth - MARGIN;
  }

  show(view: PlotView): void {
    this.#view = view;
    this.#uplot.setData(this.#data(), true);
  }

  resize(width: number, height: number): void {
    if (width !== this.#uplot.width || height !== this.#uplot.height) this.#uplot.setSize({ width, height });
  }

  /** Takes over the colours of the page. */
  recolour(): void {
    this.#colours = coloursNow();
    this.#uplot.redraw(false, true);
  }

  /** Puts the cross hair to a moment, or away. */
  point(moment: number | undefined): void {
    const { since, until } = this.#view.window;
    const isIn = moment !== undefined && moment >= since && moment <= until;
    this.#isMoving = true;
    this.#uplot.setCursor(
      { left: isIn ? this.#uplot.valToPos(moment, 'x') : -10, top: isIn ? 0 : -10 },
      false,
    );
    this.#isMoving = false;
  }

  /** The moment at so many px from the left. */
  momentAt(left: number): number {
    return this.#uplot.posToVal(left, 'x');
  }

  destroy(): void {
    this.#uplot.destroy();
  }

  /** uPlot needs some to have axes. */
  #data(): uPlot.AlignedData {
    const { window, low, high } = this.#view;
    return [
      [window.since, window.until],
      [low, high],
    ];
  }

  #settings(): uPlot.Options {
    const { container, height, isLog, axisWidth, hasTimes, label = formatTick } = this.#options;
    const faint = () => this.#colours.faint;
    const grid = { stroke: () => this.#colours.line, width: 1 };
    return {
      width: container.clientWidth,
      height,
      ms: 1,
      legend: { show: false },
      padding: [8, MARGIN, hasTimes ? 0 : 4, 0],
      scales: {
        x: { time: true, range: () => [this.#view.window.since, this.#view.window.until] },
        y: {
          range: () => [this.#view.low, this.#view.high],
          ...(isLog ? { distr: 100, fwd: Math.log, bwd: Math.exp } : {}),
        },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        {
          stroke: faint,
          font: FONT,
          grid: { ...grid, show: true },
          ticks: { ...grid, size: hasTimes ? 4 : 0 },
          size: hasTimes ? 40 : 0,
          space: 80,
          values: (_, ticks, __, ___, increment) => (hasTimes ? timeLabels(ticks, increment) : []),
        },
        {
          stroke: faint,
          font: FONT,
          grid,
          ticks: { ...grid, size: 4 },
          size: axisWidth,
          space: 32,
          values: (_, ticks) => ticks.map(label),
          ...(isLog
            ? {
                splits: (_: uPlot, __: number, low: number, high: number) =>
                  logTicks(low, high, Math.max(2, height / 40)),
              }
            : {}),
        },
      ],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
      },
      hooks: {
        draw: [() => this.#draw()],
        setCursor: [({ cursor }) => this.#pointed(cursor.left)],
        setSelect: [({ select }) => this.#selected(select)],
      },
    };
  }

  #pointed(left: number | undefined): void {
    if (this.#isMoving) return;
    this.#options.onCursor(left === undefined || left < 0 ? undefined : this.momentAt(left));
  }

  #selected({ left, width }: uPlot.Select): void {
    if (width < LEAST_DRAG) return;
    const window = { since: this.momentAt(left), until: this.momentAt(left + width) };
    this.#uplot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#options.onSelect(window);
  }

  #draw(): void {
    const { ctx, bbox } = this.#uplot;
    const box = {
      left: bbox.left,
      top: bbox.top,
      right: bbox.left + bbox.width,
      bottom: bbox.top + bbox.height,
    };
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    this.#view.draw({
      ctx,
      box,
      colours: this.#colours,
      ratio: uPlot.pxRatio,
      x: (moment) => Math.round(this.#uplot.valToPos(moment, 'x', true)),
      y: (value) => this.#uplot.valToPos(value, 'y', true),
    });
    ctx.restore();
  }
}
