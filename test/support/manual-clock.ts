import type { Clock, ClockTimer } from '../../src/io/clock.ts';

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];
  #slept = 0;
  /** Wall time at zero, ns since the Unix epoch. A test may step it. */
  epoch = 1_700_000_000_000_000_000n;

  now(): number {
    return this.#now;
  }

  wall(at: number): bigint {
    return this.epoch + BigInt(Math.round(at * 1e6));
  }

  setTimer(at: number, callback: () => void): ClockTimer {
    const timer = { at: Math.max(at, this.#now), callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      },
    };
  }

  slept(): number {
    return this.#slept;
  }

  /** The host sleeps, ms: this clock stands still. */
  suspend(by: number): void {
    this.#slept += by;
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time pass, calling each timer at its moment and letting promises settle in between. */
  async advance(by: number): Promise<void> {
    const end = this.#now + by;
    for (;;) {
      await settle();
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
    await settle();
  }

  /** Time passes while the process is held up: timers come late, all at once. */
  stall(by: number): void {
    this.#now += by;
  }
}

/** Everything that waits for no more than promises is done. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
