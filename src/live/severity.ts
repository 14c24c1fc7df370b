import type { LiveState } from './destination.ts';

/** States from what wants somebody's look most to what wants nobody's. */
export const BY_SEVERITY: readonly LiveState[] = [
  'down',
  'unsent',
  'invalid',
  'lossy',
  'waiting',
  'up',
  'paused',
];
