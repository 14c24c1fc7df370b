/** A signal this soon after the first is the same one, forwarded by npm. ms */
const SAME_SIGNAL = 500;

/** Resolves with the first SIGINT or SIGTERM; a second one ends the process at once. */
export function signalled(): Promise<undefined> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = () => {
      if (first !== undefined && performance.now() - first > SAME_SIGNAL) process.exit(1);
      first ??= performance.now();
      resolve(undefined);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  });
}
