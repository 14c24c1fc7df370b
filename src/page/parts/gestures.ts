import { panned, type Window, withinNow, zoomed } from './span.ts';

/** What is moved by wheel and fingers. */
export interface Movable {
  /** What is shown now. */
  window: () => Window;
  /** Whether the wheel alone zooms; otherwise it scrolls the page, and Ctrl with it zooms. */
  hasFocus: () => boolean;
  /** Is called often. */
  onMove: (window: Window) => void;
  /** The fingers have been lifted, or the wheel stands still. */
  onSettle: () => void;
}

/** Zoom by wheel: a notch of a mouse's is about 100; a pinch on a touch pad comes as small ones with Ctrl. */
const NOTCH = 0.002;
const PINCH = 0.01;

/** The wheel has come to a stand after so long, ms. */
const STANDSTILL = 250;

/** So far has a finger to be moved, px, for it not to be a tap. */
const LEAST_MOVE = 8;

/** Takes wheel, pinch and swipe over an element. Returns what ends it. */
export function takeGestures(over: HTMLElement, movable: Movable): () => void {
  const touches = new Touches(over, movable);
  const wheel = wheelHandler(over, movable);
  over.addEventListener('wheel', wheel, { passive: false });
  const end = touches.begin();
  return () => {
    over.removeEventListener('wheel', wheel);
    end();
  };
}

function wheelHandler(over: HTMLElement, { window, hasFocus, onMove, onSettle }: Movable) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (event: WheelEvent) => {
    const isAside = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!isAside && !event.ctrlKey && !hasFocus()) return;
    event.preventDefault();
    const { left, width } = over.getBoundingClientRect();
    if (isAside) onMove(panned(window(), (event.deltaX || event.deltaY) / width, Date.now()));
    else {
      const factor = Math.exp(event.deltaY * (event.ctrlKey && Math.abs(event.deltaY) < 50 ? PINCH : NOTCH));
      onMove(zoomedAt(window(), factor, (event.clientX - left) / width));
    }
    clearTimeout(timer);
    timer = setTimeout(onSettle, STANDSTILL);
  };
}

function zoomedAt(window: Window, factor: number, share: number): Window {
  const at = window.since + (window.until - window.since) * share;
  return withinNow(zoomed(window, factor, at), Date.now());
}

/** Fingers: one swipes, two pinch. */
class Touches {
  readonly #over: HTMLElement;
  readonly #movable: Movable;
  readonly #fingers = new Map<number, number>();
  #hasMoved = false;

  constructor(over: HTMLElement, movable: Movable) {
    this.#over = over;
    this.#movable = movable;
  }

  begin(): () => void {
    const events = {
      pointerdown: this.#down,
      pointermove: this.#move,
      pointerup: this.#up,
      pointercancel: this.#up,
    };
    for (const [name, handler] of Object.entries(events))
      this.#over.addEventListener(name, handler as EventListener);
    return () => {
      for (const [name, handler] of Object.entries(events))
        this.#over.removeEventListener(name, handler as EventListener);
    };
  }

  readonly #down = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') return;
    this.#fingers.set(event.pointerId, event.clientX);
  };

  readonly #move = (event: PointerEvent): void => {
    const before = this.#fingers.get(event.pointerId);
    if (before === undefined) return;
    const moved = event.clientX - before;
    if (!this.#hasMoved && this.#fingers.size === 1 && Math.abs(moved) < LEAST_MOVE) return;
    const others = [...this.#fingers].filter(([id]) => id !== event.pointerId);
    this.#fingers.set(event.pointerId, event.clientX);
    this.#hasMoved = true;
    const { left, width } = this.#over.getBoundingClientRect();
    const { window, onMove } = this.#movable;
    const [other] = others;
    if (!other) {
      onMove(panned(window(), -moved / width, Date.now()));
      return;
    }
    const [was, is] = [Math.abs(before - other[1]), Math.abs(event.clientX - other[1])];
    if (was < 1 || is < 1) return;
    onMove(zoomedAt(window(), was / is, ((event.clientX + other[1]) / 2 - left) / width));
  };

  readonly #up = (event: PointerEvent): void => {
    if (!this.#fingers.delete(event.pointerId) || this.#fingers.size > 0) return;
    if (this.#hasMoved) this.#movable.onSettle();
    this.#hasMoved = false;
  };
}
