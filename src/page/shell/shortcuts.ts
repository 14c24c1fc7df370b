import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

const KEY = 'pinger.shortcuts';

const remembered = (): boolean => {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
};

/** Whether single letters do something. Who dictates to the browser types letters by accident: https://www.w3.org/TR/WCAG22/#character-key-shortcuts */
export const shortcutsOn = signal(remembered());

export function turnShortcuts(on: boolean): void {
  shortcutsOn.value = on;
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // It holds until the page is left.
  }
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || isOwnInput(target));

/** Arrows choose among radio buttons, too. */
const isOwnInput = (target: HTMLElement): boolean =>
  target instanceof HTMLInputElement && !/^(checkbox|button)$/.test(target.type);

/** Has keys do something while nothing is typed and no dialog is open. What a key does it does instead of the browser. */
export function useShortcuts(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
      if (event.key.length === 1 && event.key !== ' ' && !shortcutsOn.peek()) return;
      const act = current.current[event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
