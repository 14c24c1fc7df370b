import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LiveStore } from './live.ts';

export const LiveContext = createContext<LiveStore | undefined>(undefined);

/** What the page knows of all destinations. */
export function useLive(): LiveStore {
  const live = useContext(LiveContext);
  if (!live) throw new Error('no LiveContext around this component');
  return live;
}
