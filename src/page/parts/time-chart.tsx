import { type Signal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { palette } from '../shell/colours.ts';
import { takeGestures } from './gestures.ts';
import { Plot, type PlotView } from './plot.ts';
import type { Window } from './span.ts';

/** What charts on one time axis share. */
export interface Board {
  window: Window;
  /** Where the pointer or the keyboard is, ms since the Unix epoch. */
  cursor: Signal<number | undefined>;
  hasFocus: () => boolean;
  onSelect: (window: Window) => void;
  onMove: (window: Window) => void;
  onSettle: () => void;
}

export interface TimeChartProps extends Omit<PlotView, 'window'> {
  board: Board;
  height: number;
  isLog?: boolean;
  axisWidth: number;
  label?: (value: number) => string;
  hasTimes?: boolean;
  /** Told how wide it is between the axes, px. */
  onWidth?: (width: number) => void;
}

/** A chart over time; what it shows is drawn by `draw`, which is another function whenever it draws something else. */
export function TimeChart(props: TimeChartProps) {
  const { board, low, high, draw, height, isLog = false, axisWidth, hasTimes = false } = props;
  const container = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  // Of handlers that outlive a drawing.
  const newest = useRef(props);
  newest.current = props;

  useEffect(() => {
    if (!container.current) return;
    const made = new Plot(
      {
        container: container.current,
        height,
        isLog,
        axisWidth,
        hasTimes,
        ...(props.label ? { label: props.label } : {}),
        onCursor: (moment) => {
          newest.current.board.cursor.value = moment;
        },
        onSelect: (window) => newest.current.board.onSelect(window),
      },
      { window: board.window, low, high, draw },
    );
    plot.current = made;
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width <= axisWidth) return;
      made.resize(width, newest.current.height);
      newest.current.onWidth?.(made.innerWidth);
    });
    observer.observe(container.current);
    const end = takeGestures(made.over, {
      window: () => newest.current.board.window,
      hasFocus: () => newest.current.board.hasFocus(),
      onMove: (window) => newest.current.board.onMove(window),
      onSettle: () => newest.current.board.onSettle(),
    });
    return () => {
      end();
      observer.disconnect();
      plot.current = undefined;
      made.destroy();
    };
  }, [isLog, axisWidth, hasTimes, height]);

  useEffect(() => {
    plot.current?.show({ window: board.window, low, high, draw });
    plot.current?.point(board.cursor.peek());
  }, [board.window.since, board.window.until, low, high, draw, isLog, axisWidth, hasTimes, height]);

  useSignalEffect(() => plot.current?.point(board.cursor.value));
  useSignalEffect(() => {
    if (palette.value > 0) plot.current?.recolour();
  });

  return <div class="time-chart" ref={container} style={{ minHeight: `${height}px` }} />;
}
