/**
 * Due times lie this far apart, so that one waking of the process serves several destinations: it is what costs most where few are
 * due at a time. ms
 */
const SLOT = 5;

/** Below this, destinations would have too few slots to be spread over; ms. */
const LEAST_SLOTTED = 100;

/** An interval that is no multiple of slots moves through them, and has due times of whole milliseconds. */
const slotOf = (interval: number): number => (interval >= LEAST_SLOTTED && interval % SLOT === 0 ? SLOT : 1);

const slotted = (at: number, slot: number): number => Math.ceil(at / slot) * slot;

/** The longest that a destination waits for its first probe, ms. */
const FIRST_WITHIN = 1000;

/** Spreads consecutive ids evenly over 32 bits: the golden ratio's multiple, by D. Knuth (TAOCP 6.4). */
const spread = (id: number): number => Math.imul(id, 0x9e3779b1) >>> 0;

/** Where in its interval a destination has its due times, ms. Depends on nothing but the two arguments. */
export const phaseOf = (id: number, interval: number): number =>
  Math.floor(((spread(id) / 2 ** 32) * interval) / slotOf(interval)) * slotOf(interval);

/** The first due time at or after `from`, on the grid that starts at the destination's own phase. All ms. */
export const dueFrom = (id: number, interval: number, from: number): number => {
  const phase = phaseOf(id, interval);
  return phase + Math.max(0, Math.ceil((from - phase) / interval)) * interval;
};

/**
 * When a destination that has just come is due for the first time: on its grid where that is near,
 * and otherwise within a second, spread so that many that come at once do not go out at once. ms
 */
export const firstDue = (id: number, interval: number, now: number, within = FIRST_WITHIN): number =>
  interval <= FIRST_WITHIN
    ? dueFrom(id, interval, now)
    : slotted(now, slotOf(interval)) + phaseOf(id, within);

/** The due time after `at`. The first one may lie off the grid, and the second keeps half an interval from it. */
export const dueAfter = (id: number, interval: number, at: number): number =>
  dueFrom(id, interval, onGrid(id, interval, at) ? at + interval : at + interval / 2);

const onGrid = (id: number, interval: number, at: number): boolean =>
  (at - phaseOf(id, interval)) % interval === 0;
