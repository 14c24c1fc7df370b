import { SystemClock } from '../io/clock.ts';

/** `reached` resolves after so many ms, and never without a number. */
export function elapsed(duration: number | undefined): { reached: Promise<undefined>; cancel(): void } {
  const clock = new SystemClock();
  let cancel = () => {};
  const reached = new Promise<undefined>((resolve) => {
    if (duration === undefined) return;
    const timer = clock.setTimer(clock.now() + duration, () => resolve(undefined));
    cancel = () => timer.cancel();
  });
  return { reached, cancel };
}
