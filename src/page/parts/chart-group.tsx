import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { holdOf, panned, type Span, spanFrom, type Window, withinNow, zoomed } from './span.ts';
import { nearestIndex } from './steps.ts';
import type { Board } from './time-chart.tsx';

export interface BoardOptions {
  window: Window;
  onChoose: (span: Span, how?: { replace: boolean }) => void;
}

export interface ChartBoard extends Board {
  /** Where the charts are. */
  element: { current: HTMLDivElement | null };
  /** Ends what is under way, and shows another span. */
  choose: BoardOptions['onChoose'];
}

/** What charts on one time axis share: what is shown, also while it is being moved, and where the pointer is. */
export function useBoard({ window, onChoose }: BoardOptions): ChartBoard {
  const cursor = useSignal<number | undefined>(undefined);
  const element = useRef<HTMLDivElement>(null);
  const [moving, setMoving] = useState<Window>();
  const newest = useRef(window);
  newest.current = moving ?? window;
  const choose = (span: Span, how?: { replace: boolean }) => {
    setMoving(undefined);
    onChoose(span, how);
  };
  return {
    window: moving ?? window,
    cursor,
    element,
    choose,
    hasFocus: () => element.current?.contains(document.activeElement) ?? false,
    onSelect: (selected) => choose(spanFrom(selected, Date.now())),
    onMove: (moved) => {
      newest.current = moved;
      setMoving(moved);
    },
    onSettle: () => choose(spanFrom(newest.current, Date.now())),
  };
}

export interface ChartGroupProps {
  board: ChartBoard;
  /** The steps that the keyboard goes along. */
  series: SeriesBody | undefined;
  /** What the charts are, for who does not see them. */
  label: string;
  /** What is to be said of the step that the keyboard is at. */
  told: (moment: number) => string;
  children: ComponentChildren;
}

/** Steps that Page Up and Page Down go. */
const PAGE = 20;

/** So much do the arrows move with Shift, as a share of what is shown. */
const MOVE = 0.25;

const ZOOM = 2;

/** Charts with one cursor, which the keyboard moves as well. */
export function ChartGroup({ board, series, label, told, children }: ChartGroupProps) {
  const steps = series?.start.length ?? 0;
  const at = useIndex(board.cursor, series);
  const moment = board.cursor.value;
  return (
    <div
      class="chart-group"
      ref={board.element}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, steps - 1)}
      aria-valuenow={Math.max(0, at)}
      aria-valuetext={moment === undefined ? 'no step chosen' : told(moment)}
      aria-describedby="chart-keys"
      onKeyDown={(event) => {
        if (press(event, { board, series, at })) event.preventDefault();
      }}
    >
      {children}
    </div>
  );
}

function useIndex(cursor: Signal<number | undefined>, series: SeriesBody | undefined): number {
  const moment = cursor.value;
  if (!series || moment === undefined) return -1;
  return nearestIndex(series, moment);
}

interface Pressed {
  board: ChartBoard;
  series: SeriesBody | undefined;
  at: number;
}

/** Whether the key does anything. */
function press({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent, pressed: Pressed): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const { board, series, at } = pressed;
  const now = Date.now();
  const move = (window: Window) => board.choose(spanFrom(withinNow(window, now), now));
  const aim = board.cursor.value ?? holdOf(board.window, now);
  if (shiftKey && key === 'ArrowLeft') move(panned(board.window, -MOVE, now));
  else if (shiftKey && key === 'ArrowRight') move(panned(board.window, MOVE, now));
  else if (key === '+' || key === '=') move(zoomed(board.window, 1 / ZOOM, aim));
  else if (key === '-') move(zoomed(board.window, ZOOM, aim));
  else if (key === 'Escape') board.cursor.value = undefined;
  else return series !== undefined && step(key, series, { board, at });
  return true;
}

function step(key: string, series: SeriesBody, { board, at }: Pick<Pressed, 'board' | 'at'>): boolean {
  const last = series.start.length - 1;
  const from = at < 0 ? last + 1 : at;
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowRight: at < 0 ? last : at + 1,
    ArrowDown: from - 1,
    ArrowUp: at < 0 ? last : at + 1,
    PageDown: from - PAGE,
    PageUp: from + PAGE,
    Home: 0,
    End: last,
  };
  const place = places[key];
  if (place === undefined || last < 0) return false;
  const start = series.start[Math.min(last, Math.max(0, place))] as number;
  board.cursor.value = start + series.step / 2;
  return true;
}
