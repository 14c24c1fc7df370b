import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Item } from './arrange.ts';
import { keyOf } from './order.ts';

/** The line that keys act on, and the keys that go to another one. */
export interface Active {
  key: string | undefined;
  item: () => Item | undefined;
  keys: Readonly<Record<string, () => void>>;
}

export function useActive(items: readonly Item[]): Active {
  const key = useSignal<string | undefined>(undefined);
  const shown = useRef(items);
  shown.current = items;
  const place = () => shown.current.findIndex((item) => keyOf(item) === key.peek());

  const goTo = (wanted: number) => {
    const { length } = shown.current;
    if (length === 0) return;
    const at = Math.min(length - 1, Math.max(0, wanted));
    key.value = keyOf(shown.current[at] as Item);
    const list = document.getElementById('list');
    if (list && !list.contains(document.activeElement)) list.focus({ preventScroll: true });
    reveal(at, length);
  };
  const step = (by: number) => () => goTo(place() < 0 ? 0 : place() + by);
  const page = () => Math.max(1, Math.floor(innerHeight / 36) - 4);
  return {
    key: key.value,
    item: () => shown.current[place()],
    keys: {
      ArrowDown: step(1),
      ArrowUp: step(-1),
      j: step(1),
      k: step(-1),
      Home: () => goTo(0),
      End: () => goTo(shown.current.length - 1),
      PageDown: () => step(page())(),
      PageUp: () => step(-page())(),
    },
  };
}

/** Scrolls as little as it takes. */
function reveal(at: number, length: number): void {
  const lines = document.querySelector('#list .lines');
  const head = document.querySelector('#list .head');
  if (!lines || !head) return;
  const { top, height } = lines.getBoundingClientRect();
  const line = height / length;
  const above = top + at * line - head.getBoundingClientRect().height;
  const below = top + (at + 1) * line - innerHeight + line;
  if (at === 0) scrollTo(0, 0);
  else if (above < 0) scrollBy(0, above);
  else if (below > 0) scrollBy(0, below);
}
