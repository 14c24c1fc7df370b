/** A span of `rtime`, ns, the end not included, from moments in ms since the Unix epoch; without them, all of time. */
export const rtimesOf = ({
  since,
  until,
}: {
  since?: number | undefined;
  until?: number | undefined;
}): [bigint, bigint] => [
  since === undefined ? FIRST : nanoseconds(since),
  until === undefined ? LAST : nanoseconds(until),
];

/** All that a column holds. */
const [FIRST, LAST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Of a moment that no column holds, the nearest that one does. */
function nanoseconds(ms: number): bigint {
  const exact = BigInt(Math.floor(ms)) * 1_000_000n;
  return exact < FIRST ? FIRST : exact > LAST ? LAST : exact;
}
