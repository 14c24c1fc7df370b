/** When things happen in a network. Times are whole nanoseconds since its start. */
export interface Scheduler {
  now(): number;
  /** Calls back once, at `at`; at once after what happens now, where that has passed. */
  schedule(at: number, callback: () => void): void;
}

/** One millisecond, and one second, in the nanoseconds that networks count in. */
export const MILLISECOND = 1e6;
export const SECOND = 1e9;
