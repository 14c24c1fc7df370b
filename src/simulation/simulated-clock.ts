import type { Clock, ClockTimer } from '../io/clock.ts';
import { MILLISECOND, type Scheduler } from '../network/scheduler.ts';
import { EventQueue, type QueuedEvent } from './event-queue.ts';

/**
 * The time of a simulation: it passes only from one event to the next.
 *
 * There are two times, as on any host. That of the world is the network's, in which packets travel: a Scheduler, in
 * nanoseconds. The monotonic clock is the process's: a Clock, in milliseconds; it stands still while the host is
 * suspended, as CLOCK_MONOTONIC does. While the process is paused its clock goes on, but its timers wait.
 */
export class SimulatedClock implements Clock {
  /** Wall time when the monotonic clock was, or would have been, at zero; ns since the Unix epoch. */
  #wallAtZero: bigint;
  readonly #world = new EventQueue();
  readonly #process = new EventQueue();
  /** ns since the start */
  #time = 0;
  /** How far the monotonic clock lags behind because of suspends that are over, ns. */
  #slept = 0;
  /** When the suspend began that the host is in, ns. */
  #asleepSince: number | undefined;
  /** The suspends that are over: from when on, monotonic, the monotonic clock lags behind by how much, ns. */
  readonly #lags: { from: number; lag: number }[] = [{ from: Number.NEGATIVE_INFINITY, lag: 0 }];
  /** Until when the process is paused, ns. */
  #pausedUntil = 0;

  /** `epoch`: wall time at the start, ns since the Unix epoch. */
  constructor(epoch: bigint) {
    this.#wallAtZero = epoch;
  }

  /** The network's view: true time, whatever the host does. */
  readonly world: Scheduler = {
    now: () => this.#time,
    schedule: (at, callback) => {
      this.#world.add(Math.max(at, this.#time), callback);
    },
  };

  now(): number {
    return this.#monotonic() / MILLISECOND;
  }

  wall(at: number): bigint {
    return this.#wallAtZero + BigInt(Math.round(at * MILLISECOND));
  }

  slept(): number {
    return this.#slept / MILLISECOND;
  }

  setTimer(at: number, callback: () => void): ClockTimer {
    const event = this.#process.add(Math.max(Math.round(at * MILLISECOND), this.#monotonic()), callback);
    return {
      cancel: () => {
        event.callback = undefined;
      },
    };
  }

  /** When in the world, ns, the monotonic clock had a reading, ms. */
  worldAt(monotonic: number): number {
    const at = Math.round(monotonic * MILLISECOND);
    if (this.#lags.length === 1) return at;
    return at + (this.#lags.findLast(({ from }) => from <= at)?.lag ?? 0);
  }

  /** Whether the host sleeps: it neither sends nor receives. */
  get suspended(): boolean {
    return this.#asleepSince !== undefined;
  }

  /** Whether the process is not executed, though the host receives. */
  get paused(): boolean {
    return this.#time < this.#pausedUntil;
  }

  /** The wall clock jumps by so many ns. */
  step(by: number): void {
    this.#wallAtZero += BigInt(by);
  }

  /** The process is not executed for so many ns; then first of all `resumed` is called, after the timers that are due. */
  pause(duration: number, resumed: () => void): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#time + duration);
    const end = this.#time + duration;
    this.#world.add(end, () => {
      if (end === this.#pausedUntil) this.#process.add(this.#monotonic(), resumed);
    });
  }

  /** The host sleeps until `resume`. */
  suspend(): void {
    this.#asleepSince ??= this.#time;
  }

  resume(): void {
    if (this.#asleepSince === undefined) return;
    const slept = this.#time - this.#asleepSince;
    this.#lags.push({ from: this.#monotonic(), lag: this.#slept + slept });
    this.#slept += slept;
    this.#wallAtZero += BigInt(slept);
    this.#asleepSince = undefined;
  }

  /** When the next event is, in the world's ns. */
  next(): number | undefined {
    const world = this.#world.peek()?.at;
    const process = this.#nextOfProcess();
    if (world === undefined || process === undefined) return world ?? process;
    return Math.min(world, process);
  }

  /**
   * Goes on to the next event and has it happen, unless that comes after `until`, ns; what the world does comes before
   * what the process does. Returns whose event it was.
   */
  advance(until = Number.POSITIVE_INFINITY): 'world' | 'process' | undefined {
    const world = this.#world.peek()?.at ?? Number.POSITIVE_INFINITY;
    const process = this.#nextOfProcess() ?? Number.POSITIVE_INFINITY;
    const isProcess = process < world;
    const next = isProcess ? process : world;
    if (next > until || next === Number.POSITIVE_INFINITY) return undefined;
    this.#time = next;
    call((isProcess ? this.#process : this.#world).take());
    return isProcess ? 'process' : 'world';
  }

  /** Goes on to a moment before the next event; ns. */
  rest(until: number): void {
    this.#time = Math.max(this.#time, until);
  }

  /** When the process's next timer is called, in the world's ns; undefined while the host sleeps. */
  #nextOfProcess(): number | undefined {
    if (this.#asleepSince !== undefined) return undefined;
    const next = this.#process.peek();
    return next && Math.max(next.at + this.#slept, this.#pausedUntil, this.#time);
  }

  #monotonic(): number {
    return (this.#asleepSince ?? this.#time) - this.#slept;
  }
}

function call(event: QueuedEvent | undefined): void {
  const callback = event?.callback;
  // Cancelling it from now on changes nothing.
  if (event) event.callback = undefined;
  callback?.();
}
