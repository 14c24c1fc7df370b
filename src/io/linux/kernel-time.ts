import type { Clock } from '../clock.ts';
import type { Libc } from '../libc.ts';
import { readInt64 } from './message-vector.ts';
import { CLOCK_REALTIME } from './socket-options.ts';

/** Two readings that lie further apart than this, and than they took, tell of a step; ms. */
const STEP = 0.05;

const READINGS = 16;

/**
 * Says when something was that the kernel has stamped by the wall clock, on the monotonic one.
 *
 * The two differ by a constant but for steps of the wall clock; a stamp from before one is of no use.
 */
export class KernelTime {
  readonly #libc: Libc;
  readonly #clock: Clock;
  readonly #reading = new BigInt64Array(2);
  /** Seconds are counted from here, so that a double of ms holds nanoseconds. */
  readonly #base: number;
  /** Wall clock less monotonic clock, ms. It stays the same between steps, so that no stamp moves against another. */
  #offset = 0;
  #uncertainty = 0;

  constructor(libc: Libc, clock: Clock) {
    this.#libc = libc;
    this.#clock = clock;
    libc.clock_gettime(CLOCK_REALTIME, this.#reading);
    this.#base = Number(this.#reading[0]);
    this.#measure();
  }

  /** Compares the clocks; returns whether stamps since the last time can be used. */
  compare(): boolean {
    const { offset, uncertainty } = this.#read();
    if (Math.abs(offset - this.#offset) <= STEP + uncertainty + this.#uncertainty) return true;
    this.#measure();
    return false;
  }

  /** Whoever reads may be held up between two clocks: the quickest of some readings is the best. */
  #measure(): void {
    const readings = Array.from({ length: READINGS }, () => this.#read());
    const best = readings.reduce((one, other) => (other.uncertainty < one.uncertainty ? other : one));
    this.#offset = best.offset;
    this.#uncertainty = best.uncertainty;
  }

  #read(): { offset: number; uncertainty: number } {
    const before = this.#clock.now();
    this.#libc.clock_gettime(CLOCK_REALTIME, this.#reading);
    const after = this.#clock.now();
    const wall = (Number(this.#reading[0]) - this.#base) * 1000 + Number(this.#reading[1]) / 1e6;
    return { offset: wall - (before + after) / 2, uncertainty: (after - before) / 2 };
  }

  /** The moment of a struct timespec at `start`, on the monotonic clock, ms. */
  atView(view: DataView, start: number): number {
    const [seconds, nanoseconds] = [readInt64(view, start), readInt64(view, start + 8)];
    return (seconds - this.#base) * 1000 + nanoseconds / 1e6 - this.#offset;
  }
}
