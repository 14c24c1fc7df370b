import { loadLibc } from '../src/io/libc.ts';

/** <bits/time.h> */
const CLOCK_MONOTONIC = 1;
const CLOCK_THREAD_CPUTIME_ID = 3;

/** How often it looks, ms: what Node's timers have as their shortest. */
const PERIOD = 1;

/** The longest that the event loop was held up, ms. */
export interface HoldUp {
  /** CPU time of this thread between two looks. */
  cpu: number;
  /** By how much two looks were further apart than they should be. */
  wall: number;
}

/**
 * Looks at this thread's event loop every millisecond from now on, and returns how to end that.
 *
 * What holds up the loop is work of its thread, and all of it is within two looks, however long it takes: the CPU time between these is
 * the longest hold-up, or a little more, for the idle time between costs none. Lateness of the looks themselves would not do: whether they see
 * a hold-up that is shorter than their period is chance, and a thread is put aside for milliseconds on a machine that others use. To
 * ask for the next turn again and again would not do either: that alone brings the garbage collector a hundred times a second.
 */
export function watchLoop(): () => HoldUp {
  const { clock_gettime } = loadLibc();
  // struct timespec, whose nanoseconds fit 32 bits: BigInts would be garbage.
  const raw = new BigInt64Array(2);
  const words = new Int32Array(raw.buffer);
  const read = (clock: number): number => {
    clock_gettime(clock, raw);
    return (words[0] as number) * 1000 + (words[2] as number) / 1e6;
  };
  const longest: HoldUp = { cpu: 0, wall: 0 };
  let wall = read(CLOCK_MONOTONIC);
  let cpu = read(CLOCK_THREAD_CPUTIME_ID);
  const look = () => {
    const wallNow = read(CLOCK_MONOTONIC);
    const cpuNow = read(CLOCK_THREAD_CPUTIME_ID);
    longest.wall = Math.max(longest.wall, wallNow - wall - PERIOD);
    longest.cpu = Math.max(longest.cpu, cpuNow - cpu);
    wall = wallNow;
    cpu = cpuNow;
  };
  const timer = setInterval(look, PERIOD);
  return () => {
    look();
    clearInterval(timer);
    return longest;
  };
}
