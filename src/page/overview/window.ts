import { batch, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';

/** Lines beyond either end of what is seen, so that scrolling finds them there. */
const SPARE = 8;

/** What is drawn begins at a multiple of this: few lines change in a frame, and in the slowest scroll some frames change none. */
const STEP = 2;

/** Scrolling has come to its end after so long, ms. */
const STANDSTILL = 150;

/** The part of a long list that is seen, where the window scrolls. */
export interface Window {
  first: number;
  /** The first behind it. */
  end: number;
  /** While it scrolls. */
  isMoving: boolean;
}

/** `top`: the element that the lines are in, each `height` high, CSS pixels. */
export function useWindow(top: { current: HTMLElement | null }, count: number, height: number): Window {
  const first = useSignal(0);
  const seen = useSignal(40);
  const isMoving = useSignal(false);
  useLayoutEffect(() => {
    let standstill: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      if (!top.current) return;
      // A frame begins with this, before anything is drawn anew: there is nothing to lay out for it.
      const above = -top.current.getBoundingClientRect().top;
      batch(() => {
        first.value = Math.max(0, Math.floor(above / height / STEP) * STEP - SPARE);
        seen.value = Math.ceil(innerHeight / height) + STEP + 2 * SPARE;
      });
    };
    const move = () => {
      clearTimeout(standstill);
      standstill = setTimeout(() => {
        isMoving.value = false;
      }, STANDSTILL);
      batch(() => {
        isMoving.value = true;
        look();
      });
    };
    look();
    addEventListener('scroll', move, { passive: true });
    addEventListener('resize', look);
    return () => {
      clearTimeout(standstill);
      removeEventListener('scroll', move);
      removeEventListener('resize', look);
    };
  }, [top, height, first, seen, isMoving]);
  const start = Math.min(first.value, Math.max(0, count - seen.value));
  return {
    first: start,
    end: Math.min(count, start + seen.value),
    isMoving: isMoving.value,
  };
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const list = useMemo(() => matchMedia(query), [query]);
  const holds = useSignal(list.matches);
  useEffect(() => {
    const follow = () => {
      holds.value = list.matches;
    };
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [list, holds]);
  return holds.value;
}
