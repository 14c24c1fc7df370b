import type { Clock, ClockTimer } from '../clock.ts';
import type { Libc, Watch } from '../libc.ts';

/** What comes in such a time is read at once, ms. The ticker, which counts in the same steps, takes it into account. */
const STEP = 5;

/**
 * Has a socket read when there is something to read, but not for each packet of many: the process wakes up every 5 ms then. The kernel
 * has stamped each packet with the time at which it came, so that nothing is lost by it.
 */
export class PacedReading {
  readonly #clock: Clock;
  readonly #read: () => number;
  readonly #watch: Watch;
  #timer: ClockTimer | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  /** `read` returns how many packets it has found. */
  constructor({ libc, clock }: { libc: Libc; clock: Clock }, fd: number, read: () => number) {
    this.#clock = clock;
    this.#read = read;
    this.#watch = libc.watch(fd, () => {
      if (clock.now() - this.#readAt < STEP) this.#pause();
      else this.#readNow();
    });
  }

  #readNow(): number {
    this.#readAt = this.#clock.now();
    return this.#read();
  }

  #pause(): void {
    if (!this.#timer) this.#watch.stop();
    const next = (Math.floor(this.#clock.now() / STEP) + 1) * STEP;
    this.#timer = this.#clock.setTimer(next, () => {
      const count = this.#readNow();
      if (this.#closed) return;
      if (count > 1) {
        this.#pause();
        return;
      }
      this.#timer = undefined;
      this.#watch.start();
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#watch.close();
  }
}
