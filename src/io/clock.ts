import { uptime } from 'node:os';

/** A pending timer; `cancel` after it has fired does nothing. */
export interface ClockTimer {
  cancel(): void;
}

/**
 * Where every component reads time and waits.
 *
 * Round-trip times are differences of `now`, so a step of the wall clock never reaches them.
 */
export interface Clock {
  /** Monotonic time in milliseconds, with a resolution below a microsecond. */
  now(): number;
  /** Wall time of a recent reading of `now`, in nanoseconds since the Unix epoch. */
  wall(at: number): bigint;
  /** For how long the host has been suspended, ms since some moment; `now` does not count it. Where it is not known: nothing. */
  slept?(): number;
  /** Calls back once, when `now` has reached `at` (milliseconds). */
  setTimer(at: number, callback: () => void): ClockTimer;
}

// Node clamps longer delays to 1 ms: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
const LONGEST_DELAY = 2 ** 31 - 1;

// Date.now() has whole milliseconds, so only a difference beyond one tells of a step.
const STEP = 2;

/** So long the wall clock is taken not to have been stepped, ms. */
const COMPARED = 1;

/** So many readings are enough for one that nothing has come between. */
const READINGS = 16;

/** The host's own time. */
export class SystemClock implements Clock {
  /** When `now` was 0: whole milliseconds of wall time in ns, and the rest in ms. */
  #base = 0n;
  #rest = 0;
  #wallAtZero = 0;
  #comparedAt = Number.NEGATIVE_INFINITY;
  #slept = Math.max(...Array.from({ length: READINGS }, sleptUntilNow));

  constructor() {
    this.#set(performance.timeOrigin);
  }

  now(): number {
    return performance.now();
  }

  wall(at: number): bigint {
    const now = performance.now();
    if (now - this.#comparedAt > COMPARED) {
      this.#comparedAt = now;
      const seen = Date.now() - now;
      if (Math.abs(seen - this.#wallAtZero) > STEP) this.#set(seen);
    }
    return this.#base + BigInt(Math.round((at + this.#rest) * 1e6));
  }

  /** Added as integers: epoch milliseconds as a double would round to a quarter of a microsecond. */
  #set(wallAtZero: number): void {
    this.#wallAtZero = wallAtZero;
    const base = Math.floor(wallAtZero);
    this.#base = BigInt(base) * 1_000_000n;
    this.#rest = wallAtZero - base;
  }

  slept(): number {
    this.#slept = Math.max(this.#slept, sleptUntilNow());
    return this.#slept;
  }

  setTimer(at: number, callback: () => void): ClockTimer {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const delay = at - this.now();
      if (delay <= 0) return callback();
      timer = setTimeout(arm, Math.min(Math.ceil(delay), LONGEST_DELAY));
    };
    // Even a timer that is due already calls back from the event loop, never from within setTimer.
    timer = setTimeout(arm, Math.max(0, Math.min(Math.ceil(at - this.now()), LONGEST_DELAY)));
    return { cancel: () => clearTimeout(timer) };
  }
}

/**
 * How much longer the host has been up than the monotonic clock has run, ms: Linux counts its suspends to the former alone.
 * Whoever is held up between the two readings gets too little, never too much.
 */
const sleptUntilNow = (): number => uptime() * 1000 - performance.now();

/** Waits so many ms, or until it is told to wait no longer. */
export const pause = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(clock.now() + ms, end);
    signal.addEventListener('abort', end);
  });

/** What XState asks of a clock, for the delays of machines. */
export function actorClock(clock: Clock) {
  return {
    setTimeout: (callback: (...args: unknown[]) => void, delay: number): ClockTimer =>
      clock.setTimer(clock.now() + delay, callback),
    clearTimeout: (timer: ClockTimer): void => timer.cancel(),
  };
}
