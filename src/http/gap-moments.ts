import type { FoundGap } from '../statistics/gaps.ts';

/** A gap whose times are moments as the API has them, ms since the Unix epoch. */
export const gapMoments = ({ source_id, start, end, reason }: FoundGap) => ({
  source_id,
  start: Number(start / 1_000_000n),
  end: Number(end / 1_000_000n),
  reason,
});
