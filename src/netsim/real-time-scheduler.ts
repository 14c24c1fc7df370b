import type { Scheduler } from '../network/scheduler.ts';
import { EventQueue } from '../simulation/event-queue.ts';

/**
 * A network's time that passes by itself. While something happens it stands still at the very moment that was planned,
 * however late its turn has come, so that delays add up to what they should.
 */
export class RealTimeScheduler implements Scheduler {
  /** Real time: whole ns since the start. */
  readonly clock: () => number;
  readonly #queue = new EventQueue();
  /** When what happens now was to happen, ns. */
  #moment: number | undefined;
  /** Time never goes back behind this, ns. */
  #reached = 0;

  constructor(clock: () => number) {
    this.clock = clock;
  }

  now(): number {
    return this.#moment ?? Math.max(this.#reached, this.clock());
  }

  schedule(at: number, callback: () => void): void {
    this.#queue.add(at, callback);
  }

  /** When the next thing is to happen, ns. */
  next(): number | undefined {
    return this.#queue.peek()?.at;
  }

  /** Has happen what is due, and then `work`, which is now. */
  advance(work?: () => void): void {
    const now = Math.max(this.#reached, this.clock());
    for (let next = this.next(); next !== undefined && next <= now; next = this.next()) {
      const callback = this.#queue.take()?.callback;
      if (callback) this.#happen(next, callback);
    }
    if (work) this.#happen(now, work);
  }

  #happen(at: number, work: () => void): void {
    this.#reached = Math.max(this.#reached, at);
    this.#moment = this.#reached;
    try {
      work();
    } finally {
      this.#moment = undefined;
    }
  }
}
