/** A span of `rtime`, ns, the end not included, from moments in ms since the Unix epoch; without them, all of time. */
export const rtimesOf = ({
  since,
  until,
}: {
  since?: number | undefined;
  until?: number | undefined;
}): [bigint, bigint] => [
  since === undefined ? -(2n ** 63n) : nanoseconds(since),
  until === undefined ? 2n ** 63n - 1n : nanoseconds(until),
];

const nanoseconds = (ms: number): bigint => BigInt(Math.floor(ms)) * 1_000_000n;
