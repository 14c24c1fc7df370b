import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';

/** Lines beyond either end of what is seen, so that scrolling finds them there. */
const SPARE = 8;

/** What is drawn begins at a multiple of this: most frames of a slow scroll change nothing. */
const STEP = 6;

/** The part of a long list that is seen, where the window scrolls. */
export interface Window {
  first: number;
  /** The first behind it. */
  end: number;
  /** How many there are at most. */
  size: number;
}

/** `top`: the element that the lines are in, each `height` high, CSS pixels. */
export function useWindow(top: { current: HTMLElement | null }, count: number, height: number): Window {
  const first = useSignal(0);
  const seen = useSignal(40);
  useLayoutEffect(() => {
    const look = () => {
      if (!top.current) return;
      const above = -top.current.getBoundingClientRect().top;
      first.value = Math.max(0, Math.floor(above / height / STEP) * STEP - SPARE);
      seen.value = Math.ceil(innerHeight / height) + STEP + 2 * SPARE;
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [top, height, first, seen]);
  const start = Math.min(first.value, Math.max(0, count - seen.value));
  return { first: start, end: Math.min(count, start + seen.value), size: seen.value };
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const media = matchMedia(query);
  const holds = useSignal(media.matches);
  useEffect(() => {
    const list = matchMedia(query);
    const follow = () => {
      holds.value = list.matches;
    };
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query, holds]);
  return holds.value;
}
