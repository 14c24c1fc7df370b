import { loadLibc } from './libc.ts';

// <linux/prctl.h>
const PR_SET_TIMERSLACK = 29;

// <linux/sched.h>
const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x4000_0000;

/** The lowest there is: still before everything that has none. */
const PRIORITY = 1;

/**
 * Has the kernel wake the main thread when it is due, and not up to 50 µs later (timer slack) or when whatever else runs
 * has had its turn. Where the host does not allow it, it stays as it is. Children and other threads are not affected.
 * https://man7.org/linux/man-pages/man7/sched.7.html
 */
export function runInRealTime(): void {
  const libc = loadLibc();
  libc.prctl(PR_SET_TIMERSLACK, 'unsigned long', 1);
  libc.sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, Int32Array.of(PRIORITY));
}
