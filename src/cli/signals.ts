/** A signal this soon after the first is the same one, forwarded by npm. ms */
const SAME_SIGNAL = 500;

/** Resolves with the first of some signals; a second one ends the process at once. */
export function signalled(signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']): Promise<undefined> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = () => {
      if (first !== undefined && performance.now() - first > SAME_SIGNAL) process.exit(1);
      first ??= performance.now();
      resolve(undefined);
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}
